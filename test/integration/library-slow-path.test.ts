// A path on which a round trip takes 2.6 s, as over a satellite or on a train: one gets in, and stays in.
import { expect, it, onTestFinished } from 'vitest';
import { openChannel } from '../../client/index.js';
import { startFaultProxy } from '../support/fault-proxy.js';
import { openClient } from '../support/library-client.js';
import { startParley } from '../support/parley.js';

const oneWayMs = 1300;

it('a channel opens at the first attempt, and a late receipt is no reason to connect anew', async () => {
  const { url, port } = await startParley();
  const bob = await openClient(url, 'red');
  const way = await startFaultProxy(port);
  // Before a byte has come through, since it takes the server more than a millisecond to answer.
  const slowing = setInterval(() => {
    for (const path of way.paths()) path.delay(oneWayMs);
  }, 1);
  onTestFinished(() => clearInterval(slowing));
  const told: string[] = [];
  const ann = await openChannel(way.url, 'red', {
    unreachableAfterMs: 18_000,
    onTrace({ direction, event }) {
      if (direction === 'here') told.push(event);
    },
  });
  onTestFinished(() => ann.close());
  const startedAt = performance.now();
  await ann.send('hi');
  expect(performance.now() - startedAt).toBeGreaterThan(2 * oneWayMs);
  expect(bob.messages).toEqual(['hi']);
  expect(told.filter((event) => ['connecting', 'connected', 'lost'].includes(event))).toEqual([
    'connecting',
    'connected',
  ]);
});
