// Standard output that nobody reads, that nobody can read any more, and a full disk: the server works, and ends on SIGTERM.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { findFreePort } from '../support/free-port.js';
import { ask } from '../support/http-ask.js';
import type { LogLine } from '../support/log-book.js';
import { connectClient } from '../support/room-client.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Server {
  child: ChildProcess;
  port: number;
  /** What it has written to standard error. */
  errors(): string;
}

async function start(stdout: 'pipe' | number): Promise<Server> {
  const port = await findFreePort();
  const env = { ...process.env, PORT: String(port), CALLS_PORT: '0', LOG_LEVEL: 'debug' };
  const stdio = ['ignore', stdout, 'pipe'] as const;
  const child = spawn(process.execPath, ['dist/server/main.js'], { cwd: root, env, stdio: [...stdio] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return { child, port, errors: () => errors };
}

async function isUp({ port }: Server): Promise<void> {
  const status = async (): Promise<number | undefined> => (await ask(port, '/healthz')).status;
  await expect.poll(() => status().catch(() => 0)).toBe(200);
}

const strangers = 12;
const eventsOfEach = 500;

/** Strangers write to the log: by origins, and, at debug level, by some 480 bytes for each event that is refused. */
async function flood({ port }: Server): Promise<void> {
  const path = '/socket.io/?EIO=4&transport=polling';
  for (let number = 0; number < 100; number++) {
    const headers = { Origin: `http://evil-${number}.example` };
    expect((await ask(port, path, { headers })).status).toBe(403);
  }
  for (let stranger = 0; stranger < strangers; stranger++) {
    const client = await connectClient(`http://127.0.0.1:${port}`);
    for (let number = 0; number < eventsOfEach; number++) client.say('\u0085'.repeat(64));
    await client.hears('refused', eventsOfEach);
  }
}

async function endsOnSigterm({ child, port, errors }: Server): Promise<void> {
  expect((await ask(port, '/healthz')).status).toBe(200);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(errors()).toBe('');
}

it('a pipe that nobody reads: the server works, and ends on SIGTERM', async () => {
  const server = await start('pipe');
  await isUp(server);
  await flood(server);
  await endsOnSigterm(server);
});

it('a pipe that is read again: one line counts those that were dropped, and the log goes on', async () => {
  const server = await start('pipe');
  await isUp(server);
  await flood(server);
  let output = '';
  server.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const written = (): LogLine[] => {
    const complete = output.slice(0, output.lastIndexOf('\n') + 1);
    return complete.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as LogLine]));
  };
  const droppedIn = (lines: LogLine[]): number[] =>
    lines.flatMap(({ msg, lines: count }) => (/^\d+ lines were dropped/.test(msg) ? [Number(count)] : []));
  const refusedIn = (lines: LogLine[]): number => lines.filter(({ msg }) => msg === 'refused').length;
  const counted = (): number =>
    droppedIn(written()).reduce((sum, count) => sum + count, refusedIn(written()));
  await expect.poll(counted).toBeGreaterThanOrEqual(strangers * eventsOfEach);
  expect(droppedIn(written()).length).toBeGreaterThan(0);
  expect(written().filter(({ origin }) => origin !== undefined)).toHaveLength(20);
  await endsOnSigterm(server);
  await expect.poll(() => written().at(-1)?.msg).toBe('closed');
});

it('a pipe that nobody can read any more: the server works, and ends on SIGTERM', async () => {
  const server = await start('pipe');
  server.child.stdout?.destroy();
  await isUp(server);
  await flood(server);
  await endsOnSigterm(server);
});

it('a full disk: the server works, and ends on SIGTERM', async () => {
  const full = openSync('/dev/full', 'w');
  const server = await start(full);
  closeSync(full);
  await isUp(server);
  await flood(server);
  await endsOnSigterm(server);
});
