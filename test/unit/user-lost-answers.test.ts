// A login that was granted without anybody's hearing so: the store's answer was lost.
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { singleNodeLease } from '../../server/cluster/node-lease.js';
import { withLostReplies } from '../support/lost-replies.js';
import { createStage, loginOf, says } from '../support/user-stage.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const graceMs = 1000;
const left = { type: 'leave', name: 'ann' };

/** ann and bob talk; ann drops, asks for her name again, and the answer is lost. */
async function setScene() {
  let losesNext = false;
  const stage = createStage({
    graceMs,
    between: (store) =>
      withLostReplies(store, () => {
        const isLost = losesNext;
        losesNext = false;
        return isLost;
      }),
  });
  onTestFinished(stage.close);
  const [first, bob, second] = [stage.connect(), stage.connect(), stage.connect()];
  await says(first, loginOf('ann'));
  await says(bob, loginOf('bob'));
  await says(first, { type: 'offer', name: 'bob', offer: 'shall we?' });
  await says(bob, { type: 'answer', name: 'ann', answer: 'yes' });
  first.leave();
  await first.settled();
  losesNext = true;
  expect(await says(second, loginOf('ann'))).toMatchObject([{ code: 'unavailable' }]);
  expect(losesNext).toBe(false);
  bob.take();
  return { stage, bob, second };
}

const resumed = { type: 'login', success: true, resumed: true, call: { name: 'bob', state: 'talking' } };

test('[U21] [U22] who drops after it has its name and its call for the grace', async () => {
  const { stage, bob, second } = await setScene();
  second.leave('dropped');
  await second.settled();
  stage.pass(graceMs - 1);
  expect(await says(stage.connect(), loginOf('ann'))).toMatchObject([resumed]);
  expect(bob.take()).toEqual([]);
});

test('[U22] when the grace is over, the other hears leave', async () => {
  const { stage, bob, second } = await setScene();
  second.leave('dropped');
  await second.settled();
  stage.pass(graceMs);
  await stage.look(['ann']);
  expect(bob.take()).toEqual([left]);
});

test('[U22] who says that it is done has left at once', async () => {
  const { bob, second } = await setScene();
  second.leave('closed');
  await second.settled();
  expect(bob.take()).toEqual([left]);
});

test('[U28] the same connection asks again and goes on with its call', async () => {
  const { bob, second } = await setScene();
  expect(await says(second, loginOf('ann'))).toMatchObject([resumed]);
  // The other one was not told of the connection, and is within a second.
  await vi.advanceTimersByTimeAsync(1200);
  expect(await says(second, { type: 'candidate', name: 'bob', candidate: 1 })).toEqual([]);
  expect(bob.take()).toEqual([{ type: 'candidate', candidate: 1, name: 'ann' }]);
});

test('[U28] a login that was refused because the lease has expired leaves nothing to end', async () => {
  let isValid = true;
  let transactions = 0;
  const stage = createStage({
    lease: { ...singleNodeLease, isValid: () => isValid },
    between: (store) => ({
      ...store,
      transact(keys, change, options) {
        transactions++;
        return store.transact(keys, change, options);
      },
    }),
  });
  onTestFinished(stage.close);
  const ann = stage.connect();
  isValid = false;
  expect(await says(ann, loginOf('ann'))).toMatchObject([{ code: 'unavailable' }]);
  expect(await says(ann, loginOf('anna'))).toMatchObject([{ code: 'unavailable' }]);
  ann.leave('dropped');
  await ann.settled();
  expect(transactions).toBe(0);
});
