// A server of the benchmark in a process of its own: started, asked for its memory, ended.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { whenOver } from './clean-up.js';
import type { Ports } from './dialect.js';
import { within } from './within.js';

export type ServerName = 'bare-ws' | 'ws-json' | 'tidy-socket-io' | 'book' | 'peerjs' | 'parley' | 'redis';

export interface Memory {
  /** Bytes that the process has in memory. */
  rss: number;
  /** Bytes that live objects have. */
  heapUsed: number;
}

export interface ChildServer {
  pid: number;
  ports: Ports;
  /** After garbage collection. */
  memory(): Promise<Memory>;
  close(): Promise<void>;
}

export interface ChildOptions {
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
}

const startWithinMs = 30_000;
const answerWithinMs = 30_000;

interface Report {
  ports?: Ports;
  memory?: Memory;
}

/** Resolves when it listens. */
export async function startChild(
  name: ServerName,
  { args = [], env = {} }: ChildOptions = {},
): Promise<ChildServer> {
  const here = import.meta.url;
  const preload = new URL('servers/preload.mjs', here).href;
  const isNode = name !== 'redis';
  const child = fork(fileURLToPath(new URL(`servers/${name}.mjs`, here)), args, {
    execArgv: isNode ? ['--expose-gc', '--import', preload] : [],
    env: { ...process.env, NODE_ENV: 'production', ...env },
    // Warnings and errors of a server are shown; results alone go to standard output.
    stdio: ['ignore', 2, 'inherit', 'ipc'],
  });
  let isClosing = false;
  const closing = whenOver(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    isClosing = true;
    const exited = once(child, 'exit');
    child.kill(isNode ? 'SIGKILL' : 'SIGTERM');
    await exited;
  });
  child.on('exit', (code, signal) => {
    if (!isClosing) throw new Error(`The server ${name} ended by itself: ${code ?? signal ?? 'no code'}.`);
  });

  async function report(): Promise<Report> {
    const [message] = (await once(child, 'message')) as [Report];
    return message;
  }

  const { ports } = await within(report(), startWithinMs, `the server ${name}`);
  if (!ports || child.pid === undefined) throw new Error(`The server ${name} did not start.`);
  return {
    pid: child.pid,
    ports,
    async memory() {
      const answer = report();
      child.send('memory');
      const { memory } = await within(answer, answerWithinMs, `the memory of ${name}`);
      if (!memory) throw new Error(`The server ${name} did not say how much memory it uses.`);
      return memory;
    },
    close: closing,
  };
}
