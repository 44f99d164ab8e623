// A name that another connection has taken back, when the message of it was lost on the way to the old one.
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createUserCluster } from '../support/user-cluster.js';
import { loginOf, says } from '../support/user-stage.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function takeOver() {
  const cluster = createUserCluster({ graceMs: 30_000 });
  onTestFinished(cluster.close);
  const ann = cluster.one.connect();
  await says(ann, loginOf('ann'));
  const held = cluster.hold();
  await says(cluster.two.connect(), loginOf('ann'));
  cluster.release();
  return { cluster, ann, held };
}

test('[U21] [U28] the old connection hears that its name is somebody else’s when its record is read again', async () => {
  const { cluster, ann } = await takeOver();
  cluster.one.reportLoss();
  await vi.advanceTimersByTimeAsync(0);
  expect(ann.take()).toMatchObject([{ type: 'error', code: 'taken-over' }]);
  expect(ann.closeCode).toBe(1008);
});

test('[U21] the old connection hears it also if it says something before the message arrives', async () => {
  const { ann, held } = await takeOver();
  const heard = await says(ann, { type: 'leave', name: 'bob' });
  for (const message of held) message.arrive();
  expect([...heard, ...ann.take()].at(-1)).toMatchObject({ type: 'error', code: 'taken-over' });
  expect(ann.closeCode).toBe(1008);
});
