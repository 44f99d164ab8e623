// One CONNECT for each Engine.IO connection, a small one and first of all: whoever sends something else is cut, and nobody
// else notices. [R15]
import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import { openSession, post } from '../support/engine.js';
import { startParley } from '../support/parley.js';
import { frameOf, opcodes, openRawSocketIo, openRawWebSocket } from '../support/raw-websocket.js';
import { connectClient, transports } from '../support/room-client.js';
import { connectPair, initiatorEvents } from '../support/room-pair.js';
import { watchProcess } from '../support/watch-process.js';

const webSocketPath = '/socket.io/?EIO=4&transport=websocket';
const longNamespace = `40/${'x'.repeat(100_000)},`;

const rows: [what: string, packets: string[]][] = [
  ['a second CONNECT', ['40', '40']],
  ['a blank for its type', ['40', '4 ']],
  ['one with a secret', ['40{"token":"a"}', '40{"token":"b"}']],
  ['another namespace', ['40', '40/admin,']],
  ['a namespace that is not there, again and again', Array.from({ length: 100 }, () => longNamespace)],
  ['one of more than 16 KB', [`40{"token":"${'x'.repeat(16_384)}"}`]],
  ['a million bytes of objects in it', [`40{"a":[${'{},'.repeat(340_000)}{}]}`]],
  ['objects in it, five deep', ['40{"a":{"b":{"c":{"d":{}}}}}']],
  ['an event before it', ['42["message","psst"]', '40']],
  ['a binary event before it', ['451-["message",{"_placeholder":true,"num":0}]', '40']],
];

it.each(rows)('[R15] over a WebSocket: %s ends the connection', async (_what, packets) => {
  const alive = watchProcess();
  const { url, port } = await startParley();
  const { expectUndisturbed } = await connectPair(url);
  const cy = await openRawWebSocket(port, webSocketPath);
  cy.write(...packets.map((packet) => frameOf(packet)));
  await cy.closed;
  expect(cy.frames.filter(({ text }) => text.startsWith('4')).length).toBeLessThanOrEqual(1);
  await expectUndisturbed();
  alive.expectCalm();
});

it('[R15] over a WebSocket: joining, leaving and joining again ends the connection', async () => {
  const { url, port } = await startParley();
  const { expectUndisturbed } = await connectPair(url);
  const cy = await openRawSocketIo(port);
  const left = new Promise<void>((resolve) => {
    cy.onFrame(({ opcode }) => {
      if (opcode === opcodes.pong) resolve();
    });
  });
  cy.write(frameOf('41'), frameOf('', opcodes.ping));
  await left;
  cy.write(frameOf('40'));
  await cy.closed;
  expect(cy.frames.filter(({ text }) => text.startsWith('40'))).toHaveLength(1);
  await expectUndisturbed();
});

it.each(rows)('[R15] over long-polling: %s ends the connection', async (_what, packets) => {
  const alive = watchProcess();
  const { url } = await startParley();
  const { expectUndisturbed } = await connectPair(url);
  const cy = await openSession(url);
  for (const packet of packets.slice(0, 3)) await post(cy, packet);
  expect((await fetch(cy)).status).toBe(400);
  await expectUndisturbed();
  alive.expectCalm();
});

it('[R15] 35,000 in one POST make no more than one socket, and the pair talks on', async () => {
  const alive = watchProcess();
  const { url } = await startParley();
  const { ann, expectUndisturbed } = await connectPair(url);
  const cy = await openSession(url);
  const posted = post(cy, Array.from({ length: 35_000 }, () => '40').join('\x1e'));
  await ann.ask('check');
  await posted;
  await ann.ask('check');
  expect((await fetch(cy)).status).toBe(400);
  await expectUndisturbed();
  alive.expectCalm();
});

it('[R15] [R8] each packet of a payload counts by itself: what is after a large one is not read', async () => {
  const { url } = await startParley();
  const { channel, bob, expectUndisturbed } = await connectPair(url);
  const cy = await openSession(url);
  const bomb = `40{"a":[${'{},'.repeat(200_000)}{}]}`;
  await post(cy, '3', bomb, `42["create or join",${JSON.stringify(channel)}]`);
  expect((await fetch(cy)).status).toBe(400);
  const dan = await openSession(url);
  // Together they are far above the limit of one CONNECT.
  await post(dan, '40');
  expect(await post(dan, ...Array.from({ length: 5 }, () => `42["x","${'x'.repeat(10_000)}"]`))).toBe(200);
  expect(await (await fetch(dan)).text()).toContain('40{"sid"');
  expect(bob.names()).not.toContain('full');
  await expectUndisturbed();
});

it.each(transports)('[R15] a client over %s connects, ends, and connects again', async (transport) => {
  const { url } = await startParley();
  const ann = await connectClient(url, { transport });
  expect(await ann.ask('create or join', 'Test')).toMatchObject({ status: 'created' });
  ann.socket.disconnect();
  await ann.ended;
  ann.socket.connect();
  await expect.poll(() => ann.socket.connected).toBe(true);
  expect(await ann.socket.emitWithAck('check')).toBeUndefined();
});

it('[R15] a client that begins with long-polling goes over to a WebSocket', async () => {
  const { url } = await startParley();
  const socket = io(url, { forceNew: true, reconnection: false });
  onTestFinished(() => {
    socket.disconnect();
  });
  await expect.poll(() => socket.connected && socket.io.engine.transport.name).toBe('websocket');
  expect(await socket.emitWithAck('create or join', 'Test')).toMatchObject({ status: 'created' });
});

it('[R15] what comes in the same write behind the DISCONNECT of a client is not handled', async () => {
  const { url, port } = await startParley();
  const ann = await connectClient(url);
  await ann.ask('create or join', 'Test');
  const cy = await openRawSocketIo(port);
  cy.write(frameOf('41'), frameOf('42["create or join","Test"]'));
  cy.write(frameOf('', opcodes.ping));
  await expect.poll(() => cy.frames.some(({ opcode }) => opcode === opcodes.pong)).toBe(true);
  const bob = await connectClient(url);
  expect(await bob.ask('create or join', 'Test')).toMatchObject({ status: 'joined' });
  await ann.hears('ready');
  expect(ann.heard).toEqual(initiatorEvents('Test', ann.id, bob.id));
  expect(cy.frames.filter(({ text }) => text.startsWith('42') || text.startsWith('43'))).toEqual([]);
});
