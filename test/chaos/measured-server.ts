// Starts a parley that tells what it holds, as a process of its own, so that the clients' memory does not count.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Config } from '../../server/config.js';

/** Bytes, and how many of each kind of resource keep the process alive. */
export interface Holdings {
  rss: number;
  heapUsed: number;
  external: number;
  resources: Record<string, number>;
}

export interface MeasuredServer {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  /** After garbage collection, for which the server stands still. */
  measure(): Promise<Holdings>;
  /** As it is, garbage included; nobody has to wait for it. */
  glance(): Promise<Holdings>;
  /** Closes the parley, not the process. */
  close(): Promise<Holdings>;
}

const script = fileURLToPath(new URL('measured-server.mjs', import.meta.url));

export async function startMeasuredServer(settings: Partial<Config> = {}): Promise<MeasuredServer> {
  const child = fork(script, [JSON.stringify(settings)], { execArgv: ['--expose-gc'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const hear = async (): Promise<unknown> => ((await once(child, 'message')) as unknown[])[0];
  const { port } = (await hear()) as { port: number };

  async function ask(request: 'measure' | 'glance' | 'close'): Promise<Holdings> {
    const answer = hear();
    child.send(request);
    return (await answer) as Holdings;
  }

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    measure: () => ask('measure'),
    glance: () => ask('glance'),
    close: () => ask('close'),
  };
}
