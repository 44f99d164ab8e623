// Counters of one process: by name and label.
import { expect, it } from 'vitest';
import { createCounters } from '../../server/observability/counters.js';

it('counts by name and by label, and what is read does not change any more', () => {
  const counters = createCounters();
  counters.count('transactions', 'records', 'rooms');
  counters.count('refusals', 'code', 'full');
  counters.count('refusals', 'code', 'full');
  counters.count('refusals', 'code', 'no-seat');
  const read = counters.read();
  counters.count('transactions', 'records', 'rooms');
  expect([...read]).toEqual([
    ['transactions{records="rooms"}', 1],
    ['refusals{code="full"}', 2],
    ['refusals{code="no-seat"}', 1],
  ]);
});
