// The rules of names that survive a drop, as they are: away, back, missed offers, and the end of the grace.
import { describe, expect, test } from 'vitest';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import type { SecretHash } from '../../server/protocol/secrets.js';
import { answer, leave, offer } from '../../server/users/call-rules.js';
import { logIn, type Newcomer } from '../../server/users/login-rules.js';
import {
  passTime,
  settled,
  vanish,
  type Actor,
  type Call,
  type ConnectionId,
  type NamedUser,
  type User,
  type Users,
} from '../../server/users/user-rules.js';

const [ann, bob, cy] = ['ann', 'bob', 'cy'] as [UserName, UserName, UserName];
const [first, second, third] = ['first', 'second', 'third'] as [SecretHash, SecretHash, SecretHash];
const graceMs = 30_000;
const now = 1000;

const lineOf = (name: UserName): ConnectionId => `line of ${name}` as ConnectionId;
const newLine = 'new line' as ConnectionId;
const actor = (name: UserName): Actor => ({ name, connection: lineOf(name) });
const to = (name: UserName): { name: UserName; written: string } => ({ name, written: name });

function online(name: UserName, call: Call = { state: 'none' }): NamedUser {
  return { state: 'online', connection: lineOf(name), written: name, secrets: [first, second], call };
}

function away(name: UserName, call?: Call, until = now + graceMs): NamedUser {
  return { ...online(name, call), state: 'away', until };
}

function newcomer(secret?: SecretHash, nextSecret?: SecretHash): Newcomer {
  return {
    ...to(bob),
    connection: newLine,
    ...(secret !== undefined && { secret }),
    ...(nextSecret !== undefined && { nextSecret }),
  };
}

const users = (...people: NamedUser[]): Users =>
  new Map(people.map((user) => [user.written as UserName, user]));
const callingBob: Call = { state: 'calling', other: bob };
const calledByAnn: Call = { state: 'called', other: ann, offer: 'shall we?' };
const talkingTo = (other: UserName): Call => ({ state: 'talking', other });

describe('a connection is gone', () => {
  test('[U22] with a secret the name is away, and nobody hears of it', () => {
    expect(vanish(actor(bob), graceMs)(users(online(bob, talkingTo(ann))), now)).toEqual({
      users: users(away(bob, talkingTo(ann))),
      notices: [],
      outcome: undefined,
    });
  });

  test('[U13] without a secret, or without a grace, it is free and the other hears leave', () => {
    const { secrets, ...plain } = online(bob, talkingTo(ann));
    expect(secrets).toHaveLength(2);
    const gone = {
      users: new Map<UserName, User>([
        [bob, { state: 'offline' }],
        [ann, online(ann)],
      ]),
      notices: [{ to: lineOf(ann), message: { type: 'leave', name: 'bob' }, link: null }],
      outcome: undefined,
    };
    const annTalks = online(ann, talkingTo(bob));
    expect(vanish(actor(bob), graceMs)(users(plain, annTalks), now)).toEqual(gone);
    expect(vanish(actor(bob), 0)(users(online(bob, talkingTo(ann)), annTalks), now)).toEqual(gone);
  });

  test('[U21] the end of a connection that was taken over changes nothing', () => {
    const older: Actor = { name: bob, connection: 'an older line' as ConnectionId };
    expect(vanish(older, graceMs)(users(online(bob)), now).users).toEqual(new Map());
  });
});

describe('somebody comes back', () => {
  test.each([first, second])('[U20] [U21] with the %s secret, and may choose new ones', (secret) => {
    expect(logIn(newcomer(secret, third))(users(away(bob)), now)).toEqual({
      users: users({ ...online(bob), connection: newLine, secrets: [secret, third] }),
      notices: [],
      outcome: { status: 'resumed', call: null },
    });
  });

  test('[U21] the old connection is told and closed, if it is still there', () => {
    expect(logIn(newcomer(second))(users(online(bob)), now).notices).toMatchObject([
      { to: lineOf(bob), link: null, ends: { code: 'taken-over' } },
    ]);
  });

  test.each([
    ['here', online(bob)],
    ['away', away(bob)],
  ])('[U4] [U22] the name of one who is %s is taken for any other secret, and not probed', (_how, user) => {
    for (const secret of [undefined, third]) {
      expect(logIn(newcomer(secret))(users(user), now)).toEqual({
        users: new Map(),
        notices: [],
        outcome: { status: 'taken' },
      });
    }
  });

  test.each([
    ['an earlier attempt', { me: 'b', attempt: 1 }, 'stale'],
    ['the same attempt', { me: 'b', attempt: 2 }, 'stale'],
    ['a later attempt', { me: 'b', attempt: 3 }, 'resumed'],
    ['the first attempt of another incarnation', { me: 'c', attempt: 0 }, 'resumed'],
    ['one that does not count', { me: 'b' }, 'resumed'],
    ['one that does not say who it is', { attempt: 1 }, 'resumed'],
  ])('[U21] %s', (_what, count, status) => {
    for (const user of [online(bob), away(bob)]) {
      const counted: NamedUser = { ...user, me: 'b', attempt: 2 };
      const login = logIn({ ...newcomer(second, third), ...count })(users(counted), now);
      expect(login.outcome).toMatchObject({ status });
      if (status === 'stale') expect(login).toMatchObject({ users: new Map(), notices: [] });
      else
        expect(login.users.get(bob)).toEqual({
          ...online(bob),
          connection: newLine,
          secrets: [second, third],
          ...count,
        });
    }
  });

  test('[U21] in a call both ends learn of the new connection', () => {
    const before = users(online(ann, talkingTo(bob)), away(bob, talkingTo(ann)));
    expect(logIn(newcomer(first))(before, now)).toMatchObject({
      notices: [
        { to: newLine, link: { name: ann, connection: lineOf(ann), isMuted: false } },
        { to: lineOf(ann), link: { name: bob, connection: newLine, isMuted: false } },
      ],
      outcome: { status: 'resumed', call: { name: 'ann', state: 'talking' } },
    });
  });

  test('[U23] an offer that rings is handed over at the return', () => {
    const before = users(online(ann, callingBob), away(bob, calledByAnn));
    expect(logIn(newcomer(first))(before, now)).toMatchObject({
      notices: [
        { to: newLine, message: { type: 'offer', offer: 'shall we?', name: 'ann' } },
        { to: lineOf(ann) },
      ],
      outcome: { status: 'resumed', call: { name: 'ann', state: 'called' } },
    });
  });

  test('[U11] [U21] who has lost a glare is still not heard before it answers', () => {
    const lost: Call = { ...calledByAnn, hasLostGlare: true };
    const { notices } = logIn(newcomer(first))(users(online(ann, callingBob), away(bob, lost)), now);
    expect(notices[0]?.link).toEqual({ name: ann, connection: lineOf(ann), isMuted: true });
  });

  test('[U21] the return of the other leaves the loser of a glare unheard', () => {
    const lost: Call = { ...calledByAnn, hasLostGlare: true };
    const before = users(away(ann, callingBob), online(bob, lost));
    const { notices } = logIn({ ...to(ann), connection: newLine, secret: first })(before, now);
    expect(notices[1]?.link).toEqual({ name: ann, connection: newLine, isMuted: true });
  });

  test('[U21] a rule that was not given the other of the call asks for it', () => {
    expect(logIn(newcomer(first))(users(away(bob, talkingTo(ann))), now)).toEqual({
      users: new Map(),
      notices: [],
      outcome: { lacks: [bob, ann] },
    });
  });
});

describe('while somebody is away', () => {
  test('[U23] an offer to it rings, and is not sent', () => {
    expect(offer(actor(ann), to(bob), 'shall we?')(users(online(ann), away(bob)), now)).toEqual({
      users: users(online(ann, callingBob), away(bob, calledByAnn)),
      notices: [{ to: lineOf(ann), link: { name: bob, connection: lineOf(bob), isMuted: false } }],
      outcome: undefined,
    });
  });

  test('[U22] what is said to it in a call is dropped without an error', () => {
    const before = users(online(ann, talkingTo(bob)), away(bob, talkingTo(ann)));
    for (const rule of [offer(actor(ann), to(bob), 1), answer(actor(ann), to(bob), 1)]) {
      expect(rule(before, now)).toEqual({ users: new Map(), notices: [], outcome: undefined });
    }
  });

  test('[U12] the other may leave, which ends the call for both', () => {
    const before = users(online(ann, talkingTo(bob)), away(bob, talkingTo(ann)));
    expect(leave(actor(ann), to(bob))(before, now)).toEqual({
      users: users(online(ann), away(bob)),
      notices: [{ to: lineOf(ann), link: null }],
      outcome: undefined,
    });
  });
});

describe('the grace is over', () => {
  const gone: [UserName, User] = [bob, { state: 'offline' }];

  test('[U22] the name is free and the other hears leave, not a moment before', () => {
    const before = users(online(ann, talkingTo(bob)), away(bob, talkingTo(ann)));
    expect(settled(passTime())(before, now + graceMs - 1).users).toEqual(new Map());
    expect(settled(passTime())(before, now + graceMs)).toEqual({
      users: new Map([gone, [ann, online(ann)]]),
      notices: [{ to: lineOf(ann), message: { type: 'leave', name: 'bob' }, link: null }],
      outcome: undefined,
    });
  });

  test('[U22] of two who are both away each runs out by itself, and nobody is told', () => {
    const before = users(away(ann, talkingTo(bob), now + 1), away(bob, talkingTo(ann), now));
    expect(settled(passTime())(before, now)).toEqual({
      users: new Map([gone, [ann, away(ann, { state: 'none' }, now + 1)]]),
      notices: [],
      outcome: undefined,
    });
    expect(settled(passTime())(before, now + 1)).toEqual({
      users: new Map([gone, [ann, { state: 'offline' }]]),
      notices: [],
      outcome: undefined,
    });
  });

  test('[U22] the secret is no longer good for anything', () => {
    const login = settled(logIn(newcomer(first)))(users(away(bob)), now + graceMs);
    expect(login.outcome).toEqual({ status: 'in' });
  });

  test('[U22] whoever calls meets nobody; the other of its call is asked for first', () => {
    const call = settled(offer(actor(ann), to(bob), 1));
    expect(call(users(online(ann), away(bob)), now + graceMs).outcome).toMatchObject({ code: 'not-online' });
    expect(call(users(online(ann), away(bob, talkingTo(cy))), now + graceMs)).toEqual({
      users: new Map(),
      notices: [],
      outcome: { lacks: [bob, cy] },
    });
  });
});
