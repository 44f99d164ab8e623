// The rules of names: who gets one, and what becomes of it and its call when its connection ends.
import { expect, test } from 'vitest';
import { logIn } from '../../server/users/login-rules.js';
import { logOut } from '../../server/users/user-rules.js';
import type { Actor, ConnectionId, User } from '../../server/users/user.js';
import { actorOf, ann, bob, cy, decide, lineOf, online, to, usersOf } from '../support/user-decisions.js';

const numbers = { id: 5, rings: 1 };
const apart = usersOf(online(ann), online(bob), online(cy));
const talking = usersOf(
  online(ann, { ...numbers, state: 'talking', other: bob }),
  online(bob, { ...numbers, state: 'talking', other: ann }),
  online(cy),
);

test('[U2] a free name is given, a taken one is not, and the holder is named', async () => {
  const newcomer = { ...to(ann), connection: 'newcomer' as ConnectionId };
  expect(await decide(usersOf(), logIn(newcomer), { by: newcomer, keys: [ann] })).toEqual({
    users: usersOf({ ...online(ann), connection: newcomer.connection }),
    outcome: { status: 'in' },
    told: {},
  });
  expect(await decide(apart, logIn(newcomer), { by: newcomer })).toEqual({
    users: new Map(),
    outcome: { status: 'taken', holder: lineOf(ann) },
    told: {},
  });
});

test('[U13] who goes frees the name and the other', async () => {
  expect(await decide(talking, logOut(actorOf(bob)))).toEqual({
    users: new Map<string, User>([
      [bob, { state: 'offline' }],
      [ann, online(ann)],
    ]),
    outcome: undefined,
    told: {
      [lineOf(ann)]: { messages: [{ type: 'leave', name: 'bob' }], link: null },
      [lineOf(bob)]: { messages: [], link: null, lost: 'ended' },
    },
  });
});

test('[U13] a rule that was not given the other asks for it', async () => {
  const alone = new Map([...talking].filter(([name]) => name === bob));
  expect(logOut(actorOf(bob))(alone, { now: 0, version: 1 })).toMatchObject({
    states: new Map(),
    needs: [bob, ann],
  });
  const { users } = await decide(talking, logOut(actorOf(bob)), { keys: [bob] });
  expect([...users.keys()].toSorted()).toEqual([ann, bob]);
});

test('[U13] an older connection cannot free a name', async () => {
  const older: Actor = { name: bob, connection: 'an older one' as ConnectionId };
  expect(await decide(talking, logOut(older))).toEqual({ users: new Map(), outcome: undefined, told: {} });
});
