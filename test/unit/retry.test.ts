// Trying until it is done, on a clock that the test moves.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createRetries } from '../../server/timing/retry.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const everyMs = 1000;

/** Fails so many times. */
function failing(failures: number) {
  const attempts: number[] = [];
  return {
    attempts,
    task: (attempt: number): Promise<void> => {
      attempts.push(attempt);
      return attempts.length > failures ? Promise.resolve() : Promise.reject(new Error('away'));
    },
  };
}

it('what succeeds at once is done at once', async () => {
  const { attempts, task } = failing(0);
  await createRetries(everyMs, () => false)(task);
  expect(attempts).toEqual([0]);
  expect(vi.getTimerCount()).toBe(0);
});

it('what fails is tried again after the same time each, until it succeeds', async () => {
  const { attempts, task } = failing(50);
  const done = createRetries(everyMs, () => false)(task);
  await vi.advanceTimersByTimeAsync(49 * everyMs);
  expect(attempts).toHaveLength(50);
  await vi.advanceTimersByTimeAsync(everyMs);
  await done;
  expect(attempts).toHaveLength(51);
});

it.each([0, 3])('it ends without a further attempt when it is over after %i retries', async (retries) => {
  const { attempts, task } = failing(1000);
  let isOver = false;
  const done = createRetries(everyMs, () => isOver)(task).catch((cause: unknown) => cause);
  await vi.advanceTimersByTimeAsync(retries * everyMs);
  isOver = true;
  await vi.advanceTimersByTimeAsync(10 * everyMs);
  await done;
  expect(attempts.length).toBeLessThanOrEqual(retries + 2);
});

it('of many tasks that fail, 64 at most are tried again at the same time, and all in the end', async () => {
  const retry = createRetries(everyMs, () => false);
  let [running, mostAtOnce, isAway] = [0, 0, true];
  const again = async (attempt: number): Promise<void> => {
    if (attempt > 0) mostAtOnce = Math.max(mostAtOnce, ++running);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    if (attempt > 0) running--;
    if (isAway) throw new Error('away');
  };
  const all = Promise.all(Array.from({ length: 100 }, () => retry(again)));
  await vi.advanceTimersByTimeAsync(5 * everyMs);
  expect(mostAtOnce).toBe(64);
  isAway = false;
  await vi.advanceTimersByTimeAsync(10 * everyMs);
  await all;
});
