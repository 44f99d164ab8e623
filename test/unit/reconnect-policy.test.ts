// The pauses between attempts to come back.
import { expect, it } from 'vitest';
import { createReconnectPolicy } from '../../client/transport/reconnect-policy.js';

it('waits 0, 0.3, 1.2, 2.7, 4.8 s, and then 7 s each time', () => {
  const policy = createReconnectPolicy(() => 0);
  expect([0, 1, 2, 3, 4, 5, 6, 100].map(policy.delayMs)).toEqual([
    0, 300, 1200, 2700, 4800, 7000, 7000, 7000,
  ]);
});

it('adds up to a second by chance, but less to a short pause and nothing to the first', () => {
  const policy = createReconnectPolicy(() => 0.5);
  expect([0, 1, 2, 5].map(policy.delayMs)).toEqual([0, 450, 1700, 7500]);
});
