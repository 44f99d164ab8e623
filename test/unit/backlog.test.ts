// Counting what waits for a reader. [R28]
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { createBacklog } from '../../server/connections/backlog.js';

it('[R28] holds up to the limit, and says no to more', () => {
  const backlog = createBacklog(new EventEmitter(), 100);
  expect([60, 40, 1].map(backlog.add)).toEqual([true, true, false]);
});

it('[R28] starts anew whenever what waited has gone to the transport', () => {
  const connection = new EventEmitter();
  const backlog = createBacklog(connection, 100);
  for (let turn = 0; turn < 10; turn++) {
    expect(backlog.add(100)).toBe(true);
    connection.emit('flush');
  }
});

it('[R28] 0 is no limit', () => {
  expect(createBacklog(new EventEmitter(), 0).add(1e12)).toBe(true);
});
