// What bounds an Engine.IO connection before it has joined Socket.IO, and after the server has closed it. [R15] [R16]
// [R28]
import type { Socket as EngineSocket } from 'engine.io';
import { io as connect } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import { refusals } from '../../server/protocol/refusals.js';
import { enginePath, openOn, openSession, post, startEngine } from '../support/engine.js';
import { frameOf, opcodes, openRawSocketIo, openRawWebSocket } from '../support/raw-websocket.js';

const large = 'x'.repeat(600_000);
const connectMs = 10_000;

it('[R28] a WebSocket that has not joined hears too-slow and is cut above 1 MiB', async () => {
  const { io, port } = await startEngine();
  io.engine.on('connection', (connection: EngineSocket) => {
    for (let times = 0; times < 3; times++) connection.write(large);
  });
  const cy = await openRawWebSocket(port, `${enginePath}websocket`);
  await cy.closed;
  const refused = cy.frames.filter(({ text }) => text.startsWith('42["refused"'));
  expect(refused.map(({ text }) => JSON.parse(text.slice(2)) as unknown)).toMatchObject([
    ['refused', { event: 'message', code: 'too-slow', limit: 1_048_576 }],
  ]);
  expect(io.engine.clientsCount).toBe(0);
});

it('[R28] a WebSocket that reads no more is cut, and hears why if it reads again within a second', async () => {
  const engine = await startEngine();
  const [bob, connection] = await openOn(engine, () => openRawSocketIo(engine.port));
  bob.socket.pause();
  let written = 0;
  for (; connection.readyState === 'open'; written += large.length) connection.write(large);
  // What the two ends of a TCP connection hold by themselves comes on top.
  expect(written).toBeGreaterThan(1_048_576);
  bob.socket.resume();
  await bob.closed;
  const [refused, close] = bob.frames.slice(-2);
  expect(JSON.parse(refused?.text.slice(2) ?? '')).toEqual([
    'refused',
    { event: 'message', ...refusals.tooSlow(1_048_576) },
  ]);
  expect(close?.opcode).toBe(opcodes.close);
});

it('[R28] long-polling that has not joined and fetches nothing is cut above 1 MiB, not before', async () => {
  const engine = await startEngine();
  const [, cy] = await openOn(engine, () => openSession(engine.url));
  cy.write(large);
  expect(cy.readyState).toBe('open');
  cy.write(large);
  expect([cy.readyState, engine.io.engine.clientsCount]).toEqual(['closed', 0]);
});

it('[R16] long-polling that the server has closed, and whose client is gone, is cut by the heartbeat', async () => {
  const engine = await startEngine();
  const { io, watched } = engine;
  const [, bob] = await openOn(engine, () => openSession(engine.url));
  bob.write('never fetched');
  bob.close();
  expect([bob.readyState, io.engine.clientsCount]).toEqual(['closing', 1]);
  for (const connection of watched) connection.close();
  expect([bob.readyState, io.engine.clientsCount]).toEqual(['closed', 0]);
});

it('[R15] abandoned handshakes end after 10 s, hard, and not before', async () => {
  const { io, url, port, clock } = await startEngine();
  const sessions = await Promise.all(Array.from({ length: 20 }, () => openSession(url)));
  const cy = await openRawWebSocket(port, `${enginePath}websocket`);
  const dan = await openRawWebSocket(
    port,
    sessions[0]?.slice(url.length).replace('polling', 'websocket') ?? '',
  );
  dan.write(frameOf('2probe'));
  await dan.hears(/^3probe/);
  clock.advanceNow(connectMs - 1);
  expect(io.engine.clientsCount).toBe(21);
  clock.advanceNow(1);
  expect(io.engine.clientsCount).toBe(0);
  await Promise.all([cy.closed, dan.closed]);
  expect((await fetch(sessions[1] ?? '')).status).toBe(400);
  expect(clock.timers).toBe(0);
});

it('[R15] who has joined stays; who joins another namespace, or leaves, has 10 s', async () => {
  const { io, url, port, clock } = await startEngine();
  const ann = await openRawSocketIo(port);
  const bob = await openSession(url);
  await post(bob, '40');
  const cy = await openRawWebSocket(port, `${enginePath}websocket`);
  cy.write(frameOf('40/admin,'));
  await cy.hears(/^44\/admin,/);
  clock.advanceNow(connectMs);
  expect(io.engine.clientsCount).toBe(2);
  await cy.closed;
  // The 10 minutes of each connection without a seat.
  await expect.poll(() => clock.timers).toBe(2);
  ann.write(frameOf('41'));
  await expect.poll(() => clock.timers).toBe(3);
  clock.advanceNow(connectMs);
  await ann.closed;
  await expect.poll(() => [io.engine.clientsCount, clock.timers]).toEqual([1, 1]);
});

it('[R15] a page that is blocked for longer while it connects gets in all the same', async () => {
  const { io, url, clock, holdPosts } = await startEngine();
  let release = (): void => {};
  holdPosts(
    new Promise((resolve) => {
      release = resolve;
    }),
  );
  const socket = connect(url, { transports: ['polling'], forceNew: true, reconnectionDelay: 1 });
  onTestFinished(() => {
    socket.disconnect();
  });
  const heard = new Promise((resolve) => {
    io.on('connection', (joined) => joined.use((event) => resolve(event)));
  });
  socket.emit('create or join', 'typed in a prompt');
  await expect.poll(() => io.engine.clientsCount).toBe(1);
  clock.advanceNow(60_000);
  expect(io.engine.clientsCount).toBe(0);
  holdPosts(undefined);
  release();
  expect(await heard).toEqual(['create or join', 'typed in a prompt']);
});

it('[R15] one that does not read and is closed is not read either, and ends after a second', async () => {
  const engine = await startEngine();
  const { io, clock } = engine;
  const [bob, connection] = await openOn(engine, () => openRawSocketIo(engine.port));
  bob.socket.pause();
  // More than the two ends of a TCP connection hold.
  connection.write('x'.repeat(64_000_000));
  connection.write('the last word');
  connection.close();
  expect(connection.readyState).toBe('closing');
  let parsed = 0;
  connection.transport.on('packet', () => {
    parsed++;
  });
  bob.write(...Array.from({ length: 1000 }, () => frameOf('42["nonsense"]')));
  await new Promise<void>((resolve) => {
    bob.socket.write(frameOf('2'), () => resolve());
  });
  // Who connects later is handled later.
  await openRawSocketIo(engine.port);
  expect(parsed).toBe(0);
  clock.advanceNow(1000);
  bob.socket.resume();
  await bob.closed;
  expect([io.engine.clientsCount, clock.timers]).toEqual([1, 1]);
});

it('[R16] what waits for long-polling that the server has disconnected is fetched after a minute', async () => {
  const { io, url, clock } = await startEngine();
  const session = await openSession(url);
  io.on('connection', (socket) => {
    socket.emit('Bye', { reason: 'said' });
    socket.disconnect(true);
  });
  await post(session, '40');
  await expect.poll(() => io.of('/').sockets.size).toBe(0);
  clock.advanceNow(60_000);
  const packets = (await (await fetch(session)).text()).split('\x1e');
  expect(packets.slice(1, 3)).toEqual(['42["Bye",{"reason":"said"}]', '41']);
  await (await fetch(session)).text();
  expect([io.engine.clientsCount, clock.timers]).toEqual([0, 0]);
});
