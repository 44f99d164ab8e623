// Names on the index of the users that are no longer in use: what a reading of the list takes off, and what it does when
// that fails. The clock stands still until the test moves it.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { singleNodeLease } from '../../server/cluster/node-lease.js';
import type { RecordStore } from '../../server/kernel/record-store.js';
import { createRedisRecordStore } from '../../server/kernel/redis-record-store.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { userRecords } from '../../server/users/user-domain.js';
import { userCodec } from '../../server/users/user-record.js';
import { noCall, type Call, type ConnectionId, type User } from '../../server/users/user.js';
import { createHeldClock } from '../support/held-clock.js';
import { schedulerOn } from '../support/held-scheduler.js';
import { createLogBook, levels } from '../support/log-book.js';
import { createPlainTexts } from '../support/stepped-texts.js';
import { logInUser } from '../support/user-client.js';
import { startUserGateway } from '../support/user-gateway.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** How old a list may be. */
const readEveryMs = 1000;

/** Longer than anything waits that is tried again by itself. */
const longMs = 60_000;

/** A user whose grace time ended long ago. */
const over = (written: string, call: Call = noCall): User => {
  return { state: 'away', connection: `line of ${written}` as ConnectionId, written, call, until: 1 };
};

/** A gateway on the store of a cluster, without Redis, with two users: one reads the list, the other is in it. */
async function startCalls() {
  const texts = createPlainTexts(1_000_000, new Map());
  const records = createRedisRecordStore({
    texts,
    type: userRecords,
    codec: userCodec,
    lease: singleNodeLease,
  });
  const faults: { cause?: Error } = {};
  const cleanUps: { keys: readonly string[]; hasFailed: boolean }[] = [];
  const store: RecordStore<User> = {
    ...records,
    async transact(keys, change, options) {
      if (!options?.isFencing) return records.transact(keys, change, options);
      const cleanUp = { keys, hasFailed: false };
      cleanUps.push(cleanUp);
      try {
        if (faults.cause) throw faults.cause;
        return await records.transact(keys, change, options);
      } catch (cause) {
        cleanUp.hasFailed = true;
        throw cause;
      }
    },
  };
  const { logger, lines } = createLogBook();
  const clock = createHeldClock();
  const url = await startUserGateway(store, { logger, scheduler: schedulerOn(clock) });
  await logInUser(url, 'bob');
  const viewer = await logInUser(url, 'viewer');
  return {
    texts,
    faults,
    cleanUps,
    clock,
    /** Stores these users. */
    async put(people: Record<string, User>) {
      const states = new Map(Object.entries(people));
      await records.transact([...states.keys()], () => ({ states, outcome: undefined }));
    },
    /** The names on the index. */
    indexed: () => texts.range(0, 99),
    /** How many fencing transactions have failed. */
    failures: () => cleanUps.filter(({ hasFailed }) => hasFailed).length,
    errors: () => lines.filter(({ level }) => level === levels.error),
    /** @returns a list that has just been read */
    async read(): Promise<unknown> {
      vi.advanceTimersByTime(readEveryMs);
      viewer.say({ type: 'users' });
      return viewer.hears();
    },
  };
}

const onlyBob = { type: 'users', users: [{ name: 'bob', busy: false }] };

test('[U14] a name without a record, or whose time is over, is taken off the index by one fencing transaction', async () => {
  const { texts, cleanUps, put, indexed, read, errors } = await startCalls();
  await put({ gone: over('gone'), ann: over('ann') });
  texts.expire('gone', texts.get('gone'));
  expect(await indexed()).toEqual(['bob', 'viewer', 'gone', 'ann']);
  expect(await read()).toEqual(onlyBob);
  await expect.poll(indexed).toEqual(['bob', 'viewer']);
  expect(await read()).toEqual(onlyBob);
  expect(cleanUps).toEqual([
    { keys: ['gone'], hasFailed: false },
    { keys: ['ann'], hasFailed: false },
  ]);
  expect(errors()).toEqual([]);
});

test('[U14] a name whose record cannot be parsed is not listed, and no transaction is tried for it', async () => {
  const { texts, cleanUps, indexed, read, errors } = await startCalls();
  const text = 'no JSON';
  await texts.replace([{ key: 'ann', before: '', after: text, keepMs: 0, isListed: true }], 0);
  expect([await read(), await read()]).toEqual([onlyBob, onlyBob]);
  expect([cleanUps, errors(), await indexed()]).toEqual([[], [], ['bob', 'viewer', 'ann']]);
  expect(texts.get('ann')).toBe(text);
});

test('[U14] names that cannot be taken off are tried once at each reading, and logged once a second at most', async () => {
  const { texts, clock, put, read, failures, errors } = await startCalls();
  // Each is over, but its call can only be ended together with a record that cannot be parsed.
  const names = ['ann', 'cy', 'eve'];
  const call: Call = { state: 'calling', other: 'dan' as UserName };
  await put(Object.fromEntries(names.map((name) => [name, over(name, call)])));
  await texts.replace([{ key: 'dan', before: '', after: 'no JSON', keepMs: 0, isListed: true }], 0);
  const fault = {
    msg: 'The list of users could not be read or cleaned up.',
    err: { type: 'UnreadableRecord' },
  };
  expect(await read()).toEqual(onlyBob);
  await expect.poll(failures).toBe(3);
  await expect.poll(errors).toMatchObject([{ ...fault, faults: 1 }]);
  await clock.advance(longMs);
  expect(await read()).toEqual(onlyBob);
  await expect.poll(failures).toBe(6);
  await expect.poll(errors).toMatchObject([
    { ...fault, faults: 1 },
    { ...fault, faults: 3 },
  ]);
});

test('[U14] a name that could not be taken off while the store failed is taken off once it answers, and not asked about again', async () => {
  const { faults, cleanUps, clock, put, indexed, read, errors, failures } = await startCalls();
  await put({ ann: over('ann') });
  faults.cause = new Error('The store is away.');
  expect(await read()).toEqual(onlyBob);
  await expect.poll(errors).toMatchObject([{ err: { message: 'The store is away.' }, faults: 1 }]);
  expect([failures(), await indexed()]).toEqual([1, ['bob', 'viewer', 'ann']]);
  delete faults.cause;
  expect(await read()).toEqual(onlyBob);
  await expect.poll(indexed).toEqual(['bob', 'viewer']);
  await clock.advance(longMs);
  const { length } = cleanUps;
  await clock.advance(longMs);
  expect(await read()).toEqual(onlyBob);
  expect([cleanUps.length, failures()]).toEqual([length, 1]);
});
