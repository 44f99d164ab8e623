// A parley as a process of its own that can be stopped, killed and started again on the same port.
import { once } from 'node:events';
import { findFreePort } from './free-port.js';
import { startMain, type RunningProcess } from './parley-process.js';

/** All clients of a test have one address. */
const defaults = { HOST: '127.0.0.1', LOG_FORMAT: 'json', MAX_CONNECTIONS_PER_ADDRESS: '0' };

const opened = /Open https?:\/\//;

export interface ServerProcess {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  /** Of the process that runs now, or ran last. */
  pid(): number;
  /** What it has printed so far, and those before it on this port. */
  output(): string;
  /** SIGSTOP: it neither reads nor answers, and its connections stay open. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** SIGKILL: resolves when it is dead. */
  kill(): Promise<void>;
  /** SIGTERM: resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Starts a new one on the same port, after `kill` or `stop`; resolves when it answers. */
  startAgain(): Promise<void>;
}

/**
 * @param env settings by the names of their environment variables
 * @param folderOf the version that runs, at each start; undefined: this one
 */
export async function startServerProcess(
  env: NodeJS.ProcessEnv = {},
  folderOf: () => string | undefined = () => undefined,
): Promise<ServerProcess> {
  const launch = (onPort: number): RunningProcess =>
    startMain([], { ...defaults, ...env, PORT: String(onPort) }, folderOf());
  // One that nobody else is given while this one is down.
  const port = await findFreePort();
  let running = launch(port);
  let printedBefore = '';
  await running.prints(opened);

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = running;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  }

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    pid: () => running.child.pid ?? 0,
    output: () => printedBefore + running.output(),
    freeze() {
      running.child.kill('SIGSTOP');
    },
    thaw() {
      running.child.kill('SIGCONT');
    },
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
    async startAgain() {
      printedBefore += running.output();
      running = launch(port);
      await running.prints(opened);
    },
  };
}
