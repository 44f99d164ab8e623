// Alarms and insisting, on a clock that the test moves: when they ring, and that a failing store is asked again.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createAlarmClock } from '../../server/platform/alarm-clock.js';
import { insist } from '../../server/platform/insist.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function createRinging(failures = 0) {
  const rung: string[] = [];
  const faults: unknown[] = [];
  let failuresLeft = failures;
  const clock = createAlarmClock(
    (key: string) => {
      rung.push(key);
      return failuresLeft-- > 0 ? Promise.reject(new Error('away')) : Promise.resolve();
    },
    (cause) => faults.push(cause),
  );
  return { clock, rung, faults };
}

it('an alarm rings once, after its time and not before', async () => {
  const { clock, rung } = createRinging();
  clock.set('ann', 100);
  await vi.advanceTimersByTimeAsync(99);
  expect(rung).toEqual([]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(rung).toEqual(['ann']);
});

it('an alarm in many weeks, longer than any timer, does not ring at once', async () => {
  const { clock, rung } = createRinging();
  clock.set('ann', 3e9);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(rung).toEqual([]);
});

it('a later word on the same key replaces the earlier one, and none takes it back', async () => {
  const { clock, rung } = createRinging();
  clock.set('ann', 100);
  clock.set('ann', 500);
  clock.set('bob', 100);
  clock.set('bob', undefined);
  await vi.advanceTimersByTimeAsync(200);
  expect(rung).toEqual([]);
  await vi.advanceTimersByTimeAsync(400);
  expect(rung).toEqual(['ann']);
});

it('what fails is tried again each second until it is done', async () => {
  const { clock, rung, faults } = createRinging(2);
  clock.set('ann', 0);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(rung).toEqual(['ann', 'ann', 'ann']);
  expect(faults).toHaveLength(2);
});

it('a closed clock rings no more', async () => {
  const { clock, rung } = createRinging();
  clock.set('ann', 100);
  clock.close();
  clock.set('bob', 100);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(rung).toEqual([]);
});

it('insisting ends with the first success', async () => {
  let failuresLeft = 3;
  const faults: unknown[] = [];
  const done = insist(
    () => (failuresLeft-- > 0 ? Promise.reject(new Error('away')) : Promise.resolve()),
    () => false,
    (cause) => faults.push(cause),
  );
  await vi.advanceTimersByTimeAsync(3100);
  await done;
  expect(faults).toHaveLength(3);
});

it('insisting ends when nobody needs it any more', async () => {
  let tries = 0;
  const done = insist(
    () => {
      tries++;
      return Promise.reject(new Error('away'));
    },
    () => true,
    () => {},
  );
  await vi.advanceTimersByTimeAsync(5000);
  await done;
  expect(tries).toBe(1);
});
