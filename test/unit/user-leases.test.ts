// Names on two nodes when the lease of one of them expires, or a connection drops and its node dies soon after.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createUserCluster, type UserCluster } from '../support/user-cluster.js';
import { loginOf, says, type StagePerson } from '../support/user-stage.js';

const graceMs = 30_000;
/** How much later than a deadline a record is looked at, by the resolution of the scheduler. */
const lateMs = 100;
const left = { type: 'leave', name: 'bob' };
let cluster: UserCluster;
let ann: StagePerson;
let bob: StagePerson;

/** ann, on node one, calls bob, on node two. */
async function ring(bobsLogin: object): Promise<void> {
  ann = cluster.one.connect();
  bob = cluster.two.connect();
  await says(ann, loginOf('ann'));
  await says(bob, bobsLogin);
  await says(ann, { type: 'offer', name: 'bob', offer: 'shall we?' });
  bob.take();
}

beforeEach(() => {
  vi.useFakeTimers();
  cluster = createUserCluster({ graceMs });
});

afterEach(() => {
  cluster.close();
  vi.useRealTimers();
});

describe('[U27] the node of the other one', () => {
  test('is looked at as long as the call lasts', async () => {
    await ring(loginOf('bob'));
    expect([cluster.one.watched, cluster.two.watched]).toEqual([['two'], ['one']]);
    await says(ann, { type: 'leave', name: 'bob' });
    expect([cluster.one.watched, cluster.two.watched]).toEqual([[], []]);
  });

  test('is dead: a name that no secret takes back is free, and its call over at once', async () => {
    await ring({ type: 'login', name: 'bob' });
    cluster.expire('two');
    await vi.advanceTimersByTimeAsync(0);
    expect(ann.take()).toEqual([left]);
    expect(await says(cluster.one.connect(), { type: 'login', name: 'bob' })).toMatchObject([
      { success: true },
    ]);
  });

  test('is dead: a name with a secret is kept from the moment on when the lease expired', async () => {
    await ring(loginOf('bob'));
    cluster.expire('two', 5000);
    await vi.advanceTimersByTimeAsync(graceMs - 5000 - 1);
    expect(ann.take()).toEqual([]);
    await vi.advanceTimersByTimeAsync(lateMs);
    expect(ann.take()).toEqual([left]);
  });

  test('is dead: the name is taken back on any other', async () => {
    await ring(loginOf('bob'));
    cluster.expire('two');
    await vi.advanceTimersByTimeAsync(graceMs - 1);
    expect(await says(cluster.one.connect(), loginOf('bob'))).toMatchObject([
      { resumed: true, call: { name: 'ann', state: 'called' } },
      { type: 'offer', offer: 'shall we?', name: 'ann' },
    ]);
    await vi.advanceTimersByTimeAsync(graceMs);
    expect(ann.take()).toEqual([]);
  });

  test('dies soon after a drop there: the end of the grace time is noticed all the same', async () => {
    await ring(loginOf('bob'));
    bob.leave();
    await bob.settled();
    cluster.two.close();
    await vi.advanceTimersByTimeAsync(graceMs - 1);
    expect(ann.take()).toEqual([]);
    await vi.advanceTimersByTimeAsync(lateMs);
    expect(ann.take()).toEqual([left]);
  });
});

describe('[U28] a node whose own lease has expired', () => {
  const offer = { type: 'offer', name: 'ann', offer: 'hello?' };

  test('decides nothing, and its names are here again when it is back, although others thought them away', async () => {
    await ring(loginOf('bob'));
    cluster.two.suspend();
    cluster.expire('two');
    await vi.advanceTimersByTimeAsync(1000);
    expect(await says(bob, { type: 'leave', name: 'ann' })).toMatchObject([{ code: 'unavailable' }]);
    await cluster.two.resume();
    await vi.advanceTimersByTimeAsync(graceMs + lateMs);
    expect([ann.take(), bob.take(), bob.closeCode]).toEqual([[], [], undefined]);
    await says(bob, { type: 'answer', name: 'ann', answer: 'yes' });
    expect(ann.take()).toEqual([{ type: 'answer', answer: 'yes', name: 'bob' }]);
  });

  test('tells what has happened meanwhile: a leave', async () => {
    await ring(loginOf('bob'));
    cluster.two.suspend();
    cluster.hold();
    await says(ann, { type: 'leave', name: 'bob' });
    cluster.release();
    await cluster.two.resume();
    expect(bob.take()).toEqual([{ type: 'leave', name: 'ann' }]);
  });

  test('sends away those whose time was over: they may log in again at once', async () => {
    await ring(loginOf('bob'));
    cluster.two.suspend();
    cluster.expire('two', graceMs);
    await vi.advanceTimersByTimeAsync(lateMs);
    expect(ann.take()).toEqual([left]);
    await cluster.two.resume();
    expect(bob.take()).toMatchObject([{ type: 'error', code: 'unavailable' }]);
    expect(bob.closeCode).toBe(1013);
    expect(await says(cluster.two.connect(), offer)).toMatchObject([{ code: 'not-logged-in' }]);
    expect(await says(cluster.two.connect(), loginOf('bob'))).toMatchObject([{ success: true }]);
  });

  test('grants nothing that was decided while it expired', async () => {
    cluster.close();
    let decideMeanwhile = (): void => {};
    cluster = createUserCluster({
      graceMs,
      between: (store, node) => ({
        ...store,
        async transact(...given) {
          const committed = await store.transact(...given);
          if (node === 'two') decideMeanwhile();
          return committed;
        },
      }),
    });
    decideMeanwhile = cluster.two.suspend;
    const late = cluster.two.connect();
    expect(await says(late, loginOf('bob'))).toMatchObject([{ code: 'unavailable' }]);
    expect(late.session.user).toBeUndefined();
  });
});
