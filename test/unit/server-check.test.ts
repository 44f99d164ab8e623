// The library's own look at its server.
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../client/transport/clock.js';
import { createServerCheck } from '../../client/transport/server-check.js';
import { createHeldClock, type HeldClock } from '../support/held-clock.js';

function start(clock: Clock) {
  const told: string[] = [];
  let answer = (): void => {};
  const check = createServerCheck({
    clock,
    ask(answered) {
      told.push('asked');
      answer = answered;
    },
    onLost: () => told.push('lost'),
  });
  check.start(1000, 0);
  return { check, told, answer: () => answer() };
}

it('asks in its rhythm, and counts anything that comes as an answer', () => {
  const clock = createHeldClock();
  const { told, answer, check } = start(clock);
  clock.advanceNow(1000);
  answer();
  clock.advanceNow(1000);
  check.received();
  clock.advanceNow(999);
  expect(told).toEqual(['asked', 'asked']);
  check.stop();
  expect(clock.timers).toBe(0);
});

it('says lost 2 s after a question without an answer', () => {
  const clock = createHeldClock();
  const { told, check } = start(clock);
  check.now();
  check.now();
  clock.advanceNow(1999);
  expect(told).toEqual(['asked']);
  clock.advanceNow(1);
  expect(told).toEqual(['asked', 'lost']);
});

it('gives the answer a chance when the page stood still, as it does during a prompt', () => {
  const clock = createHeldClock();
  let held = 0;
  const { told, check } = start({ ...clock, now: () => clock.now() + held });
  check.now();
  held = 60_000;
  clock.advanceNow(2000);
  expect(told).toEqual(['asked']);
  clock.advanceNow(2000);
  expect(told).toEqual(['asked', 'lost']);
});

/** As in a hidden tab: timers come just after the next whole second, or the next whole minute. */
function hidden(clock: HeldClock, roundMs: number): Clock {
  return {
    now: clock.now,
    after: (ms, task) =>
      clock.after(Math.ceil((clock.now() + ms) / roundMs) * roundMs + 2 - clock.now(), task),
  };
}

it.each([
  ['second', 1000, 6000],
  ['minute', 60_000, 120_000],
])(
  'finds from a hidden tab, whose timers wait for the next %s, that nobody answers',
  (_what, roundMs, withinMs) => {
    const clock = createHeldClock();
    clock.advanceNow(345);
    const { told, check } = start(hidden(clock, roundMs));
    check.now();
    clock.advanceNow(withinMs);
    expect(told).toEqual(['asked', 'lost']);
  },
);

it('excuses a late timer at each question anew', () => {
  const clock = createHeldClock();
  let held = 0;
  const { told, check } = start({ ...clock, now: () => clock.now() + held });
  for (let question = 0; question < 3; question++) {
    check.now();
    held += 60_000;
    clock.advanceNow(2000);
    check.received();
  }
  expect(told).toEqual(['asked', 'asked', 'asked']);
  check.now();
  clock.advanceNow(2000);
  expect(told.slice(3)).toEqual(['asked', 'lost']);
});

describe('on a slow path', () => {
  /** Asks, and finds out how long it waits for the answer. */
  function patience({ check, told }: ReturnType<typeof start>, clock: HeldClock): number {
    const askedAt = clock.now();
    check.now();
    while (told.at(-1) !== 'lost') clock.advanceNow(100);
    return clock.now() - askedAt;
  }

  it.each([
    [0, 2000],
    [400, 2000],
    [1500, 6000],
    [5000, 20_000],
    [60_000, 2000],
  ])('after an entry that took %i ms it waits %i ms', (tookMs, waitsMs) => {
    const clock = createHeldClock();
    const scene = start(clock);
    scene.check.start(100_000, tookMs);
    expect(patience(scene, clock)).toBe(waitsMs);
  });

  it('waits four times as long as the last answer took', () => {
    const clock = createHeldClock();
    const scene = start(clock);
    for (const tookMs of [1900, 3000, 100, 1000]) {
      scene.check.start(100_000, 1000);
      scene.check.now();
      clock.advanceNow(tookMs);
      scene.answer();
    }
    expect(patience(scene, clock)).toBe(4000);
  });

  it('does not take for an answer what the server said by itself', () => {
    const clock = createHeldClock();
    const scene = start(clock);
    scene.check.start(100_000, 1500);
    scene.check.now();
    scene.check.received();
    expect(patience(scene, clock)).toBe(6000);
  });
});
