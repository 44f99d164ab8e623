// A guarded handler never fails: what it throws or rejects with is reported.
import { expect, it } from 'vitest';
import { guard } from '../../server/transport/guard.js';

const broken = new Error('broken');

it('passes its arguments on', () => {
  const received: unknown[] = [];
  const handle = guard(onFault, 'event', (...args: unknown[]) => {
    received.push(args);
  });
  handle('ann', 1);
  expect(received).toEqual([['ann', 1]]);
  expect(faults).toEqual([]);
});

it('reports what is thrown, with the name of the handler', () => {
  guard(onFault, 'event', () => {
    throw broken;
  })();
  expect(faults.splice(0)).toEqual([[broken, { handler: 'event' }]]);
});

it('reports a rejection', async () => {
  const rejected = Promise.reject(broken);
  guard(onFault, 'disconnect', () => rejected)();
  await expect(rejected).rejects.toThrow('broken');
  expect(faults.splice(0)).toEqual([[broken, { handler: 'disconnect' }]]);
});

const faults: unknown[] = [];

function onFault(...fault: unknown[]): void {
  faults.push(fault);
}
