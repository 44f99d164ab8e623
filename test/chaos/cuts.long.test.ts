// A client whose path is cut again and again, in every way, returns to the same seat; whoever else asks is told "full".
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startFaultProxy } from '../support/fault-proxy.js';
import { startServerProcess } from '../support/server-process.js';
import { createChance } from '../support/chance.js';
import { cuts, type Fault } from './faults.js';
import { inMs, noteFigure, percentile } from '../support/figures.js';
import { askAsStranger, closeSocketsAfterTest } from '../support/seat-client.js';
import { countTo, openTalker } from './talker.js';

const rounds = 1000;
const resumeWithinMs = 500;

it(`[R21] [R22] ${rounds} cuts of all kinds: the same seat each time, and "full" for everybody else`, async (context) => {
  const chance = createChance('cuts');
  const server = await startServerProcess();
  closeSocketsAfterTest();
  const way = await startFaultProxy(server.port);
  const ann = await openTalker(way.url, 'room-42');
  const bob = await openTalker(server.url, 'room-42');
  const target = { ways: [way], server } as const;
  const kinds = Object.values<Fault>(cuts) as [Fault, ...Fault[]];
  const resumeMs: number[] = [];
  const strangers = new Map<string, number>();

  while (resumeMs.length < rounds) {
    const entriesBefore = ann.entries.length;
    const asked = askAsStranger(server.url, 'room-42');
    await chance.pick(kinds)(target, chance);
    // The path is back as soon as the fault is over, and the page says so.
    const backAt = performance.now();
    ann.hurry();
    const status = await asked;
    await Promise.all([ann.say(1), bob.say(1)]);
    // A half-close does no harm to long-polling, which the library falls back to when a handshake was cut.
    if (ann.entries.length === entriesBefore) continue;
    resumeMs.push(Math.max(0, ann.enteredAt - backAt));
    strangers.set(status, (strangers.get(status) ?? 0) + 1);
    if (chance.oneIn(4)) await pause(chance.whole(0, 20));
  }

  const p95 = percentile(resumeMs, 95);
  noteFigure(
    context,
    `${rounds} cuts: the same seat`,
    ann.entries.filter((status) => status === 'resumed').length,
    String(rounds),
  );
  noteFigure(
    context,
    `${rounds} cuts: a third person told "full"`,
    strangers.get('full') ?? 0,
    String(rounds),
  );
  noteFigure(context, `${rounds} cuts: resume p95 after the path is back`, inMs(p95), 'at most 500 ms');
  expect(new Set(ann.entries.slice(1))).toEqual(new Set(['resumed']));
  expect(ann.entries.length).toBeGreaterThan(rounds);
  expect(Object.fromEntries(strangers)).toEqual({ full: rounds });
  expect(bob.presences).not.toContain('gone');
  expect(bob.entries).toEqual(['joined']);
  expect([ann.got, bob.got]).toEqual([countTo(bob.said), countTo(ann.said)]);
  expect(p95).toBeLessThanOrEqual(resumeWithinMs);
});
