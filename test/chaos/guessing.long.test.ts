// Secrets that are guessed by many at once: none takes a seat, and the right one does. More of them are in attack/tokens.
import { expect, it } from 'vitest';
import { startServerProcess } from '../support/server-process.js';
import { noteFigure } from '../support/figures.js';
import {
  ask,
  closeSocketsAfterTest,
  connectSocket,
  createSeatClient,
  newSecret,
} from '../support/seat-client.js';

const guessesOnTheWire = 20_000;

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
