// A phone leaves the house: its old path is dead without a word, and it comes back on another one.
import { expect, it } from 'vitest';
import { startFaultProxy } from '../support/fault-proxy.js';
import { startServerProcess } from '../support/server-process.js';
import { inMs, noteFigure, percentile } from '../support/figures.js';
import { closeSocketsAfterTest, createSeatClient } from '../support/seat-client.js';
import { openTalker } from './talker.js';

const switches = 100;
const backWithinMs = 1000;

it(`[R21] ${switches} silent switches: the seat is back within 1 s of the reconnect, and the other notices no end`, async (context) => {
  const server = await startServerProcess();
  const way = await startFaultProxy(server.port);
  const ann = await openTalker(way.url, 'room-42');
  const bob = await openTalker(server.url, 'room-42');
  const heard: string[] = [];
  bob.channel.on('trace', ({ direction, event }) => {
    if (direction === 'in') heard.push(event);
  });
  const backMs: number[] = [];
  for (let turn = 0; turn < switches; turn++) {
    const dead = way.newest();
    dead.silence();
    const sent = [ann.say(1), bob.say(1)];
    // The page hears that there is another network; the library then asks its server, in vain, and connects anew.
    const entered = ann.entersAgain();
    ann.hurry();
    await entered;
    backMs.push(performance.now() - ann.lostAt);
    await Promise.all(sent);
    // What the dead path still holds comes late: it is fenced off.
    dead.heal();
    await Promise.all([ann.say(1), bob.say(1)]);
  }
  const slowest = percentile(backMs, 100);
  noteFigure(context, `${switches} silent switches: seat back, slowest`, inMs(slowest), 'within 1 s');
  expect(slowest).toBeLessThan(backWithinMs);
  expect(ann.entries).toEqual(['created', ...Array.from({ length: switches }, () => 'resumed')]);
  expect(heard.filter((event) => ['Bye', 'peer gone', 'created', 'bye'].includes(event))).toEqual([]);
  expect(bob.presences).not.toContain('gone');
  expect([ann.got, bob.got].map((got) => got.length)).toEqual([2 * switches, 2 * switches]);
});

it('[R21] what the dead connection still says after the switch reaches nobody', async () => {
  const server = await startServerProcess();
  closeSocketsAfterTest();
  const way = await startFaultProxy(server.port);
  const ann = createSeatClient('room-42');
  const bob = createSeatClient('room-42');
  await ann.enter(way.url);
  await bob.enter(server.url);
  const got: unknown[] = [];
  const last = new Promise<void>((resolve) => {
    bob.socket?.on('message', (value) => {
      got.push(value);
      if (value === 'new') resolve();
    });
  });
  const old = ann.socket;
  way.newest().silence();
  old?.emit('message', 'old');
  old?.emit('Bye', 'room-42');
  expect((await ann.enter(server.url)).status).toBe('resumed');
  const closed = new Promise((resolve) => old?.once('disconnect', resolve));
  for (const path of way.paths()) path.heal();
  await closed;
  ann.socket?.emit('message', 'new');
  await last;
  expect(got).toEqual(['new']);
  expect(bob.heard.slice(-2)).toEqual(['peer back', 'message']);
});
