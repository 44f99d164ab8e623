// What a connection that may have missed notices has to hear, and how it holds on to its name.
import { describe, expect, test } from 'vitest';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import type { SecretHash } from '../../server/protocol/secrets.js';
import { lapse, sweep } from '../../server/users/user-lapse-rules.js';
import { differenceOf, reassert, type KeptCall } from '../../server/users/user-resync-rules.js';
import type { Call, ConnectionId, Link, NamedUser, User, Users } from '../../server/users/user-rules.js';

const ann = 'ann' as UserName;
const bob = 'bob' as UserName;
const lineOf = (name: string): ConnectionId => `line of ${name}` as ConnectionId;
const actor = { name: ann, connection: lineOf(ann) };
const none: Call = { state: 'none' };

function online(name: UserName, call: Call = none): Extract<User, { state: 'online' }> {
  return { state: 'online', connection: lineOf(name), written: name, call };
}

const away = (name: UserName, call: Call, until = 500): NamedUser => ({
  ...online(name, call),
  state: 'away',
  until,
});
const linkTo = (name: UserName, isMuted = false): Link => ({ name, connection: lineOf(name), isMuted });
const users = (...people: [UserName, User][]): Users => new Map(people);

describe('[U28] whoever holds on to its name', () => {
  test('is here again, if others thought it away, and its call is as it was', () => {
    const call: Call = { state: 'talking', other: bob };
    const before = users([ann, away(ann, call)], [bob, online(bob, { state: 'talking', other: ann })]);
    expect(reassert(actor)(before, 0)).toEqual({
      users: users([ann, online(ann, call)]),
      notices: [],
      outcome: { status: 'held', call: { link: linkTo(bob) } },
    });
  });

  test.each<[string, Call, Call, KeptCall['told']]>([
    [
      'the offer that rings',
      { state: 'called', other: bob, offer: 'hi' },
      { state: 'calling', other: ann },
      { type: 'offer', offer: 'hi', name: 'bob' },
    ],
    [
      'the answer to its own',
      { state: 'talking', other: bob, answer: null },
      { state: 'talking', other: ann },
      { type: 'answer', answer: null, name: 'bob' },
    ],
  ])('is shown %s', (_what, own, others, told) => {
    const before = users([ann, online(ann, own)], [bob, online(bob, others)]);
    expect(reassert(actor)(before, 0).outcome).toEqual({ status: 'held', call: { link: linkTo(bob), told } });
  });

  test('asks for whom it is in a call with', () => {
    const before = users([ann, online(ann, { state: 'calling', other: bob })]);
    expect(reassert(actor)(before, 0).outcome).toEqual({ lacks: [ann, bob] });
  });

  test.each<[string, User]>([
    ['is gone', { state: 'offline' }],
    ['is in no call', online(bob)],
    ['is in a call with a third', online(bob, { state: 'talking', other: 'cy' as UserName })],
  ])('is free of a call whose other side %s', (_how, other) => {
    const before = users([ann, online(ann, { state: 'talking', other: bob })], [bob, other]);
    expect(reassert(actor)(before, 0)).toEqual({
      users: users([ann, online(ann)]),
      notices: [],
      outcome: { status: 'held', call: null },
    });
  });

  test('has lost it when nobody has it, or another connection', () => {
    const other = { ...online(ann), connection: lineOf('another') };
    expect(reassert(actor)(users([ann, { state: 'offline' }]), 0).outcome).toEqual({ status: 'lost' });
    expect(reassert(actor)(users([ann, other]), 0).outcome).toEqual({ status: 'taken' });
  });
});

describe('[U28] what was missed', () => {
  const leave = { type: 'leave', name: 'bob' } as const;
  const offer = { type: 'offer', offer: 1, name: 'bob' } as const;
  const answer = { type: 'answer', answer: 2, name: 'bob' } as const;
  const heard = { isNews: true, hasAnswer: true };
  const rang: KeptCall = { link: linkTo(bob), told: offer };
  const talks: KeptCall = { link: linkTo(bob), told: answer };

  test.each<[string, Link | null, KeptCall | null, Partial<typeof heard>, object[]]>([
    ['nothing, alone', null, null, {}, []],
    ['nothing, in the same call', linkTo(bob), { link: linkTo(bob) }, {}, []],
    ['the end of the call', linkTo(bob), null, {}, [leave]],
    ['a call that rings', null, rang, {}, [offer]],
    ['a newer offer of the same call', linkTo(bob), rang, {}, [offer]],
    ['no offer that was heard', linkTo(bob), rang, { isNews: false }, []],
    ['the answer', linkTo(bob), talks, { hasAnswer: false }, [answer]],
    ['no answer that was heard', linkTo(bob), talks, {}, []],
    [
      'the end of one call and the next',
      linkTo('cy' as UserName),
      rang,
      {},
      [{ type: 'leave', name: 'cy' }, offer],
    ],
  ])('is %s', (_what, link, call, given, told) => {
    expect(differenceOf(link, call, { ...heard, ...given })).toEqual(told);
  });
});

describe('[U27] whoever was on a node that is dead', () => {
  const secrets = ['s' as SecretHash];

  test('is away since its lease ran out; without a secret, its time is over already', () => {
    const kept = { ...online(ann), secrets };
    expect(lapse(kept, 1000, 500)).toEqual({ ...kept, state: 'away', until: 1500 });
    expect(lapse(online(ann), 1000, 500)).toEqual(away(ann, none, 1000));
  });

  test('stays away as it was', () => {
    const before = away(ann, none, 700);
    expect(lapse(before, 1000, 500)).toBe(before);
  });

  test('is forgotten when its time is over, unless somebody has to be told', () => {
    const before = users(
      [ann, away(ann, none, 10)],
      [bob, away(bob, { state: 'talking', other: 'cy' as UserName }, 10)],
      ['dan' as UserName, away('dan' as UserName, none, 11)],
      ['eve' as UserName, online('eve' as UserName)],
    );
    expect(sweep()(before, 10)).toEqual({
      users: users([ann, { state: 'offline' }]),
      notices: [],
      outcome: undefined,
    });
  });

  test('is forgotten with the other of its call when that one’s time is over, too, or nobody has that name', () => {
    const [cy, dan] = ['cy', 'dan'] as [UserName, UserName];
    const pairs = users(
      [ann, away(ann, { state: 'talking', other: bob }, 10)],
      [bob, away(bob, { state: 'talking', other: ann }, 9)],
      [cy, away(cy, { state: 'calling', other: dan }, 10)],
      [dan, away(dan, { state: 'called', other: cy, offer: 1 }, 11)],
    );
    const gone: User = { state: 'offline' };
    expect(sweep()(pairs, 10).users).toEqual(users([ann, gone], [bob, gone]));
    expect(sweep()(new Map([...pairs, [dan, gone]]), 10).users).toEqual(
      users([ann, gone], [bob, gone], [cy, gone]),
    );
  });
});
