// The rules of names that survive a drop: how they get away, what happens to them there, and the end of the grace time.
import { describe, expect, test } from 'vitest';
import { runRule, unchanged } from '../../server/kernel/rule.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { answer, leave, offer } from '../../server/users/call-rules.js';
import { logIn } from '../../server/users/login-rules.js';
import { createUserDomain } from '../../server/users/user-domain.js';
import { logOut, vanish } from '../../server/users/user-rules.js';
import type { Actor, Call, ConnectionId, NamedUser, User } from '../../server/users/user.js';
import {
  actorOf,
  ann,
  bob,
  cy,
  decide,
  firstToken,
  kept,
  lineOf,
  linkTo,
  online,
  to,
  usersOf,
  jsonOf,
} from '../support/user-decisions.js';

const graceMs = 30_000;
const now = 1000;
const version = 9;
const numbers = { id: 5, rings: 1 };
const ringing = { ...numbers, ringsUntil: now + 120_000 };
const callingBob: Call = { ...ringing, state: 'calling', other: bob };
const calledByAnn: Call = { ...ringing, state: 'called', other: ann, offer: jsonOf('shall we?') };
const talkingTo = (other: UserName): Call => ({ ...numbers, state: 'talking', other });
const newLine = 'new line' as ConnectionId;
const passTime = () => unchanged(undefined);

const keptAway = (name: UserName, call?: Call, until = now + graceMs): NamedUser => ({
  ...kept(name, call),
  state: 'away',
  until,
});

describe('a connection is gone', () => {
  const annTalks = kept(ann, talkingTo(bob));

  test('[U22] with a secret the name is away, and nobody hears of it', async () => {
    const before = usersOf(kept(bob, talkingTo(ann)), annTalks);
    expect(await decide(before, vanish(actorOf(bob), graceMs), { now })).toEqual({
      users: usersOf(keptAway(bob, talkingTo(ann))),
      outcome: undefined,
      told: {},
    });
  });

  test('[U13] without a secret, or without a grace time, it is free and the other hears leave', async () => {
    const gone = {
      users: new Map<string, User>([
        [bob, { state: 'offline' }],
        [ann, kept(ann)],
      ]),
      outcome: undefined,
      told: expect.objectContaining({
        [lineOf(ann)]: { messages: [{ type: 'leave', name: 'bob' }], link: null },
      }) as unknown,
    };
    const plain = usersOf(online(bob, talkingTo(ann)), annTalks);
    expect(await decide(plain, vanish(actorOf(bob), graceMs), { now })).toEqual(gone);
    const withSecret = usersOf(kept(bob, talkingTo(ann)), annTalks);
    expect(await decide(withSecret, vanish(actorOf(bob), 0), { now })).toEqual(gone);
  });

  test('[U21] the end of a connection that was taken over changes nothing', async () => {
    const older: Actor = { name: bob, connection: 'an older line' as ConnectionId };
    const { users } = await decide(usersOf(kept(bob)), vanish(older, graceMs), { now });
    expect(users).toEqual(new Map());
  });

  test('[U22] that had given its name up: it is free, also when it was found dead before that was handled', async () => {
    const before = usersOf(keptAway(bob, talkingTo(ann)), annTalks);
    const { users } = await decide(before, logOut(actorOf(bob)), { now });
    expect(users).toEqual(
      new Map<string, User>([
        [bob, { state: 'offline' }],
        [ann, kept(ann)],
      ]),
    );
    const older: Actor = { name: bob, connection: 'an older line' as ConnectionId };
    expect((await decide(before, logOut(older), { now })).users).toEqual(new Map());
  });

  test('[U22] a rule that was not given the other of the call asks for it', () => {
    const before = usersOf(kept(bob, talkingTo(ann)));
    expect(vanish(actorOf(bob), graceMs)(before, { now, version })).toMatchObject({ needs: [bob, ann] });
  });
});

describe('while somebody is away', () => {
  test('[U23] an offer to it rings, and is not sent', async () => {
    const before = usersOf(kept(ann), keptAway(bob));
    const call = offer(actorOf(ann), to(bob), jsonOf('shall we?'));
    expect(await decide(before, call, { by: actorOf(ann), now, version: 5 })).toEqual({
      users: usersOf(kept(ann, callingBob), keptAway(bob, calledByAnn)),
      outcome: { status: 'done' },
      told: {
        [lineOf(ann)]: { messages: [], link: linkTo(bob) },
      },
    });
  });

  test('[U22] what is said to it in a call changes nothing, and is no error', async () => {
    const before = usersOf(kept(ann, talkingTo(bob)), keptAway(bob, talkingTo(ann)));
    for (const rule of [offer(actorOf(ann), to(bob), jsonOf(1)), answer(actorOf(ann), to(bob), jsonOf(1))]) {
      expect(await decide(before, rule, { by: actorOf(ann), now })).toEqual({
        users: new Map(),
        outcome: { status: 'relay' },
        told: {},
      });
    }
  });

  test('[U12] the other may leave, which ends the call for both', async () => {
    const before = usersOf(kept(ann, talkingTo(bob)), keptAway(bob, talkingTo(ann)));
    const options = { by: actorOf(ann), isLeaving: true, now };
    expect(await decide(before, leave(actorOf(ann), to(bob)), options)).toEqual({
      users: usersOf(kept(ann), keptAway(bob)),
      outcome: { status: 'done' },
      told: { [lineOf(ann)]: { messages: [], link: null } },
    });
  });
});

describe('the grace time is over', () => {
  const gone: [UserName, User] = [bob, { state: 'offline' }];

  test('[U22] the name is free and the other hears leave, not a moment before', async () => {
    const before = usersOf(kept(ann, talkingTo(bob)), keptAway(bob, talkingTo(ann)));
    expect((await decide(before, passTime, { now: now + graceMs - 1 })).users).toEqual(new Map());
    expect(await decide(before, passTime, { now: now + graceMs })).toEqual({
      users: new Map<string, User>([gone, [ann, kept(ann)]]),
      outcome: undefined,
      told: { [lineOf(ann)]: { messages: [{ type: 'leave', name: 'bob' }], link: null } },
    });
  });

  test('[U22] of two who are both away each runs out by itself, and nobody is told', async () => {
    const before = usersOf(keptAway(ann, talkingTo(bob), now + 1), keptAway(bob, talkingTo(ann), now));
    expect(await decide(before, passTime, { now })).toEqual({
      users: new Map<string, User>([gone, [ann, keptAway(ann, undefined, now + 1)]]),
      outcome: undefined,
      told: {},
    });
    expect(await decide(before, passTime, { now: now + 1 })).toEqual({
      users: new Map<string, User>([gone, [ann, { state: 'offline' }]]),
      outcome: undefined,
      told: {},
    });
  });

  test('[U22] the secret is no longer good for anything', async () => {
    const late = { ...to(bob), connection: newLine, token: firstToken };
    const login = await decide(usersOf(keptAway(bob)), logIn(late), { by: late, now: now + graceMs });
    expect(login.outcome).toEqual({ status: 'in' });
  });

  test('[U22] whoever calls meets nobody; the other of its call is asked for first', async () => {
    const call = offer(actorOf(ann), to(bob), jsonOf(1));
    const refused = {
      status: 'refused',
      refusal: expect.objectContaining({ code: 'not-online' }) as unknown,
    };
    const late = { by: actorOf(ann), now: now + graceMs };
    expect((await decide(usersOf(kept(ann), keptAway(bob)), call, late)).outcome).toEqual(refused);
    const inCall = usersOf(kept(ann), keptAway(bob, talkingTo(cy)));
    const moment = { now: now + graceMs, version };
    expect(runRule(createUserDomain(graceMs), call, inCall, moment, [])).toEqual({ needs: [bob, cy] });
    const withCy = new Map([...inCall, [cy, kept(cy, talkingTo(bob))] as const]);
    const { outcome, told } = await decide(withCy, call, { ...late, keys: [ann, bob] });
    expect(outcome).toEqual(refused);
    expect(told[lineOf(cy)]?.messages).toEqual([{ type: 'leave', name: 'bob' }]);
  });
});
