// A reader that has stopped, and a flood toward it: the server's memory is bounded, and nobody else has to wait.
import { setTimeout as pause } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import { expect, it } from 'vitest';
import { inMegabytes, inMs, noteFigure, percentile } from '../support/figures.js';
import { startMeasuredServer, type MeasuredServer } from '../support/measured-server.js';
import { hearNext, pairUp } from '../support/pairs.js';
import { closeSocketsAfterTest } from '../support/seat-client.js';
import { inThousands } from '../support/scale.js';
import { noteAttack } from './attack-table.js';
import { prepareFlood } from './stopped-reader.js';

const messages = 100_000;
const perMs = 2;
const others = 20;
const quietMs = 15_000;
/** How often the server's memory is read while the flood goes on. */
const glanceEveryMs = 500;
const mostGrowth = 20e6;

it(`[R28] a stopped reader and ${messages} messages of 1 KiB: bounded memory, and nobody else waits`, async (context) => {
  const server = await startMeasuredServer();
  closeSocketsAfterTest();
  const pairs = await Promise.all(
    Array.from({ length: others }, (_, number) => pairUp(server.url, `room-${number}`)),
  );
  const { port } = server;
  const read = await prepareFlood({ port, count: messages / 5, perMs, isRead: true });
  const unread = await prepareFlood({ port, count: messages, perMs, isRead: false });

  // First the same flood to somebody who reads it, so that the server's memory has its working size.
  const reading = read.run();
  const [timesRead, highestRead] = await Promise.all([
    chatWhile(pairs, reading),
    highestRss(server, reading),
  ]);
  const before = await server.measure();
  const quiet = await chatWhile(pairs, pause(quietMs));
  const done = unread.run();
  const [timesUnread, highestUnread] = await Promise.all([chatWhile(pairs, done), highestRss(server, done)]);
  const after = await server.measure();
  // Quiet before and after, since a shared machine has moods.
  quiet.push(...(await chatWhile(pairs, pause(quietMs))));

  const withoutFlood = percentile(quiet, 99);
  const whileUnread = percentile(timesUnread, 99);
  const growth = highestUnread - highestRead;
  noteFigure(context, `stopped reader, ${messages} × 1 KiB: times cut off`, unread.cuts());
  noteFigure(
    context,
    'stopped reader: memory (rss) at its highest, above that of the same flood read',
    inMegabytes(growth),
    'at most 20 MB',
  );
  noteFigure(context, 'stopped reader: growth of the heap', inMegabytes(after.heapUsed - before.heapUsed));
  noteFigure(context, "everybody else's p99, without flood", inMs(withoutFlood));
  noteFigure(context, "everybody else's p99, same flood to one who reads", inMs(percentile(timesRead, 99)));
  noteFigure(context, "everybody else's p99, stopped reader", inMs(whileUnread), 'at most doubled');
  noteAttack(context, {
    threat: 'a reader that stops',
    tries: `${inThousands(messages)} messages of 1 KiB`,
    result: `memory +${inMegabytes(growth)}, at most +20; cut ${unread.cuts()} times`,
  });
  expect(unread.cuts()).toBeGreaterThan(0);
  expect(growth).toBeLessThanOrEqual(mostGrowth);
  expect(whileUnread).toBeLessThanOrEqual(2 * withoutFlood);
});

/** Everybody talks; returns how long each message took, in ms. */
async function chatWhile(pairs: [Socket, Socket][], until: Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  await Promise.all(
    pairs.map(([ann, bob]) =>
      whileRunning(until, async () => {
        const heard = hearNext(bob, 'message');
        const saidAt = performance.now();
        ann.emit('message', 'hello');
        await heard;
        times.push(performance.now() - saidAt);
        await pause(20);
      }),
    ),
  );
  return times;
}

async function highestRss(server: MeasuredServer, until: Promise<unknown>): Promise<number> {
  let highest = 0;
  await whileRunning(until, async () => {
    highest = Math.max(highest, (await server.glance()).rss);
    await Promise.race([until, pause(glanceEveryMs)]);
  });
  return highest;
}

async function whileRunning(until: Promise<unknown>, task: () => Promise<void>): Promise<void> {
  const state = { isOver: false };
  void until.then(() => (state.isOver = true));
  while (!state.isOver) await task();
}
