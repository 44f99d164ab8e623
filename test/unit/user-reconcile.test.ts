// Names whose records are read again, or are about to be, when a write failed or its reply was lost: a connection that
// closes meanwhile gives up its name all the same, and everybody hears what was missed.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import {
  UnreadableRecord,
  type RecordStore,
  type TransactOptions,
} from '../../server/kernel/record-store.js';
import { userRecords } from '../../server/users/user-domain.js';
import type { User } from '../../server/users/user.js';
import { withLostReplies } from '../support/lost-replies.js';
import { createUserCluster } from '../support/user-cluster.js';
import { createStage, loginOf, says, type Stage, type StagePerson } from '../support/user-stage.js';

const graceMs = 30_000;
const offered = (offer: unknown) => ({ type: 'offer', offer, name: 'ann' });
const left = { type: 'leave', name: 'ann' };
const unavailable = { type: 'error', code: 'unavailable' };
const memory = () => createMemoryRecordStore(userRecords);

/** `'before'`: nothing is done; `'after'`: it is done, and the reply is lost. */
let failing: 'before' | 'after' | undefined;
/** What happens after the next look at ann's name alone, before the one who asked hears of it. */
let interfere: (() => Promise<unknown>) | undefined;
let options: (TransactOptions | undefined)[];
let store: RecordStore<User>;
let stage: Stage;
let ann: StagePerson;
let bob: StagePerson;

/** ann and bob have names that they keep. */
beforeEach(async () => {
  vi.useFakeTimers();
  failing = undefined;
  interfere = undefined;
  options = [];
  store = memory();
  stage = createStage({ graceMs, store, between });
  [ann, bob] = [stage.connect(), stage.connect()];
  await says(ann, loginOf('ann'));
  await says(bob, loginOf('bob'));
});

afterEach(() => {
  stage.close();
  vi.useRealTimers();
});

function between(kept: RecordStore<User>): RecordStore<User> {
  const inner = withLostReplies(kept, () => failing === 'after');
  return {
    ...inner,
    async transact(keys, change, given) {
      options.push(given);
      if (failing === 'before') throw new Error('the store is away');
      const committed = await inner.transact(keys, change, given);
      if (interfere && keys.join() === 'ann') {
        const act = interfere;
        interfere = undefined;
        await act();
      }
      return committed;
    },
  };
}

const callBob = (offer = 'shall we?') => says(ann, { type: 'offer', name: 'bob', offer });

async function stateOf(name: string): Promise<string> {
  const { outcome } = await store.transact([name], (users) => ({
    states: new Map(),
    outcome: users.get(name)?.state ?? 'offline',
  }));
  return outcome;
}

describe('[U28] a wish of which nobody knows what became', () => {
  test('that was done is told within a second or so, to both', async () => {
    failing = 'after';
    expect(await callBob()).toMatchObject([unavailable]);
    failing = undefined;
    expect(bob.take()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1200);
    expect(bob.take()).toEqual([offered('shall we?')]);
    await says(ann, { type: 'candidate', name: 'bob', candidate: 1 });
    expect(bob.take()).toMatchObject([{ candidate: 1 }]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([ann.take(), bob.take()]).toEqual([[], []]);
  });

  test('that was a leave is told to the other, and to the one who was told that it failed', async () => {
    await callBob();
    bob.take();
    failing = 'after';
    expect(await says(ann, { type: 'leave', name: 'bob' })).toMatchObject([unavailable]);
    failing = undefined;
    await vi.advanceTimersByTimeAsync(1200);
    expect([ann.take(), bob.take()]).toEqual([[{ type: 'leave', name: 'bob' }], [left]]);
  });

  test('is looked for by a write, so that no write that is late has any effect', async () => {
    failing = 'before';
    expect(await callBob()).toMatchObject([unavailable]);
    failing = undefined;
    options = [];
    await vi.advanceTimersByTimeAsync(1200);
    expect(options.length).toBeGreaterThan(0);
    for (const given of options) expect(given).toMatchObject({ isFencing: true });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([ann.take(), bob.take()]).toEqual([[], []]);
  });

  test('may be asked again, and is told for each time: an offer rings twice', async () => {
    failing = 'after';
    await callBob('first');
    failing = undefined;
    expect(await callBob('second')).toEqual([]);
    expect(bob.take()).toEqual([offered('first'), offered('second')]);
    await vi.advanceTimersByTimeAsync(1200);
    expect(bob.take()).toEqual([]);
  });
});

describe('[U28] a connection that closes', () => {
  async function dropAnn(ending: 'dropped' | 'closed' = 'dropped'): Promise<void> {
    ann.leave(ending);
    await ann.settled();
  }

  test('[U22] while nobody knows what became of its wish is away, also when the store is back', async () => {
    failing = 'before';
    await callBob();
    await vi.advanceTimersByTimeAsync(500);
    failing = undefined;
    await dropAnn();
    await vi.advanceTimersByTimeAsync(5000);
    expect(await stateOf('ann')).toBe('away');
    await vi.advanceTimersByTimeAsync(graceMs);
    expect(await stateOf('ann')).toBe('offline');
    expect(ann.session.isOver).toBe(false);
  });

  test('[U22] while its record is read again is away', async () => {
    await callBob();
    failing = 'before';
    await callBob('again');
    failing = undefined;
    // Its record has been read; that of the other of its call is not, yet.
    interfere = () => dropAnn();
    await vi.advanceTimersByTimeAsync(1200);
    expect(interfere).toBeUndefined();
    expect(await stateOf('ann')).toBe('away');
  });

  test('[U13] while its record is still to be read again is gone', async () => {
    failing = 'before';
    await callBob();
    await vi.advanceTimersByTimeAsync(500);
    failing = undefined;
    await dropAnn('closed');
    await vi.advanceTimersByTimeAsync(5000);
    expect(await stateOf('ann')).toBe('offline');
  });

  test('[U13] while the store is away gives up its name when it is back', async () => {
    await callBob();
    bob.take();
    failing = 'before';
    ann.leave('closed');
    await vi.advanceTimersByTimeAsync(5000);
    expect(await stateOf('ann')).toBe('online');
    failing = undefined;
    await vi.advanceTimersByTimeAsync(1200);
    expect([await stateOf('ann'), bob.take()]).toEqual(['offline', [left]]);
  });

  test('without an answer to its login gives the name up by a write, so that a late login has no effect', async () => {
    const cy = stage.connect();
    failing = 'after';
    expect(await says(cy, loginOf('cy'))).toMatchObject([unavailable]);
    failing = undefined;
    options = [];
    cy.leave('closed');
    await cy.settled();
    expect(options).toMatchObject([{ isFencing: true }]);
    expect(await stateOf('cy')).toBe('offline');
  });

  test('with an answer to its login needs no such write', async () => {
    options = [];
    await dropAnn('closed');
    expect(options).toMatchObject([{ isFencing: false }]);
  });
});

test('[U2] [U28] a login with another name, after one without an answer, gives that one up first, by a write', async () => {
  const cy = stage.connect();
  failing = 'after';
  await says(cy, loginOf('cy'));
  expect(await stateOf('cy')).toBe('online');
  failing = undefined;
  options = [];
  expect(await says(cy, loginOf('dan'))).toMatchObject([{ success: true }]);
  expect(options[0]).toMatchObject({ isFencing: true });
  expect([await stateOf('cy'), await stateOf('dan')]).toEqual(['offline', 'online']);
});

test('[U28] one whose record cannot be parsed any more may log in again at once', async () => {
  let isUnreadable = false;
  const unreadable = (inner: RecordStore<User>): RecordStore<User> => ({
    ...inner,
    transact: (...given) =>
      isUnreadable ? Promise.reject(new UnreadableRecord('ann')) : inner.transact(...given),
  });
  const cluster = createUserCluster({ graceMs, between: unreadable });
  const one = cluster.one.connect();
  await says(one, loginOf('ann'));
  isUnreadable = true;
  expect(await says(cluster.two.connect(), loginOf('ann'))).toMatchObject([unavailable]);
  cluster.one.reportLoss();
  await vi.advanceTimersByTimeAsync(0);
  expect(one.take()).toMatchObject([unavailable]);
  expect(one.closeCode).toBe(1013);
  cluster.close();
});
