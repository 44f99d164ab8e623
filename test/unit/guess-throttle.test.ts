// How fast wrong secrets are answered, on a clock that the test moves. [R29] [U25]
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createGuessThrottle, type GuessThrottle } from '../../server/connections/guess-throttle.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('[R29] [U25] 100 wrong secrets are answered at once, the next ones 1 s later', async () => {
  const throttle = createGuessThrottle();
  // The clock stands still, so these would never end if they had to wait.
  for (let guess = 0; guess < 100; guess++) await throttle.countFailure('10.0.0.1', 'room-42');
  expect(await delayOf(throttle)).toBe(1000);
  expect(await delayOf(throttle)).toBe(1000);
});

it('[R29] [U25] another channel and another address are counted by themselves', async () => {
  const throttle = createGuessThrottle();
  for (let guess = 0; guess < 100; guess++) await throttle.countFailure('10.0.0.1', 'room-42');
  expect(await delayOf(throttle, '10.0.0.1', 'room-43')).toBe(0);
  expect(await delayOf(throttle, '10.0.0.2', 'room-42')).toBe(0);
  expect(await delayOf(throttle)).toBe(1000);
});

it('[R29] [U25] a minute later everything is as at the start', async () => {
  const throttle = createGuessThrottle();
  for (let guess = 0; guess < 100; guess++) await throttle.countFailure('10.0.0.1', 'room-42');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await delayOf(throttle)).toBe(0);
});

/** In ms of the test's clock. */
async function delayOf(throttle: GuessThrottle, address = '10.0.0.1', place = 'room-42'): Promise<number> {
  const askedAt = Date.now();
  const answeredAt = throttle.countFailure(address, place).then(() => Date.now());
  await vi.advanceTimersByTimeAsync(1500);
  return (await answeredAt) - askedAt;
}
