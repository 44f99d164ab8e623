// Names whose grace time is over are looked at by themselves, and whom a rule needs is found.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import type { RecordStore } from '../../server/kernel/record-store.js';
import { isInUse, userRecords } from '../../server/users/user-domain.js';
import type { User } from '../../server/users/user.js';
import { createStage, loginOf, says, type Stage, type StagePerson } from '../support/user-stage.js';

const graceMs = 30_000;
/** How much later than a deadline a record is looked at, by the resolution of the scheduler. */
const lateMs = 100;
const offered = (name: string) => ({ type: 'offer', offer: 'shall we?', name });
const left = (name: string) => ({ type: 'leave', name });

let stage: Stage;
/** What happens after the next transaction, before the one who asked hears of it. */
let interfere: (() => Promise<unknown>) | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  interfere = undefined;
  // Its time is that of the timers.
  stage = createStage({ graceMs, store: createMemoryRecordStore(userRecords), between });
});

afterEach(() => {
  stage.close();
  vi.useRealTimers();
});

function between(store: RecordStore<User>): RecordStore<User> {
  return {
    ...store,
    async transact(...given) {
      const committed = await store.transact(...given);
      const act = interfere;
      interfere = undefined;
      await act?.();
      return committed;
    },
  };
}

async function enter(login: object): Promise<StagePerson> {
  const person = stage.connect();
  await says(person, login);
  return person;
}

const call = (caller: StagePerson, callee: string) =>
  says(caller, { type: 'offer', name: callee, offer: 'shall we?' });

async function drop(person: StagePerson): Promise<void> {
  person.leave();
  await person.settled();
}

/** ann rings bob. */
async function ring(annsLogin = loginOf('ann')): Promise<[StagePerson, StagePerson]> {
  const [ann, bob] = [await enter(annsLogin), await enter(loginOf('bob'))];
  await call(ann, 'bob');
  expect(bob.take()).toEqual([offered('ann')]);
  return [ann, bob];
}

async function listed(): Promise<string[]> {
  const { found } = await stage.store.list(10, isInUse(graceMs));
  return found.map(([name]) => name);
}

test('[U22] when the grace time is over a name is free by itself, and the other hears leave', async () => {
  const [ann, bob] = await ring();
  await drop(bob);
  await vi.advanceTimersByTimeAsync(graceMs - 1);
  expect([await listed(), ann.take()]).toEqual([['ann', 'bob'], []]);
  await vi.advanceTimersByTimeAsync(lateMs);
  expect([await listed(), ann.take()]).toEqual([['ann'], [left('bob')]]);
  expect(vi.getTimerCount()).toBe(0);
});

test('[U22] whoever is back in time is not looked at again', async () => {
  const [, bob] = await ring();
  await says(bob, { type: 'answer', name: 'ann', answer: 'yes' });
  await drop(bob);
  expect(vi.getTimerCount()).toBe(1);
  await enter(loginOf('bob'));
  expect(vi.getTimerCount()).toBe(0);
});

test('[U22] a call to somebody whose time ran out unseen ends that one first', async () => {
  stage.close();
  // Its time is not that of the timers: nobody looks.
  stage = createStage({ graceMs });
  const [ann, bob] = await ring();
  const cy = await enter(loginOf('cy'));
  await drop(bob);
  stage.pass(graceMs);
  expect(await call(cy, 'bob')).toMatchObject([{ code: 'not-online' }]);
  expect(ann.take()).toEqual([left('bob')]);
});

test('[U21] [U23] the answer to a return is told before the offer that rings, and once', async () => {
  const [, bob] = await ring();
  await drop(bob);
  expect(await says(stage.connect(), loginOf('bob'))).toMatchObject([
    { type: 'login', resumed: true, call: { name: 'ann', state: 'called' } },
    offered('ann'),
  ]);
});

test('[U21] a call that changes while its other is looked up is looked up again', async () => {
  const [ann, bob] = await ring({ type: 'login', name: 'ann' });
  const dan = await enter(loginOf('dan'));
  await drop(bob);
  interfere = async () => {
    // Without a secret, ann's end frees bob, and dan calls.
    await drop(ann);
    await call(dan, 'bob');
  };
  expect(await says(stage.connect(), loginOf('bob'))).toMatchObject([
    { type: 'login', resumed: true, call: { name: 'dan', state: 'called' } },
    offered('dan'),
  ]);
});

test('[U22] what is said in a call to one who is away is dropped without an error, and not sent later', async () => {
  const [ann, bob] = await ring();
  await says(bob, { type: 'answer', name: 'ann', answer: 'yes' });
  await drop(bob);
  ann.take();
  for (const type of ['offer', 'answer', 'candidate']) {
    expect(await says(ann, { type, name: 'bob', [type]: 1 })).toEqual([]);
  }
  expect(await says(stage.connect(), loginOf('bob'))).toMatchObject([
    { resumed: true, call: { state: 'talking' } },
  ]);
});

test('[U13] a node that is closed looks at nobody any more', async () => {
  await drop(await enter(loginOf('bob')));
  expect(vi.getTimerCount()).toBe(1);
  stage.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('[U22] while the store fails, a name whose time is over is looked at again until it is free', async () => {
  const [ann, bob] = await ring();
  await drop(bob);
  const fail = () => Promise.reject(new Error('the store is away'));
  await vi.advanceTimersByTimeAsync(graceMs - 1);
  interfere = fail;
  await vi.advanceTimersByTimeAsync(lateMs);
  // It was done, and nobody heard of it.
  expect(ann.take()).toEqual([]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(ann.take()).toEqual([left('bob')]);
});
