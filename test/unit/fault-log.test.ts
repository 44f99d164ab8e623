// A fault that many meet at once is one line a second, and none is left uncounted.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFaultLog } from '../../server/observability/logger.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first fault is told at once, later ones once a second, with how many they were', () => {
  const lines: [cause: unknown, faults: number][] = [];
  const tell = createFaultLog((cause, faults) => lines.push([cause, faults]));
  for (let fault = 1; fault <= 1000; fault++) tell(fault);
  expect(lines).toEqual([[1, 1]]);
  vi.advanceTimersByTime(1000);
  tell('again');
  tell('and again');
  expect(lines).toEqual([
    [1, 1],
    ['again', 1000],
  ]);
});
