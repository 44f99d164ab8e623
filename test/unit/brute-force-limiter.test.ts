// How fast wrong tokens are answered, on a clock that the test moves. [R29] [U25]
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  counterOf,
  createBruteForceLimiter,
  type BruteForceLimiter,
} from '../../server/transport/brute-force-limiter.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('[R29] [U25] 100 wrong tokens are answered at once, the next ones 1 s later', async () => {
  const limiter = createBruteForceLimiter();
  // The clock stands still, so these would never end if they had to wait.
  for (let guess = 0; guess < 100; guess++) await limiter.countFailure('10.0.0.1', 'room-42');
  expect(await delayOf(limiter)).toBe(1000);
  expect(await delayOf(limiter)).toBe(1000);
});

it('[R29] [U25] another channel and another address are counted by themselves', async () => {
  const limiter = createBruteForceLimiter();
  for (let guess = 0; guess < 100; guess++) await limiter.countFailure('10.0.0.1', 'room-42');
  expect(await delayOf(limiter, '10.0.0.1', 'room-43')).toBe(0);
  expect(await delayOf(limiter, '10.0.0.2', 'room-42')).toBe(0);
  expect(await delayOf(limiter)).toBe(1000);
});

it('[R29] [U25] a minute later everything is as at the start', async () => {
  const limiter = createBruteForceLimiter();
  for (let guess = 0; guess < 100; guess++) await limiter.countFailure('10.0.0.1', 'room-42');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await delayOf(limiter)).toBe(0);
});

/** In ms of the test's clock. */
async function delayOf(limiter: BruteForceLimiter, address = '10.0.0.1', place = 'room-42'): Promise<number> {
  const askedAt = Date.now();
  const answeredAt = limiter.countFailure(address, place).then(() => Date.now());
  await vi.advanceTimersByTimeAsync(1500);
  return (await answeredAt) - askedAt;
}

it('any number of addresses and places share 65,536 counters, evenly', () => {
  const counters = new Map<number, number>();
  for (let number = 0; number < 200_000; number++) {
    const counter = counterOf(`10.0.${number % 256}.1`, `room-${number}`);
    counters.set(counter, (counters.get(counter) ?? 0) + 1);
  }
  expect(Math.max(...counters.keys())).toBeLessThan(65_536);
  expect(Math.max(...counters.values())).toBeLessThan(30);
});
