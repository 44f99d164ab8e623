// How long a call rings: 120 s from its first offer on, whatever its two users and their nodes do meanwhile.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import type { RecordStore } from '../../server/kernel/record-store.js';
import { unchanged } from '../../server/kernel/rule.js';
import { answer, offer } from '../../server/users/call-rules.js';
import { isInUse, userRecords } from '../../server/users/user-domain.js';
import type { Call, User } from '../../server/users/user.js';
import { createUserCluster } from '../support/user-cluster.js';
import {
  actorOf,
  ann as annsName,
  bob as bobsName,
  decide,
  kept,
  online,
  to,
  usersOf,
  jsonOf,
} from '../support/user-decisions.js';
import { createStage, loginOf, says, type Stage, type StagePerson } from '../support/user-stage.js';

const graceMs = 300_000;
const ringingMs = 120_000;
/** How much later than a deadline a record is looked at, by the resolution of the scheduler. */
const lateMs = 100;
const ring = { type: 'offer', name: 'bob', offer: 'shall we?' };
const rung = { type: 'offer', name: 'ann', offer: 'shall we?' };
const left = (name: string): object => ({ type: 'leave', name });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

let store: RecordStore<User>;
let stage: Stage;
let ann: StagePerson;
let bob: StagePerson;

beforeEach(async () => {
  vi.useFakeTimers();
  // Its time is that of the timers.
  store = createMemoryRecordStore(userRecords);
  stage = createStage({ graceMs, store });
  ann = await enter('ann');
  bob = await enter('bob');
});

afterEach(() => {
  stage.close();
  vi.useRealTimers();
});

async function enter(name: string, at = stage): Promise<StagePerson> {
  const person = at.connect();
  await says(person, loginOf(name));
  return person;
}

async function drop(person: StagePerson): Promise<void> {
  person.leave();
  await person.settled();
}

async function listed(): Promise<[name: string, busy: boolean][]> {
  const { found } = await store.list(10, isInUse(graceMs));
  return found.map(([name, user]) => [name, user.state !== 'offline' && user.call.state !== 'none']);
}

test('[U6] a call that nobody answers is over after 120 s: both receive leave, and keep their names', async () => {
  await says(ann, ring);
  await pass(ringingMs - 1);
  expect([ann.take(), bob.take()]).toEqual([[], [rung]]);
  await pass(lateMs);
  expect([ann.take(), bob.take()]).toEqual([[left('bob')], [left('ann')]]);
  expect(await listed()).toEqual([
    ['ann', false],
    ['bob', false],
  ]);
  expect(vi.getTimerCount()).toBe(0);
  await says(ann, ring);
  expect(bob.take()).toEqual([rung]);
});

test('[U6] ringing again does not make it ring longer; another call has its own time', async () => {
  await says(ann, ring);
  await pass(ringingMs - 1000);
  await says(ann, { ...ring, offer: 'please?' });
  await pass(1000 + lateMs);
  expect(bob.take()).toEqual([rung, { ...rung, offer: 'please?' }, left('ann')]);
  await says(ann, ring);
  await pass(ringingMs - 1);
  expect(bob.take()).toEqual([rung]);
});

test('[U6] a call that was answered, or has ended, is not looked at any more', async () => {
  await says(ann, ring);
  await says(bob, { type: 'answer', name: 'ann', answer: 'yes' });
  expect(vi.getTimerCount()).toBe(0);
  await pass(ringingMs + lateMs);
  await says(ann, { type: 'candidate', name: 'bob', candidate: 1 });
  expect(bob.take()).toEqual([{ type: 'candidate', name: 'ann', candidate: 1 }]);
});

test('[U6] [U22] [U23] users who are away find the call while it rings, and none after it', async () => {
  await says(ann, ring);
  await drop(ann);
  await drop(bob);
  await pass(ringingMs - 1);
  expect(await says(stage.connect(), loginOf('bob'))).toMatchObject([
    { resumed: true, call: { name: 'ann', state: 'called' } },
    rung,
  ]);
  await pass(lateMs);
  expect(await says(stage.connect(), loginOf('ann'))).toMatchObject([{ resumed: true, call: null }]);
});

test('[U6] a call whose time passed unseen is over before anything else is decided', async () => {
  stage.close();
  // Nobody looks: its time is not that of the timers.
  stage = createStage({ graceMs });
  const [one, two, three] = [await enter('ann'), await enter('bob'), await enter('cy')];
  await says(one, ring);
  stage.pass(ringingMs);
  expect(await says(three, ring)).toEqual([]);
  expect(two.take()).toEqual([rung, left('ann'), { ...rung, name: 'cy' }]);
  expect(one.take()).toEqual([left('bob')]);
});

test('[U6] [U27] of a call between two nodes each ends the ringing, also when the other one has died', async () => {
  const cluster = createUserCluster({ graceMs });
  const one = await enter('ann', cluster.one);
  const two = await enter('bob', cluster.two);
  await says(one, ring);
  cluster.one.close();
  await pass(ringingMs + lateMs);
  expect(two.take()).toEqual([rung, left('ann')]);
  expect(one.take()).toEqual([left('bob')]);
  cluster.close();
});

describe('[U27] a call that a node of the release before has written, without its time', () => {
  const state: Call = { state: 'calling', other: bobsName };
  const offered: Call = { state: 'called', other: annsName, offer: jsonOf('shall we?') };

  test('rings for 120 s from the moment on when this node sees it', async () => {
    await store.transact(['ann', 'bob'], (users) => {
      const [one, two] = [users.get('ann'), users.get('bob')];
      if (one?.state !== 'online' || two?.state !== 'online') throw new Error('they are not online');
      const states = new Map<string, User>([
        ['ann', { ...one, call: state }],
        ['bob', { ...two, call: offered }],
      ]);
      return { states, outcome: undefined };
    });
    await pass(ringingMs);
    // That node says so to each connection that is concerned.
    for (const { session } of [ann, bob]) session.receive({ kind: 'look' });
    await pass(ringingMs - 1);
    expect([ann.take(), bob.take()]).toEqual([[], [rung]]);
    await pass(lateMs);
    expect([ann.take(), bob.take()]).toEqual([[left('bob')], [left('ann')]]);
  });

  test('is given its time by whatever is decided next, and nobody is told', async () => {
    const before = usersOf(online(annsName, state), kept(bobsName, offered));
    const { users, told } = await decide(before, () => unchanged(undefined), { now: 1000, keys: [annsName] });
    expect(users).toEqual(usersOf(online(annsName, { ...state, ringsUntil: 1000 + ringingMs })));
    expect(told).toEqual({});
  });

  test('is over when the first of its two times is', async () => {
    const before = usersOf(
      online(annsName, { ...state, ringsUntil: 5000 }),
      kept(bobsName, { ...offered, ringsUntil: 9000 }),
    );
    const { users } = await decide(before, () => unchanged(undefined), { now: 5000, keys: [annsName] });
    expect(users).toEqual(usersOf(online(annsName), kept(bobsName)));
  });
});

test('[U6] of a call that only one of two knows, the ringing ends for that one', async () => {
  const before = usersOf(
    online(annsName, { state: 'calling', other: bobsName, ringsUntil: 5000 }),
    kept(bobsName),
  );
  const { users } = await decide(before, () => unchanged(undefined), { now: 5000 });
  expect(users).toEqual(usersOf(online(annsName)));
});

test('[U6] a call is known by the version in which it began, and keeps its time when it rings again', () => {
  const [me, callee] = [actorOf(annsName), to(bobsName)];
  const apart = usersOf(online(annsName), online(bobsName));
  const first = offer(me, callee, jsonOf(1))(apart, { now: 1000, version: 7 }).states;
  const once = { id: 7, rings: 1, ringsUntil: 1000 + ringingMs };
  expect(first.get(annsName)).toEqual(online(annsName, { ...once, state: 'calling', other: bobsName }));
  expect(first.get(bobsName)).toEqual(
    online(bobsName, { ...once, state: 'called', other: annsName, offer: jsonOf(1) }),
  );
  const second = offer(me, callee, jsonOf(2))(first, { now: 50_000, version: 8 }).states;
  const twice = { ...once, rings: 2 };
  expect(second.get(annsName)).toEqual(online(annsName, { ...twice, state: 'calling', other: bobsName }));
  const third = answer(
    actorOf(bobsName),
    to(annsName),
    jsonOf('yes'),
  )(second, { now: 60_000, version: 9 }).states;
  const talking = { id: 7, rings: 2, state: 'talking' } as const;
  expect(third.get(annsName)).toEqual(
    online(annsName, { ...talking, other: bobsName, answer: jsonOf('yes') }),
  );
  expect(third.get(bobsName)).toEqual(online(bobsName, { ...talking, other: annsName }));
});
