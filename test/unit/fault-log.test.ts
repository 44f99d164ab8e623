// A fault that thousands of requests hit at the same moment is one line a second, and none is left uncounted.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFaultLog } from '../../server/observability/logger.js';
import { createLogBook, levels } from '../support/log-book.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first fault is logged at once, later ones once a second, with how many they were', () => {
  const { logger, lines } = createLogBook();
  const report = createFaultLog(logger, 'warn', 'It failed.', { records: 'rooms' });
  for (let fault = 1; fault <= 1000; fault++) report(new Error(`number ${fault}`), { id: fault });
  vi.advanceTimersByTime(999);
  report(new Error('too early'));
  const fields = { level: levels.warn, msg: 'It failed.', records: 'rooms' };
  const first = { ...fields, faults: 1, id: 1, err: { message: 'number 1' } };
  expect(lines).toMatchObject([first]);
  vi.advanceTimersByTime(1);
  report(new Error('again'));
  report(new Error('and again'));
  expect(lines).toMatchObject([first, { ...fields, faults: 1001, err: { message: 'again' } }]);
});
