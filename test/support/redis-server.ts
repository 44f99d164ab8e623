// A real Redis of a test's own, on a free port, that keeps nothing on disk unless it is told to `save`; it can be stopped,
// frozen and started again.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from './free-port.js';

const program = '/usr/bin/redis-server';
/** Guards against one that never comes up. */
const upWithinMs = 60_000;

export interface RedisServer {
  url: string;
  port: number;
  /** What redis-cli prints. */
  cli(...args: string[]): Promise<string>;
  /** How often Redis has been asked to do this, such as `publish`, since it started. */
  countCalls(command: string): Promise<number>;
  /** It falls silent: connections stay open, nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** It dies, and all that it kept since the last `save` is gone. */
  kill(): Promise<void>;
  /**
   * Again, on the same port, with what was saved last, or empty.
   * @param clock what `wrongClock` gave: the clock of another host
   */
  start(clock?: NodeJS.ProcessEnv): Promise<void>;
  /** Cuts every connection; clients come back. */
  cutConnections(): Promise<void>;
  close(): Promise<void>;
}

export async function startRedis(): Promise<RedisServer> {
  if (!existsSync(program)) {
    throw new Error('redis-server is missing: apt-get install -y --no-install-recommends redis-server');
  }
  const port = await findFreePort();
  const folder = await mkdtemp(join(tmpdir(), 'parley-redis-'));
  let child: ChildProcess | undefined;

  const cli = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(port), ...args], {
      timeout: upWithinMs,
    });
    return stdout.trim();
  };

  async function start(clock: NodeJS.ProcessEnv = {}): Promise<void> {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const started = spawn(program, [...args, '--dir', folder], {
      stdio: 'ignore',
      env: { ...process.env, ...clock },
    });
    child = started;
    const deadline = performance.now() + upWithinMs;
    for (;;) {
      const pong = await cli('ping').catch(() => '');
      if (pong === 'PONG') return;
      if (performance.now() > deadline || started.exitCode !== null) {
        throw new Error('redis-server did not start');
      }
    }
  }

  async function kill(): Promise<void> {
    const dying = child;
    child = undefined;
    if (dying?.exitCode !== null) return;
    const exited = once(dying, 'exit');
    dying.kill('SIGKILL');
    await exited;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    cli,
    async countCalls(command) {
      const stats = await cli('info', 'commandstats');
      return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
    },
    freeze() {
      child?.kill('SIGSTOP');
    },
    thaw() {
      child?.kill('SIGCONT');
    },
    kill,
    start,
    async cutConnections() {
      await cli('client', 'kill', 'type', 'normal', 'skipme', 'yes');
      await cli('client', 'kill', 'type', 'pubsub');
    },
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
