// When memory or processor time is short, and what is given up then, from given samples.
import { describe, expect, it } from 'vitest';
import {
  enoughMemory,
  judgeLag,
  judgeMemory,
  noLag,
  stepOf,
  type Lag,
} from '../../server/transport/pressure-rules.js';
import { watchPressure } from '../../server/transport/pressure.js';
import { createHeldClock } from '../support/held-clock.js';
import { schedulerOn } from '../support/held-scheduler.js';
import { createLogBook } from '../support/log-book.js';

describe('the rules', () => {
  it.each([
    [{ heapShare: 0.84, rssShare: 0 }, false, false],
    [{ heapShare: 0.85, rssShare: 0 }, false, true],
    [{ heapShare: 0.75, rssShare: 0 }, true, true],
    [{ heapShare: 0.74, rssShare: 0 }, true, false],
    [{ heapShare: 0.1, rssShare: 0.91 }, false, false],
    [{ heapShare: 0.1, rssShare: 0.92 }, false, true],
    [{ heapShare: 0.1, rssShare: 0.87 }, true, true],
    [{ heapShare: 0.1, rssShare: 0.86 }, true, false],
  ])('[U17] memory: %j, short before: %s, short now: %s', (sample, before, after) => {
    expect(judgeMemory({ isShort: before, shortAt: 0 }, sample, 5000).isShort).toBe(after);
  });

  it('[U17] memory is enough again when it has been for 5 s', () => {
    const enough = { heapShare: 0.5, rssShare: 0 };
    const short = judgeMemory(enoughMemory, { heapShare: 0.9, rssShare: 0 }, 1000);
    const later = judgeMemory(short, { heapShare: 0.8, rssShare: 0 }, 3000);
    expect([5000, 7999, 8000].map((atMs) => judgeMemory(later, enough, atMs).isShort)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each([
    ['late once, as after a suspension', [60_000, 0, 0], false],
    ['a slow machine, for long', Array.from({ length: 100 }, () => 1900), false],
    ['late twice, on time once, late twice', [2000, 2000, 1000, 2000, 2000], false],
    ['late three times', [2000, 2500, 9000], true],
    ['late three times, then on time twice', [2000, 2000, 2000, 10, 10], true],
    ['late three times, then on time three times', [2000, 2000, 2000, 10, 10, 10], false],
    ['late three times, then on time now and then', [2000, 2000, 2000, 10, 10, 600, 10, 10], true],
  ])('[U17] the event loop: %s', (_name, looks, isHigh) => {
    expect(looks.reduce<Lag>(judgeLag, noLag).isHigh).toBe(isHigh);
  });

  it.each([
    [0, 0],
    [40, 40],
    [500, 100],
    [5000, 500],
    [50_000, 1000],
  ])('[U17] of %i a step gives up %i', (left, step) => {
    expect(stepOf(left)).toBe(step);
  });
});

function open() {
  const clock = createHeldClock();
  const { logger, lines } = createLogBook('info');
  const sample = { heapShare: 0.2, rssShare: 0 };
  const left = { unseated: 250, seats: 120, names: 300 };
  const given: string[] = [];
  const expendable = (name: keyof typeof left) => ({
    get count() {
      return left[name];
    },
    giveUp(count: number) {
      left[name] -= count;
      if (count > 0) given.push(`${count} ${name}`);
    },
  });
  let skipMs = 0;
  const state = { isStarved: false };
  const pressure = watchPressure({
    scheduler: schedulerOn(clock),
    logger,
    unseated: expendable('unseated'),
    kept: [expendable('seats'), expendable('names')],
    readMemory: () => sample,
    clock: () => clock.now() + skipMs,
    readCpuMs: () => (state.isStarved ? 0 : clock.now() + skipMs),
  });
  return {
    clock,
    lines,
    sample,
    left,
    given,
    pressure,
    state,
    /** The next look is late by so much. */
    late(ms: number) {
      skipMs += ms;
      clock.advanceNow(500);
    },
  };
}

describe('watching', () => {
  it('[U17] while memory is short no connection may be opened; each change is logged once', () => {
    const { clock, lines, sample, given, pressure } = open();
    expect(pressure.isHigh()).toBe(false);
    sample.heapShare = 0.9;
    // It is read for a new connection, too, but not for each.
    expect(pressure.isHigh()).toBe(false);
    clock.advanceNow(50);
    expect(pressure.isHigh()).toBe(true);
    clock.advanceNow(5000);
    // What is in use may be garbage.
    expect(given).toEqual([]);
    sample.heapShare = 0.5;
    clock.advanceNow(5000);
    expect(pressure.isHigh()).toBe(false);
    expect(lines).toMatchObject([{ level: 40, heapPercent: 90, memoryPercent: 0 }, { level: 30 }]);
    expect(lines[0]?.msg).toContain('MAX_CONNECTIONS');
    pressure.close();
    expect(clock.timers).toBe(0);
  });

  it('[U17] after each collection that does not help the cheapest go, some at a time, until it is over', () => {
    const { clock, sample, given, pressure } = open();
    pressure.collected();
    sample.heapShare = 0.9;
    clock.advanceNow(500);
    for (let times = 0; times < 3; times++) pressure.collected();
    expect(given.splice(0)).toEqual(['100 unseated', '100 unseated', '50 unseated']);
    pressure.collected();
    expect(given.splice(0)).toEqual(['100 seats', '100 names']);
    sample.heapShare = 0.7;
    pressure.collected();
    expect([given, pressure.isHigh()]).toEqual([[], true]);
    clock.advanceNow(5000);
    expect([given, pressure.isHigh()]).toEqual([[], false]);
    pressure.close();
  });

  it('[U17] at the limit of a container they go at every look', () => {
    const { clock, sample, given, pressure } = open();
    sample.rssShare = 0.95;
    clock.advanceNow(2000);
    expect(given.splice(0)).toEqual([
      '100 unseated',
      '100 unseated',
      '50 unseated',
      '100 seats',
      '100 names',
    ]);
    sample.rssShare = 0.9;
    clock.advanceNow(500);
    expect([given, pressure.isHigh()]).toEqual([[], true]);
    pressure.close();
  });

  it('[U17] while the event loop is late no connection may be opened; if it lasts, those without a seat go', () => {
    const { clock, lines, left, given, pressure, late } = open();
    for (let looks = 0; looks < 3; looks++) late(2000);
    expect(pressure.isHigh()).toBe(true);
    for (let looks = 3; looks < 9; looks++) late(2000);
    expect(given).toEqual([]);
    late(2000);
    expect(given).toEqual(['100 unseated']);
    for (let looks = 0; looks < 5; looks++) late(3000);
    expect(left).toEqual({ unseated: 0, seats: 120, names: 300 });
    clock.advanceNow(1500);
    expect(pressure.isHigh()).toBe(false);
    expect(lines.map(({ level }) => level)).toEqual([40, 30]);
    pressure.close();
  });

  it('[U17] a process that is late because others have the processor is not too busy', () => {
    const { pressure, state, late } = open();
    state.isStarved = true;
    for (let looks = 0; looks < 20; looks++) late(9000);
    expect(pressure.isHigh()).toBe(false);
    pressure.close();
  });
});
