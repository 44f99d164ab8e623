// Counters of one process: by name and labels.
import { expect, it } from 'vitest';
import { createCounters } from '../../server/observability/counters.js';

it('counts by name and by label, and what is read does not change any more', () => {
  const counters = createCounters();
  counters.count('transactions');
  counters.count('refusals', { code: 'full' });
  counters.count('refusals', { code: 'full' });
  counters.count('refusals', { code: 'no-seat' });
  const read = counters.read();
  counters.count('transactions');
  expect([...read]).toEqual([
    ['transactions', 1],
    ['refusals{code="full"}', 2],
    ['refusals{code="no-seat"}', 1],
  ]);
});
