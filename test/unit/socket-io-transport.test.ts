// What the room's connection says of its channel before it is open: a hash that both sides share, and not the name; and
// another one where nobody answers. How long it waits for an answer, and what it does with events at its very end.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { socketIoTransport } from '../../client/transport/socket-io-transport.js';

/** The address of the first request that a client of this channel makes. */
async function firstRequest(channel: string): Promise<URL> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/parley`);
  const asked = new Promise<URL>((resolve) => {
    server.on('upgrade', (request, socket) => {
      resolve(new URL(request.url ?? '', url));
      socket.destroy();
    });
  });
  const transport = socketIoTransport({ url, channel, token: undefined, log: false })(
    { onOpen: () => {}, onEvent: () => {}, onClose: () => {} },
    () => {},
  );
  onTestFinished(() => {
    transport.close();
    server.close();
    server.closeAllConnections();
  });
  return asked;
}

test('the handshake has a hash of the channel, the same for everybody in it, and not its name', async () => {
  const [one, other] = [await firstRequest('café room'), await firstRequest('cafe\u0301 room')];
  expect(one.pathname).toBe('/parley/socket.io/');
  expect(one.searchParams.get('shard')).toMatch(/^[\da-z]{1,7}$/);
  expect(other.searchParams.get('shard')).toBe(one.searchParams.get('shard'));
  expect(decodeURIComponent(one.href)).not.toContain('room');
});

test('channels with other names have other hashes', async () => {
  const shards = await Promise.all(
    Array.from({ length: 40 }, async (_, index) =>
      (await firstRequest(`room-${index}`)).searchParams.get('shard'),
    ),
  );
  expect(new Set(shards).size).toBe(40);
});

const opening = '0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}';

/** A server that does as it is told with each request. @returns what the requests were, in order */
async function startServer(answer: (request: IncomingMessage, response?: ServerResponse) => void) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const asked: URLSearchParams[] = [];
  const take = (request: IncomingMessage, response?: ServerResponse): void => {
    asked.push(new URL(request.url ?? '', url).searchParams);
    answer(request, response);
  };
  server.on('upgrade', (request: IncomingMessage) => take(request)).on('request', take);
  onTestFinished(() => {
    vi.useRealTimers();
    server.close();
    server.closeAllConnections();
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const open = socketIoTransport({ url, channel: 'red', token: undefined, log: false });
  const attempt = (): Promise<string> =>
    new Promise((resolve) => {
      open({ onOpen: () => {}, onEvent: () => {}, onClose: resolve }, () => {});
    });
  return { url, asked, attempt };
}

test('whoever gets no answer asks elsewhere the next time, and waits longer for it', async () => {
  const { asked, attempt } = await startServer(() => {});
  for (const waitsMs of [5000, 8000, 12_000, 20_000, 20_000]) {
    const before = asked.length;
    let why: string | undefined;
    const closed = attempt().then((reason) => (why = reason));
    while (asked.length === before) await new Promise(setImmediate);
    vi.advanceTimersByTime(waitsMs - 1);
    await new Promise(setImmediate);
    expect(why).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(await closed).toBe('timeout');
  }
  const [hash = ''] = asked.map((query) => query.get('shard'));
  const shards = [hash, ...[1, 2, 3, 4].map((time) => `${hash}-${time}`)];
  expect(asked.map((query) => query.get('shard'))).toEqual(shards);
});

test('a server whose first word is late has 5 s more for the next one', async () => {
  const greeted = new WebSocketServer({ noServer: true });
  let greet: (socket: WebSocket) => void;
  const greeting = new Promise<WebSocket>((resolve) => (greet = resolve));
  const { attempt } = await startServer((request) => {
    greeted.handleUpgrade(request, request.socket, Buffer.alloc(0), (socket) => greet(socket));
  });
  let why: string | undefined;
  const closed = attempt().then((reason) => (why = reason));
  const socket = await greeting;
  vi.advanceTimersByTime(4999);
  const asked = once(socket, 'message');
  socket.send(opening);
  await asked;
  vi.advanceTimersByTime(4999);
  await new Promise(setImmediate);
  expect(why).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect(await closed).toBe('timeout');
});

test('polling that fails where a WebSocket was not answered is not tried for ever', async () => {
  const { asked, attempt } = await startServer(({ method, url = '' }, response) => {
    // As a proxy does that sends every request to another node.
    if (method === 'POST') response?.writeHead(400).end();
    else if (!url.includes('sid=')) response?.end(opening);
  });
  const first = attempt();
  while (asked.length < 1) await new Promise(setImmediate);
  vi.advanceTimersByTime(5000);
  expect(await first).toBe('timeout');
  vi.useRealTimers();
  expect(await attempt()).toBe('xhr post error');
  const before = asked.length;
  void attempt();
  const ways = (): (string | null)[] => asked.map((query) => query.get('transport'));
  await expect.poll(() => ways().slice(before)).toContain('websocket');
  expect(ways()[1]).toBe('polling');
});

test('a server that is away for a moment is asked by polling again where WebSockets were not answered', async () => {
  let isAway = false;
  const { asked, attempt } = await startServer(({ socket }) => {
    if (isAway) socket.destroy();
  });
  const first = attempt();
  while (asked.length < 1) await new Promise(setImmediate);
  vi.advanceTimersByTime(5000);
  expect(await first).toBe('timeout');
  vi.useRealTimers();
  isAway = true;
  await attempt();
  const before = asked.length;
  void attempt();
  await expect.poll(() => asked.length).toBeGreaterThan(before);
  expect(asked[before]?.get('transport')).toBe('polling');
});

/** What a connection is told until it is closed by a server that answers like this; it sends one event when it is open. */
async function hearUntilClosed(answer: Parameters<typeof startServer>[0]) {
  const { url, asked } = await startServer(answer);
  vi.useRealTimers();
  const heard: unknown[] = [];
  const open = socketIoTransport({ url, channel: 'red', token: 'key', log: true });
  await new Promise<void>((resolve) => {
    const transport = open(
      {
        onOpen() {
          heard.push('open');
          transport.emit('message', 'hello');
        },
        onEvent: (event) => heard.push(event),
        onClose(why) {
          heard.push(why);
          transport.emit('message', 'into nothing');
          resolve();
        },
      },
      () => {},
    );
  });
  return { heard, asked };
}

test('events that come together with the end are heard before it', async () => {
  const said: string[] = [];
  let polls = 0;
  const { heard } = await hearUntilClosed((request, response) => {
    if (!response) {
      request.socket.destroy();
      return;
    }
    if (request.method === 'POST') {
      request.on('data', (data: Buffer) => said.push(data.toString()));
      request.on('end', () => response.end('ok'));
      return;
    }
    // The opening, the answer to the CONNECT, and then two events and Engine.IO's own end in one piece.
    const [handshake, connected] = [opening, '40{"sid":"y"}'];
    const last = ['42["received",{"upTo":1}]', '42["Bye",{"reason":"said"}]', '1'].join('\u001e');
    polls += 1;
    if (polls <= 2) response.end(polls === 1 ? handshake : connected);
    else
      void expect
        .poll(() => said.length)
        .toBe(2)
        .then(() => response.end(last));
  });
  expect(said).toEqual(['40{"token":"key","log":true}', '42["message","hello"]']);
  expect(heard).toEqual(['open', ['received', { upTo: 1 }], ['Bye', { reason: 'said' }], 'transport close']);
});

test('a connection that ends before its first word is over at once', async () => {
  const greeted = new WebSocketServer({ noServer: true });
  const { heard, asked } = await hearUntilClosed((request, response) => {
    if (response) response.writeHead(503).end();
    else greeted.handleUpgrade(request, request.socket, Buffer.alloc(0), (socket) => socket.close());
  });
  expect(heard).toEqual(['transport close']);
  expect(asked.map((query) => query.get('transport'))).toEqual(['websocket']);
});

test('a server that refuses the connection says why', async () => {
  const greeted = new WebSocketServer({ noServer: true });
  const { heard } = await hearUntilClosed((request) => {
    greeted.handleUpgrade(request, request.socket, Buffer.alloc(0), (socket) => {
      socket.on('message', () => socket.send('44{"message":"not today"}'));
      socket.send(opening);
    });
  });
  expect(heard).toEqual(['not today']);
});
