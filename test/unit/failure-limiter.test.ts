// How many requests of one address may fail, on a clock that the test moves. [R29] [U25]
import { expect, it } from 'vitest';
import { AddressBuckets } from '../../server/transport/address-buckets.js';
import { createFailureLimiter, type Asker } from '../../server/transport/failure-limiter.js';
import { createHeldClock } from '../support/held-clock.js';

const askerAt = (address: string | undefined, hasFailed = false): Asker => ({ address, hasFailed });

function open() {
  const clock = createHeldClock();
  const failures = createFailureLimiter(clock.now);
  return {
    clock,
    failures,
    fail(times: number, address = '10.0.0.1'): void {
      for (let time = 0; time < times; time++) failures.countFailure(askerAt(address));
    },
  };
}

it('[R29] [U25] 4,000 requests of an address may fail at once, and 1,000 a second', () => {
  const { clock, failures, fail } = open();
  const asker = askerAt('10.0.0.1', true);
  fail(3999);
  expect(failures.msUntil(asker)).toBe(0);
  fail(1);
  expect(failures.msUntil(asker)).toBe(1000);
  expect(failures.msUntil(askerAt('10.0.0.2', true))).toBe(0);
  clock.advanceNow(1000);
  expect(failures.msUntil(asker)).toBe(0);
  fail(1000);
  expect(failures.msUntil(asker)).toBe(1000);
});

it('[R29] [U25] the first request of a connection is always decided', () => {
  const { failures, fail } = open();
  fail(10_000);
  const asker = askerAt('10.0.0.1');
  expect(failures.msUntil(asker)).toBe(0);
  failures.countFailure(asker);
  expect(failures.msUntil(asker)).toBe(1000);
});

it('[R29] [U25] 1,500 people of one address who try again every 1.5 s are never told to wait', () => {
  const { clock, failures } = open();
  const office = Array.from({ length: 1500 }, () => askerAt('10.0.0.1'));
  for (let round = 0; round < 40; round++) {
    for (const asker of office) {
      expect(failures.msUntil(asker)).toBe(0);
      failures.countFailure(asker);
    }
    clock.advanceNow(1500);
  }
});

it('[R29] [U25] an address that is not known has no limit', () => {
  const { failures } = open();
  const asker = askerAt(undefined);
  for (let time = 0; time < 10_000; time++) failures.countFailure(asker);
  expect(failures.msUntil(asker)).toBe(0);
});

it('at most 65,536 addresses are remembered, those that were counted last', () => {
  const clock = createHeldClock();
  const buckets = new AddressBuckets(1, clock.now);
  const spend = (address: string): void => {
    for (let time = 0; time < 4; time++) buckets.take(address);
  };
  spend('first');
  let most = 0;
  for (let number = 0; number < 200_000; number++) {
    buckets.take(`10.0.${number % 256}.${number}`);
    if (number % 30_000 === 0) buckets.take('first');
    most = Math.max(most, buckets.size);
  }
  expect(most).toBeLessThanOrEqual(65_536);
  expect(buckets.msUntil('first')).toBeGreaterThan(0);
  expect(buckets.msUntil('10.0.0.0')).toBe(0);
});
