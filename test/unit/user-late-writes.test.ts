// Writes that the network brings late, after their connection to Redis was cut: whoever has gone meanwhile stays gone.
import { expect, onTestFinished, test } from 'vitest';
import { singleNodeLease } from '../../server/cluster/node-lease.js';
import type { RecordTexts } from '../../server/kernel/record-scripts.js';
import { createRedisRecordStore } from '../../server/kernel/redis-record-store.js';
import { userRecords } from '../../server/users/user-domain.js';
import { userCodec } from '../../server/users/user-record.js';
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
