// Starts a parley that tells what it holds, as a process of its own, so that the clients' memory does not count.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Profiler } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ParleyOptions } from '../../server/create-parley.js';

/** Bytes, and how many of each kind of resource keep the process alive. */
export interface Holdings {
  rss: number;
  heapUsed: number;
  external: number;
  resources: Record<string, number>;
  /** Open files and sockets. */
  descriptors: number;
  /** Promises that were rejected and that nothing has handled, since the start. */
  rejections: number;
  /** Properties of `Object.prototype`. */
  inherited: number;
}

export interface MeasuredServer {
  readonly port: number;
  /** Of the calls. */
  readonly callsPort: number;
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  /** What it has printed so far. */
  output(): string;
  /** After garbage collection, for which the server stands still. */
  measure(): Promise<Holdings>;
  /** As `measure`, and how many entries all maps and sets have. */
  count(): Promise<Holdings & { entries: number }>;
  /** As it is, garbage included; nobody has to wait for it. */
  glance(): Promise<Holdings>;
  /** Which parts of its code have run, if it was started with `isCovered`. */
  cover(): Promise<Profiler.ScriptCoverage[]>;
  /** Closes the parley, not the process. */
  close(): Promise<Holdings>;
}

/** The option of Node.js in `npm start`. */
export const asNpmStart = '--max-semi-space-size=8';

const script = fileURLToPath(new URL('measured-server.mjs', import.meta.url));

export interface MeasuredOptions extends Omit<ParleyOptions, 'server' | 'logger'> {
  isCovered?: boolean;
  /** False: nobody reads what it writes to standard output. Default: true. */
  isRead?: boolean;
}

/** @param onEnd of the test, or of the file: ends the process */
export async function startMeasuredServer(
  { isRead = true, ...options }: MeasuredOptions = {},
  onEnd: (end: () => void) => void = onTestFinished,
): Promise<MeasuredServer> {
  const child = fork(script, [JSON.stringify(options)], {
    execArgv: ['--expose-gc', asNpmStart],
    silent: true,
  });
  onEnd(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  for (const stream of isRead ? [child.stdout, child.stderr] : [child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'exit').then(() => {
    throw new Error(`The server has ended:\n${output.slice(-5000)}`);
  });
  ended.catch(() => {});
  const hear = async (): Promise<unknown> =>
    (await Promise.race([once(child, 'message') as Promise<unknown[]>, ended]))[0];
  const { port, callsPort } = (await hear()) as { port: number; callsPort: number };

  async function ask(request: string): Promise<unknown> {
    const answer = hear();
    child.send(request);
    return answer;
  }

  return {
    port,
    callsPort,
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    measure: () => ask('measure') as Promise<Holdings>,
    count: () => ask('count') as Promise<Holdings & { entries: number }>,
    glance: () => ask('glance') as Promise<Holdings>,
    cover: () => ask('cover') as Promise<Profiler.ScriptCoverage[]>,
    close: () => ask('close') as Promise<Holdings>,
  };
}

/** How much more memory it holds, garbage not counted. */
export async function heldBy(
  server: MeasuredServer,
  before: Pick<Holdings, 'heapUsed' | 'external'>,
): Promise<number> {
  const { heapUsed, external } = await server.measure();
  return heapUsed + external - before.heapUsed - before.external;
}
