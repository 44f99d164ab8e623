// Secrets that are guessed, and secrets that were replaced: neither takes a seat.
import { expect, it } from 'vitest';
import { enter } from '../../server/rooms/enter-rules.js';
import type { Room, PeerId } from '../../server/rooms/room.js';
import { emptyRoom } from '../../server/rooms/room.js';
import { hashToken } from '../../server/transport/hash-token.js';
import { startServerProcess } from '../support/server-process.js';
import { noteFigure } from './figures.js';
import { ask, closeSocketsAfterTest, connectSocket, createSeatClient, newSecret } from './seat-client.js';

const graceMs = 30_000;
const guesses = 100_000;
const guessesOnTheWire = 20_000;
const rotations = 1000;

function sit(room: Room, peer: string, secret: string): Room {
  const entrant = { peer: peer as PeerId, channel: 'room-42', token: hashToken(secret) };
  return enter(entrant, graceMs)(room, { now: 0, version: 1 }).room;
}

it(`[R20] ${guesses} random secrets take no seat back`, (context) => {
  const pair = sit(sit(emptyRoom, 'ann', newSecret()), 'bob', newSecret());
  let resumed = 0;
  for (let guess = 0; guess < guesses; guess++) {
    const entrant = { peer: 'cy' as PeerId, channel: 'room-42', token: hashToken(newSecret()) };
    const { room, outcome } = enter(entrant, graceMs)(pair, { now: guess, version: guess + 2 });
    if (outcome.status !== 'full' || room !== pair) resumed++;
  }
  noteFigure(context, `seats taken by ${guesses} random secrets`, resumed, '0');
  expect(resumed).toBe(0);
});

it(`[R29] ${guessesOnTheWire} guesses on the wire take no seat; the right secret takes it meanwhile`, async (context) => {
  const server = await startServerProcess();
  closeSocketsAfterTest();
  const ann = createSeatClient('room-42');
  const bob = createSeatClient('room-42');
  await ann.enter(server.url);
  await bob.enter(server.url);
  const cy = await Promise.all(Array.from({ length: 500 }, () => connectSocket(server.url)));
  const answers = Promise.all(
    Array.from({ length: guessesOnTheWire }, (_, guess) => cy[guess % cy.length]).flatMap((socket) =>
      socket ? [ask(socket, 'room-42', { resume: true, seat: newSecret() })] : [],
    ),
  );
  expect((await ann.enter(server.url)).status).toBe('resumed');
  const statuses = (await answers).map(({ status }) => status);
  const decided = statuses.filter((status) => status === 'full').length;
  noteFigure(context, `of ${guessesOnTheWire} guesses at once, decided`, decided);
  expect(new Set(statuses)).toEqual(new Set(['full', 'refused']));
});

it(`[R20] a secret that was replaced takes no seat, ${rotations} times`, async (context) => {
  const server = await startServerProcess();
  closeSocketsAfterTest();
  const ann = createSeatClient('room-42');
  await ann.enter(server.url);
  await createSeatClient('room-42').enter(server.url);
  const replaced: string[] = [];
  for (let turn = 0; turn < rotations; turn++) {
    replaced.push(ann.secret);
    const before = ann.socket;
    await ann.enter(server.url);
    before?.disconnect();
  }
  // The last one that was replaced still counts, until the newest has been seen used.
  await ann.enter(server.url);
  const answers = await Promise.all(
    replaced.map(async (secret) => {
      const socket = await connectSocket(server.url);
      return ask(socket, 'room-42', { resume: true, seat: secret, next: newSecret() });
    }),
  );
  const resumed = answers.filter(({ status }) => status !== 'full').length;
  noteFigure(context, `seats taken by ${rotations} replaced secrets`, resumed, '0');
  expect(resumed).toBe(0);
});
