// Many requests on one connection, without waiting for the answers: they are answered in turn, and what nobody reads is
// given up with its connection.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../../server/package-root.js';
import { startHost } from '../support/host.js';
import { ask, upgradeHeaders } from '../support/http-ask.js';
import { startParley } from '../support/parley.js';
import { watchProcess } from '../support/watch-process.js';
import { countOpenFiles, getOf, openRawHttp, type RawHttp } from '../support/raw-http.js';

const polling = '/socket.io/?EIO=4&transport=polling';
const paths = [
  '/',
  '/call',
  '/js/chat-page.js',
  '/parley.js',
  '/socket.io/socket.io.js',
  '/healthz',
  '/nothing',
];
/** A link is open as what it leads to. */
const served = ['public', 'dist', 'node_modules'].map((name) => realpathSync(join(packageRoot, name)));

/** Above what the system keeps of a connection that is not read. */
const largeBytes = 20 * 1024 * 1024;

/** A folder with a large file. */
function createFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'parley-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'large.bin'), Buffer.alloc(largeBytes));
  return folder;
}

async function startOwn(): Promise<number> {
  return (await startParley()).port;
}

async function startMounted(): Promise<number> {
  const { server, port } = await startHost();
  await startParley({ server, pages: true });
  return port;
}

describe.each([
  ['an own server', startOwn],
  ["a host's server", startMounted],
])('in %s', (_name, start) => {
  it.each([...paths, polling])('10 times %s, not read, opens nothing that stays open', async (path) => {
    const port = await start();
    const client = openRawHttp(port);
    client.socket.write(getOf(path).repeat(10));
    // Answered after those that came before.
    await ask(port, '/healthz');
    expect(countOpenFiles(...served)).toBe(0);
    client.socket.destroy();
    await client.closed;
    expect((await ask(port, '/healthz')).status).toBe(200);
    expect(countOpenFiles(...served)).toBe(0);
  });

  it('requests that a client reads are answered in their order, all of them', async () => {
    const port = await start();
    const client = openRawHttp(port);
    const read = client.read();
    const sent = Array.from({ length: 9 }, (_, index) => paths[index % paths.length] ?? '');
    client.socket.write(sent.map((path) => getOf(path)).join('') + getOf('/readyz', 'Connection: close\r\n'));
    await client.closed;
    const statuses = [...read().matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
    expect(statuses).toEqual([...sent.map((path) => (path === '/nothing' ? 404 : 200)), 200]);
  });

  it.each([
    ['11 requests', getOf('/healthz').repeat(11)],
    ['10,000 requests', getOf('/healthz').repeat(10_000)],
    ['64 KiB of headers', getOf('/healthz', `Cookie: ${'x'.repeat(14_000)}\r\n`).repeat(5)],
  ])('a connection on which %s wait is closed, and the others are served', async (_what, waiting) => {
    const port = await start();
    const client = await openPoll(port);
    client.socket.write(waiting);
    await client.closed;
    expect((await ask(port, '/healthz')).status).toBe(200);
  });

  it('a request that waits for another client holds up its own connection only', async () => {
    const port = await start();
    const client = await openPoll(port);
    const read = client.read();
    client.socket.write(getOf('/healthz').repeat(10));
    expect((await ask(port, '/healthz')).status).toBe(200);
    expect(read()).toBe('');
  });
});

describe('PUBLIC_DIR', () => {
  it.each(['an own', "a host's"])(
    'in %s server a large file is open once for each connection, and closed with it',
    async (kind) => {
      const publicDir = createFolder();
      const { server, port: hostPort } = await startHost();
      const { port } =
        kind === 'an own'
          ? await startParley({ publicDir })
          : { ...(await startParley({ publicDir, server, pages: true })), port: hostPort };
      const clients = Array.from({ length: 5 }, () => openRawHttp(port));
      for (const { socket } of clients) socket.write(getOf('/large.bin').repeat(10));
      await expect.poll(() => countOpenFiles(publicDir)).toBe(5);
      await ask(port, '/healthz');
      expect(countOpenFiles(publicDir)).toBe(5);
      for (const { socket } of clients) socket.destroy();
      await expect.poll(() => countOpenFiles(publicDir)).toBe(0);
    },
  );
});

describe('an upgrade behind a request that is not answered yet', () => {
  it.each([
    ['websocket', '/socket.io/?EIO=4&transport=websocket'],
    ['websocket', '/calls'],
    ['websocket', '/elsewhere'],
    ['h2c', '/healthz'],
  ])('to %s at %s ends its connection, and nothing else', async (protocol, path) => {
    const alive = watchProcess();
    const { port } = await startParley();
    const client = await openPoll(port);
    client.read();
    const headers = { ...upgradeHeaders, Upgrade: protocol };
    client.socket.write(getOf(path, linesOf(headers)));
    await client.closed;
    expect((await ask(port, '/healthz')).status).toBe(200);
    alive.expectCalm();
  });

  it('closes the file that is being sent', async () => {
    const publicDir = createFolder();
    const { port } = await startParley({ publicDir });
    const client = openRawHttp(port);
    client.socket.write(getOf('/large.bin'));
    await expect.poll(() => countOpenFiles(publicDir)).toBe(1);
    client.socket.write(getOf('/calls', linesOf(upgradeHeaders)));
    await expect.poll(() => countOpenFiles(publicDir)).toBe(0);
  });
});

function linesOf(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

/** A connection with a long-polling request that waits. */
async function openPoll(port: number): Promise<RawHttp> {
  const greeting = await ask(port, polling);
  const { sid } = JSON.parse(greeting.body.slice(1)) as { sid: string };
  const client = openRawHttp(port);
  client.socket.write(getOf(`${polling}&sid=${sid}`));
  // Answered after that request has come.
  await ask(port, '/healthz');
  return client;
}
