// Writes that the network brings late, after their connection to Redis was cut: whoever has gone meanwhile stays gone.
import { expect, onTestFinished, test } from 'vitest';
import { singleNodeLease } from '../../server/cluster/node-lease.js';
import { createMemoryMessageBus } from '../../server/cluster/memory-message-bus.js';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import type { RecordTexts } from '../../server/kernel/record-scripts.js';
import type { RecordStore } from '../../server/kernel/record-store.js';
import { createRedisRecordStore } from '../../server/kernel/redis-record-store.js';
import { userRecords } from '../../server/users/user-domain.js';
import { userCodec, type UserPayload } from '../../server/users/user-record.js';
import type { User } from '../../server/users/user.js';
import { createPlainTexts } from '../support/stepped-texts.js';
import { createStage, loginOf, says } from '../support/user-stage.js';

/** The next write is cut, and nothing is answered, until Redis is back. */
function setScene() {
  const texts = createPlainTexts(1_000_000, new Map());
  const late: (() => Promise<unknown>)[] = [];
  let isCutting = false;
  let isCut = false;
  const cut = () => Promise.reject(new Error('The connection was cut.'));
  const way: RecordTexts = {
    ...texts,
    read: (...given) => (isCut ? cut() : texts.read(...given)),
    replace(...given) {
      if (!isCutting) return texts.replace(...given);
      isCut = true;
      late.push(() => texts.replace(...given));
      return cut();
    },
  };
  const stage = createStage({
    store: createRedisRecordStore({
      texts: way,
      type: userRecords,
      codec: userCodec,
      lease: singleNodeLease,
    }),
  });
  onTestFinished(stage.close);
  return {
    stage,
    late,
    cutNext() {
      isCutting = true;
    },
    comeBack() {
      isCutting = false;
      isCut = false;
    },
    stateOf: async (name: string) => {
      const { outcome } = await stage.store.transact([name], (users) => ({
        states: new Map(),
        outcome: users.get(name)?.state,
      }));
      return outcome;
    },
  };
}

test('[U28] a login that arrives after its connection has ended has no effect: its name is free', async () => {
  const { stage, late, cutNext, comeBack, stateOf } = setScene();
  const ann = stage.connect();
  cutNext();
  expect(await says(ann, loginOf('ann'))).toMatchObject([{ code: 'unavailable' }]);
  comeBack();
  ann.leave('closed');
  await ann.settled();
  expect(late).toHaveLength(1);
  for (const arrive of late) expect(await arrive()).toBeDefined();
  expect(await stateOf('ann')).toBe('offline');
  expect(await says(stage.connect(), { type: 'login', name: 'ann' })).toMatchObject([{ success: true }]);
});

test('[U22] [U28] a leave that arrives after its connection has dropped has no effect: the call goes on', async () => {
  const { stage, late, cutNext, comeBack, stateOf } = setScene();
  const [ann, bob] = [stage.connect(), stage.connect()];
  await says(ann, loginOf('ann'));
  await says(bob, loginOf('bob'));
  await says(ann, { type: 'offer', name: 'bob', offer: 1 });
  bob.take();
  cutNext();
  expect(await says(ann, { type: 'leave', name: 'bob' })).toMatchObject([{ code: 'unavailable' }]);
  comeBack();
  ann.leave('dropped');
  await ann.settled();
  for (const arrive of late) expect(await arrive()).toBeDefined();
  expect(await stateOf('ann')).toBe('away');
  expect(await says(stage.connect(), loginOf('ann'))).toMatchObject([{ call: { state: 'calling' } }]);
  expect(bob.take()).toEqual([]);
});

test('[U6] an offer arrives although its version is lower than that of a record that its callee has looked at', async () => {
  const memory = createMemoryRecordStore(userRecords);
  let isNewer = false;
  const store: RecordStore<User> = {
    ...memory,
    async transact(keys, change, options) {
      const done = await memory.transact(keys, change, options);
      if (!isNewer) return done;
      return { ...done, version: 1000, versions: new Map(keys.map((key) => [key, done.version])) };
    },
  };
  // Two nodes: neither knows the versions that the other's connections have applied.
  const shared = { store, bus: createMemoryMessageBus<UserPayload>() };
  const [one, two] = [createStage(shared), createStage(shared)];
  onTestFinished(() => {
    one.close();
    two.close();
  });
  const [ann, bob, carol, dave] = [one.connect(), two.connect(), two.connect(), two.connect()];
  await says(ann, loginOf('ann'));
  await says(bob, loginOf('bob'));
  await says(carol, loginOf('carol'));
  await says(dave, loginOf('dave'));
  await says(dave, { type: 'offer', name: 'carol', offer: 1 });
  isNewer = true;
  expect(await says(ann, { type: 'offer', name: 'carol', offer: 2 })).toMatchObject([{ code: 'busy' }]);
  isNewer = false;
  await says(bob, { type: 'offer', name: 'ann', offer: 3 });
  expect(ann.take()).toEqual([{ type: 'offer', offer: 3, name: 'bob' }]);
});
