// The library's own look at its server.
import { expect, it } from 'vitest';
import type { Clock } from '../../client/signaling/clock.js';
import { createServerCheck } from '../../client/signaling/server-check.js';
import { createHeldClock } from '../support/held-clock.js';

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
  check.start(1000);
  return { check, told, answer: () => answer() };
}

it('asks in its rhythm, and counts anything that comes as an answer', () => {
  const clock = createHeldClock();
  const { told, answer, check } = start(clock);
  clock.advanceNow(1000);
  answer();
  clock.advanceNow(1000);
  check.heard();
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
