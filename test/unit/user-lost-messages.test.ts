// What people on two nodes hear when messages between the nodes are late, doubled, turned round or lost.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createUserCluster, type HeldMessage, type UserCluster } from '../support/user-cluster.js';
import { loginOf, says, type StagePerson } from '../support/user-stage.js';

const graceMs = 30_000;
let cluster: UserCluster;
let ann: StagePerson;
let bob: StagePerson;

/** ann is on node one, bob on node two. */
beforeEach(async () => {
  vi.useFakeTimers();
  cluster = createUserCluster({ graceMs });
  ann = cluster.one.connect();
  bob = cluster.two.connect();
  await says(ann, loginOf('ann'));
  await says(bob, loginOf('bob'));
});

afterEach(() => {
  cluster.close();
  vi.useRealTimers();
});

const callBob = (offer: unknown = 'shall we?') => says(ann, { type: 'offer', name: 'bob', offer });
const answerAnn = () => says(bob, { type: 'answer', name: 'ann', answer: 'yes' });
const leaveBob = () => says(ann, { type: 'leave', name: 'bob' });
const offered = (offer: unknown = 'shall we?') => ({ type: 'offer', offer, name: 'ann' });
const answered = { type: 'answer', answer: 'yes', name: 'bob' };
const left = (name = 'ann') => ({ type: 'leave', name });

/** Whatever may have been lost on the way to both is made up for. */
async function reportLoss(): Promise<void> {
  cluster.one.reportLoss();
  cluster.two.reportLoss();
  await vi.advanceTimersByTimeAsync(0);
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no message ${index}`);
  return item;
}

describe('[U27] messages between nodes', () => {
  test('that come twice are told once', async () => {
    const held = cluster.hold();
    await callBob();
    for (let times = 0; times < 3; times++) at(held, 0).arrive();
    expect(bob.take()).toEqual([offered()]);
  });

  test('that are turned round tell of the latest only', async () => {
    const held = cluster.hold();
    await callBob(1);
    await leaveBob();
    await callBob(2);
    expect(held).toHaveLength(3);
    for (const message of held.toReversed()) message.arrive();
    expect(bob.take()).toEqual([offered(2)]);
  });

  test('that are lost between two others are told by the next: leave, and then the new offer', async () => {
    const held = cluster.hold();
    await callBob(1);
    at(held, 0).arrive();
    await leaveBob();
    await callBob(2);
    at(held, 2).arrive();
    expect(bob.take()).toEqual([offered(1), left(), offered(2)]);
    at(held, 1).arrive();
    expect(bob.take()).toEqual([]);
  });

  test('[U6] tell of the same offer again: it rings again', async () => {
    await callBob();
    await callBob();
    expect(bob.take()).toEqual([offered(), offered()]);
  });

  test('[U11] about a call that rings may come after a lost glare, which brings the offer with it', async () => {
    const held = cluster.hold();
    await callBob();
    const refused = { type: 'error', code: 'glare', offer: 'shall we?', name: 'ann' };
    expect(await says(bob, { type: 'offer', name: 'ann', offer: 'late' })).toMatchObject([
      offered(),
      refused,
    ]);
    at(held, 0).arrive();
    cluster.release();
    await says(bob, { type: 'candidate', name: 'ann', candidate: 1 });
    expect([bob.take(), ann.take()]).toEqual([[], []]);
    await answerAnn();
    await says(bob, { type: 'candidate', name: 'ann', candidate: 2 });
    expect(ann.take()).toEqual([answered, { type: 'candidate', candidate: 2, name: 'bob' }]);
  });

  test('[U11] about a call that rings are not told again with the lost glare', async () => {
    await callBob();
    expect(await says(bob, { type: 'offer', name: 'ann', offer: 'late' })).toMatchObject([
      offered(),
      { code: 'glare' },
    ]);
  });

  test('[U9] hand on what negotiates inside a call, in its order', async () => {
    await callBob();
    await answerAnn();
    expect(ann.take()).toEqual([answered]);
    bob.take();
    await callBob('more');
    await says(ann, { type: 'candidate', name: 'bob', candidate: 1 });
    expect(bob.take()).toEqual([offered('more'), { type: 'candidate', candidate: 1, name: 'ann' }]);
    await answerAnn();
    expect(ann.take()).toEqual([answered]);
  });

  test('[U8] of a call that is over are not told', async () => {
    await callBob();
    await answerAnn();
    bob.take();
    const held: HeldMessage[] = cluster.hold();
    await callBob('more');
    await leaveBob();
    at(held, 1).arrive();
    at(held, 0).arrive();
    expect(bob.take()).toEqual([left()]);
  });
});

test('[U27] nothing is heard before the answer to a login, however late that is', async () => {
  cluster.close();
  let answer = (): void => {};
  const isLate = new Promise<void>((resolve) => {
    answer = resolve;
  });
  cluster = createUserCluster({
    graceMs,
    between: (store, node) => ({
      ...store,
      async transact(...given) {
        const committed = await store.transact(...given);
        if (node === 'two') await isLate;
        return committed;
      },
    }),
  });
  [ann, bob] = [cluster.one.connect(), cluster.two.connect()];
  await says(ann, loginOf('ann'));
  bob.say(loginOf('bob'));
  await vi.advanceTimersByTimeAsync(0);
  expect(await callBob()).toEqual([]);
  await says(ann, { type: 'candidate', name: 'bob', candidate: 1 });
  expect(bob.take()).toEqual([]);
  answer();
  await bob.settled();
  expect(bob.take()).toMatchObject([
    { type: 'login', success: true },
    offered(),
    { type: 'candidate', candidate: 1, name: 'ann' },
  ]);
});

describe('[U28] messages that were lost are made up for:', () => {
  test('the offer that rings', async () => {
    cluster.hold();
    await callBob();
    cluster.release();
    expect(bob.take()).toEqual([]);
    await reportLoss();
    expect(bob.take()).toEqual([offered()]);
  });

  test('the answer to its own', async () => {
    await callBob();
    cluster.hold();
    await answerAnn();
    cluster.release();
    await reportLoss();
    expect(ann.take()).toEqual([answered]);
  });

  test('a leave', async () => {
    await callBob();
    bob.take();
    cluster.hold();
    await leaveBob();
    cluster.release();
    await reportLoss();
    expect(bob.take()).toEqual([left()]);
  });

  test('nothing a second time, and no message that is only late', async () => {
    const held = cluster.hold();
    await callBob();
    cluster.release();
    await reportLoss();
    await reportLoss();
    for (const message of held) message.arrive();
    expect(bob.take()).toEqual([offered()]);
  });

  test('the way of candidates to one who has come back', async () => {
    await callBob();
    await answerAnn();
    cluster.hold();
    bob.leave();
    const again = cluster.two.connect();
    expect(await says(again, loginOf('bob'))).toMatchObject([{ resumed: true, call: { state: 'talking' } }]);
    cluster.release();
    await reportLoss();
    await says(ann, { type: 'candidate', name: 'bob', candidate: 1 });
    expect(again.take()).toEqual([{ type: 'candidate', candidate: 1, name: 'ann' }]);
  });

  test('that its name is nobody’s any more: it may log in again at once', async () => {
    cluster.hold();
    const elsewhere = cluster.two.connect();
    await says(elsewhere, loginOf('ann'));
    elsewhere.leave('closed');
    await elsewhere.settled();
    cluster.release();
    await reportLoss();
    expect(ann.take()).toMatchObject([{ type: 'error', code: 'unavailable' }]);
    expect(ann.closeCode).toBe(1013);
  });
});
