// The way of one message through the library, read from the stack where it reaches the connection: down through the layers,
// through no file twice. And on the way to a real socket: every file that has run, and how often the value is serialized.
import { once } from 'node:events';
import { Session } from 'node:inspector/promises';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { openRoomChannel } from '../../client/rooms/room-session.js';
import { realClock } from '../../client/transport/clock.js';
import { noPage } from '../../client/transport/page.js';
import { socketIoTransport } from '../../client/transport/socket-io-transport.js';
import { webSocketTransport } from '../../client/transport/websocket-transport.js';
import { openLoggedInLine } from '../../client/users/user-line.js';
import { createFakePage } from '../support/fake-page.js';
import { createFakeUserServer } from '../support/fake-user-transport.js';
import { inside } from '../support/fake-room-transport.js';
import { createHeldClock } from '../support/held-clock.js';
import { openWithBob } from '../support/room-channel-scene.js';

/** `at` notes the library's files on the stack, from the first call on. */
function watchFiles(): { files: string[]; at: () => void } {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Infinity;
  onTestFinished(() => {
    Error.stackTraceLimit = limit;
  });
  const files: string[] = [];
  return {
    files,
    at() {
      const way = [...(new Error().stack ?? '').matchAll(/\/client\/([\w-]+\/[\w-]+)\.ts/g)].map(
        ([, name = '']) => name,
      );
      files.push(...way.reverse().filter((name, index) => name !== way[index - 1]));
    },
  };
}

it('in a room: channel, sender, session', async () => {
  const { channel, server } = await openWithBob();
  const { files, at } = watchFiles();
  const { said } = server.newest();
  const push = said.push.bind(said);
  said.push = (frame) => {
    at();
    return push(frame);
  };
  channel.send('hello').catch(() => {});
  expect(files).toEqual(['channel/channel', 'reliable/sender', 'rooms/room-session']);
});

it('in a call by name: channel, sender, session', async () => {
  const server = createFakeUserServer();
  const opening = openLoggedInLine({
    name: 'ann',
    clock: createHeldClock(),
    openTransport: server.openTransport,
    page: createFakePage(),
    policy: { delayMs: () => 0 },
    key: 'send way',
    unreachableAfterMs: 10_000,
  });
  server.newest().letIn();
  const calling = (await opening).call('bob');
  server.newest().hear({ type: 'answer', name: 'bob', answer: { parley: { me: 'bob' } } });
  const channel = await calling;
  const { files, at } = watchFiles();
  const { said } = server.newest();
  const push = said.push.bind(said);
  said.push = (message) => {
    at();
    return push(message);
  };
  channel.send('hello').catch(() => {});
  expect(files).toEqual(['channel/channel', 'reliable/sender', 'users/user-session']);
});

/** @returns the files of the library of which a function runs while the task does */
async function filesRunBy(task: () => void): Promise<string[]> {
  const session = new Session();
  session.connect();
  onTestFinished(() => session.disconnect());
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  task();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const hasRun = result.filter(({ functions }) =>
    // The function without a name is the module itself.
    functions.some(({ functionName, ranges }) => functionName !== '' && (ranges[0]?.count ?? 0) > 0),
  );
  return hasRun.flatMap(
    ({ url }) => /\/(?:client|server\/protocol)\/([\w-]+(?:\/[\w-]+)?)\.ts$/.exec(url)?.[1] ?? [],
  );
}

/** Those that a reader passes, in the order in which they come. */
const sendWay = ['channel/channel', 'reliable/sender', 'json-value', 'reliable/outbox', 'reliable/pace'];

/** Asked on the way: the time, whether there is a connection, and who handles trace events (of a line also user-line.ts). */
const askedOnTheWay = ['transport/clock', 'transport/connection', 'channel/emitter'];

/** @param answer what a server says to a frame, if anything; to the connection itself, given as an empty frame */
async function startFrameServer(answer: (frame: string) => string[]) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  onTestFinished(() => server.close());
  const frames: string[] = [];
  server.on('connection', (socket) => {
    const say = (frame: string): void => {
      for (const text of answer(frame)) socket.send(text);
    };
    socket.on('message', (data: Buffer) => {
      frames.push(data.toString());
      say(data.toString());
    });
    say('');
  });
  return { frames, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** @returns how often something has been serialized that contains the mark, since then */
function watchSerializing(mark: string): () => number {
  const spy = vi.spyOn(JSON, 'stringify');
  onTestFinished(() => spy.mockRestore());
  return () => spy.mock.results.filter(({ value }) => String(value).includes(mark)).length;
}

const parts = { clock: realClock, page: noPage, unreachableAfterMs: 10_000 };
const mark = 'only once';
const value = { words: [mark], deep: { number: 1.5 } };

it('in a room the value passes seven files, and is serialized once', async () => {
  const { frames, address } = await startFrameServer((frame) => {
    if (frame === '')
      return ['0{"sid":"x","upgrades":[],"pingInterval":90000,"pingTimeout":90000,"maxPayload":9999}'];
    if (frame.startsWith('40')) return ['40{"sid":"y"}'];
    const [, id, event] = /^42(\d+)\["([^"]+)"/.exec(frame) ?? [];
    if (id === undefined) return [];
    if (event === 'leave') return [`43${id}[{"status":"left"}]`];
    return [`43${id}[${JSON.stringify(inside)}]`, '42["ready","red",{"me":"bob"}]'];
  });
  const url = new URL(`http://${address}`);
  const channel = await openRoomChannel({
    ...parts,
    server: url.origin,
    channel: 'red',
    openTransport: socketIoTransport({ url, channel: 'red', token: undefined, log: false }),
  });
  await expect.poll(() => channel.peer).toBe('here');
  const count = watchSerializing(mark);
  const files = await filesRunBy(() => void channel.send(value));
  await expect.poll(() => frames.at(-1)).toContain(mark);
  expect(count()).toBe(1);
  expect(files.sort()).toEqual(
    [...sendWay, 'rooms/room-session', 'transport/socket-io-transport', ...askedOnTheWay].sort(),
  );
  await channel.leave();
});

it('in a call by name the value passes seven files, and is serialized once', async () => {
  const { frames, address } = await startFrameServer((frame) => {
    if (frame.includes('"login"')) return ['{"type":"login","success":true,"iceServers":[]}'];
    if (!frame.includes('"offer"')) return [];
    return ['{"type":"answer","name":"bob","answer":{"parley":{"me":"bob"}}}'];
  });
  const line = await openLoggedInLine({
    ...parts,
    name: 'ann',
    openTransport: webSocketTransport(new URL(`ws://${address}`), WebSocket),
    policy: { delayMs: () => 0 },
    key: 'serialized once',
  });
  const channel = await line.call('bob');
  const count = watchSerializing(mark);
  const files = await filesRunBy(() => void channel.send(value));
  await expect.poll(() => frames.at(-1)).toContain(mark);
  expect(count()).toBe(1);
  expect(files.sort()).toEqual(
    [
      ...sendWay,
      'users/user-session',
      'transport/websocket-transport',
      'users/user-line',
      ...askedOnTheWay,
    ].sort(),
  );
  await line.close();
});
