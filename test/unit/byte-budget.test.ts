// Bytes that are kept for clients: for each address and in all, until they are released or their time is over.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import fc from 'fast-check';
import { createScheduler } from '../../server/timing/scheduler.js';
import { createLogBook } from '../support/log-book.js';
import { createByteBudget, type ByteBudget } from '../../server/transport/byte-budget.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const limits = { what: 'letters', maxBytes: 100, maxBytesPerAddress: 40, keptMs: 60_000 };

function createBudget(logger = createLogBook().logger): ByteBudget {
  const scheduler = createScheduler((cause) => {
    throw cause;
  });
  return createByteBudget(limits, scheduler, logger);
}

test('[U7] an address has its share, and the server no more than all', () => {
  const budget = createBudget();
  expect(budget.take('a', 41)).toBeUndefined();
  for (const address of ['a', 'b']) {
    expect(budget.take(address, 40)).toBeDefined();
    expect(budget.take(address, 1)).toBeUndefined();
  }
  expect(budget.take('c', 21)).toBeUndefined();
  expect(budget.take('c', 20)).toBeDefined();
});

test('the log says that the server has no room, at most once a second, and nothing of one address', () => {
  const { logger, lines } = createLogBook();
  const budget = createBudget(logger);
  budget.take('a', 41);
  expect(lines).toEqual([]);
  budget.take(undefined, 100);
  for (let times = 0; times < 5; times++) budget.take('a', 1);
  vi.advanceTimersByTime(1000);
  budget.take('b', 1);
  expect(lines).toMatchObject([
    { level: 40, what: 'letters', maxBytes: 100, faults: 1 },
    { level: 40, what: 'letters', maxBytes: 100, faults: 5 },
  ]);
});

test('[U7] those whose address is not known share what the server has', () => {
  const budget = createBudget();
  expect(budget.take(undefined, 60)).toBeDefined();
  expect(budget.take(undefined, 40)).toBeDefined();
  expect(budget.take(undefined, 1)).toBeUndefined();
});

test('[U7] what is released, once or twice, is free once', () => {
  const budget = createBudget();
  const release = budget.take('a', 40);
  budget.take('b', 40);
  release?.();
  release?.();
  expect(budget.take('b', 1)).toBeUndefined();
  expect(budget.take('a', 40)).toBeDefined();
  expect(budget.take('c', 21)).toBeUndefined();
});

test('[U7] what nobody releases is free when its time is over', () => {
  const budget = createBudget();
  const release = budget.take('a', 40);
  vi.advanceTimersByTime(limits.keptMs - 1);
  expect(budget.take('a', 1)).toBeUndefined();
  vi.advanceTimersByTime(100);
  expect(budget.take('a', 40)).toBeDefined();
  release?.();
  expect(budget.take('a', 1)).toBeUndefined();
});

test('[U7] whatever is taken and released, no bound is passed, and in the end nothing is left', () => {
  const step = fc.record({
    address: fc.constantFrom('a', 'b', 'c', undefined),
    bytes: fc.nat(30),
    gone: fc.nat(9),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const budget = createBudget();
      let kept: { address: string | undefined; bytes: number; release: () => void }[] = [];
      const sumOf = (taken: typeof kept): number => taken.reduce((sum, { bytes }) => sum + bytes, 0);
      for (const { address, bytes, gone } of steps) {
        const same = kept.filter((one) => one.address === address);
        const fitsAddress = address === undefined || sumOf(same) + bytes <= limits.maxBytesPerAddress;
        const release = budget.take(address, bytes);
        expect(release !== undefined).toBe(fitsAddress && sumOf(kept) + bytes <= limits.maxBytes);
        if (release) kept.push({ address, bytes, release });
        kept[gone]?.release();
        kept = kept.filter((_, index) => index !== gone);
      }
      for (const { release } of kept) release();
      expect(vi.getTimerCount()).toBe(0);
      expect(budget.take('a', 40)).toBeDefined();
      expect(budget.take(undefined, 60)).toBeDefined();
      vi.runAllTimers();
    }),
  );
});
