// Connections that have sent no complete request: above a bound the oldest of the address with the most is closed, and no
// client that is served. [U17]
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ServerResponse } from 'node:http';
import express from 'express';
import { expect, it, onTestFinished } from 'vitest';
import { IdleSockets, type ClosedReason } from '../../server/http/idle-sockets.js';
import type { InTurn } from '../../server/http/in-turn.js';
import { listenOn } from '../../server/http/own-server.js';
import { createCertificate } from '../support/certificate.js';
import { createLogBook } from '../support/log-book.js';
import { createClientAddress } from '../../server/transport/client-address.js';
import { getOf } from '../support/raw-http.js';
import { upgradeHeaders } from '../support/http-ask.js';

const inTurn: InTurn = (_request, _response, begin) => begin();
const large = Buffer.alloc(50 * 1024 * 1024);

interface Scene {
  port: number;
  sockets: IdleSockets;
  closed: ClosedReason[];
  /** Answers to `/held`, which the test ends. */
  held: ServerResponse[];
  /** Opens a connection from `127.0.0.<address>`, and sends this. Resolves when the server knows the connection. */
  open(address: number, text?: string): Promise<Client>;
}

interface Client {
  socket: Socket;
  text(): string;
  readonly isClosed: boolean;
}

interface SceneOptions {
  perAddress?: number;
  tls?: { tlsCertFile: string; tlsKeyFile: string };
  trustProxy?: boolean;
}

async function start(maxOpen: number, options: SceneOptions = {}): Promise<Scene> {
  const { perAddress = 0, tls = { tlsCertFile: '', tlsKeyFile: '' }, trustProxy = false } = options;
  const sockets = new IdleSockets(maxOpen);
  const closed: ClosedReason[] = [];
  const held: ServerResponse[] = [];
  const app = express();
  app.get('/held', (_request, response) => void held.push(response));
  app.get('/large', (_request, response) => void response.send(large));
  app.use((_request, response) => void response.send('here'));
  const upgraded = new Map([['/up', (_: unknown, socket: NodeJS.WritableStream) => void socket.write('up')]]);
  const limits = {
    addressOf: createClientAddress(trustProxy, createLogBook().logger).ofPeer,
    maxConnectionsPerAddress: perAddress,
    onClosed: (reason: ClosedReason) => closed.push(reason),
  };
  const front = listenOn(
    { port: 0, host: '127.0.0.1', ...tls, idleMs: 60_000, inTurn, limits, sockets },
    { app, upgrades: upgraded },
  );
  onTestFinished(() => front.close(Promise.resolve()));
  const { port } = await front.listen();
  async function open(address: number, text = ''): Promise<Client> {
    const before = sockets.open + closed.length;
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${address}` });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    await once(socket, 'connect');
    const client = watch(socket);
    socket.write(text);
    await expect.poll(() => sockets.open + closed.length).toBeGreaterThan(before);
    return client;
  }

  return { port, sockets, closed, held, open };
}

function watch(socket: Socket): Client {
  let text = '';
  const client = { socket, text: () => text, isClosed: false };
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.once('close', () => {
    client.isClosed = true;
  });
  return client;
}

const upgrade = getOf(
  '/up',
  Object.entries(upgradeHeaders)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join(''),
);
const parts = [
  '',
  'GET / HTTP/1.1\r\nHost: 127.0',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx',
];

it.each(parts)(
  '[U17] when all sockets are taken, the oldest of the address with the most goes that has sent only "%s"',
  async (part) => {
    const { open, closed } = await start(5);
    const other = await open(2, part);
    const idle = [await open(3, part), await open(3, part), await open(3, part), await open(3, part)];
    const healthy = await open(4, getOf('/'));
    await expect.poll(healthy.text).toContain('here');
    await expect.poll(() => idle.map(({ isClosed }) => isClosed)).toEqual([true, false, false, false]);
    expect([closed, other.isClosed]).toEqual([['idle'], false]);
  },
);

it('[U17] who is answered or upgraded stays: without an idle socket a new one is closed at once', async () => {
  const { open, closed, held } = await start(3);
  const up = await open(2, upgrade);
  const first = await open(2, getOf('/held'));
  const second = await open(2, getOf('/held'));
  await expect.poll(() => [up.text(), held.length]).toEqual(['up', 2]);
  const refused = await open(3, getOf('/'));
  await expect.poll(() => refused.isClosed).toBe(true);
  expect([refused.text(), closed]).toEqual(['', ['descriptors']]);
  // One that has its answer is idle until it sends the next request.
  held[0]?.end('done');
  await expect.poll(first.text).toContain('done');
  const third = await open(3, getOf('/'));
  await expect.poll(third.text).toContain('here');
  await expect.poll(() => first.isClosed).toBe(true);
  expect([closed, second.isClosed, up.isClosed]).toEqual([['descriptors', 'idle'], false, false]);
  held[1]?.end('done, too');
  await expect.poll(second.text).toContain('done, too');
  second.socket.write(getOf('/'));
  await expect.poll(second.text).toContain('here');
});

it('[U17] an answer that waits only for its client to read it keeps nobody out', async () => {
  const { open, sockets, closed } = await start(2);
  const slow = [await open(2), await open(2)];
  for (const { socket } of slow) {
    socket.pause();
    socket.write(getOf('/large'));
  }
  await expect.poll(() => slow.every(({ socket }) => socket.bytesRead > 0)).toBe(true);
  const healthy = await open(3, getOf('/'));
  await expect.poll(healthy.text).toContain('here');
  expect([closed, sockets.open]).toEqual([['idle'], 2]);
});

it('[U17] an address may have as many idle ones as connections, and 100 at least', async () => {
  const { open, closed, sockets } = await start(1000, { perAddress: 1 });
  const other = await open(3);
  const idle = await Promise.all(Array.from({ length: 100 }, () => open(2)));
  await expect.poll(() => sockets.open).toBe(101);
  expect(closed).toEqual([]);
  const last = await open(2);
  await expect.poll(() => idle.filter(({ isClosed }) => isClosed).length).toBe(1);
  expect([closed, other.isClosed, last.isClosed]).toEqual([['idle'], false, false]);
});

it('[U17] the bound of an address holds also when many are answered at the same time', async () => {
  const { open, closed, sockets, held } = await start(1000, { perAddress: 1 });
  await Promise.all(Array.from({ length: 120 }, () => open(2, getOf('/held'))));
  await expect.poll(() => held.length).toBe(120);
  expect([closed, sockets.open]).toEqual([[], 120]);
  for (const response of held) response.end('done');
  await expect.poll(() => sockets.open).toBe(100);
  expect(closed).toHaveLength(20);
});

it('[U17] with TRUST_PROXY the peer is the proxy, and has no such bound', async () => {
  const { open, closed, sockets } = await start(1000, { perAddress: 1, trustProxy: true });
  await Promise.all(Array.from({ length: 150 }, () => open(2)));
  await expect.poll(() => sockets.open).toBe(150);
  expect(closed).toEqual([]);
});

it('[U17] over TLS, one that does not go on with its handshake is idle, and one that is answered is not', async () => {
  const { open, port, closed, sockets, held } = await start(3, { tls: createCertificate() });
  const secure = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  onTestFinished(() => void secure.destroy());
  secure.write(getOf('/held'));
  const answered = watch(secure);
  await expect.poll(() => held.length).toBe(1);
  const idle = [await open(2), await open(2, 'x'), await open(2)];
  await expect.poll(() => idle.map(({ isClosed }) => isClosed)).toEqual([true, false, false]);
  held[0]?.end('done');
  await expect.poll(answered.text).toContain('done');
  expect([closed, sockets.open]).toEqual([['idle'], 3]);
});
