// What becomes of the names on a node that is dead, and how connections that are there hold on to theirs.
import { describe, expect, test } from 'vitest';
import { unchanged } from '../../server/kernel/rule.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { createUserDomain, isInUse } from '../../server/users/user-domain.js';
import { dropDead, reclaim } from '../../server/users/user-rules.js';
import { offline, type Call, type User, type Users } from '../../server/users/user.js';
import {
  ann,
  away,
  bob,
  cy,
  dan,
  decide,
  kept,
  lineOf,
  online,
  usersOf,
  jsonOf,
} from '../support/user-decisions.js';

const moment = { now: 0, version: 9 };
const numbers = { id: 5, rings: 1 };
const talking = (other: UserName): Call => ({ ...numbers, state: 'talking', other });
const called = (other: UserName): Call => ({ ...numbers, state: 'called', other, offer: jsonOf(1) });
const calling = (other: UserName): Call => ({ ...numbers, state: 'calling', other });
const passTime = () => unchanged(undefined);

describe('[U28] whoever holds on to its name', () => {
  const byAnn = reclaim([lineOf(ann)]);

  test('is here again, if others thought it away, and its call is as it was', () => {
    const before = usersOf(away(ann, talking(bob), 500), online(bob, talking(ann)));
    expect(byAnn(before, moment).states).toEqual(usersOf(online(ann, talking(bob))));
  });

  test('changes nothing if it is here, and in a call with one who is there or may come back', () => {
    for (const other of [online(bob, talking(ann)), away(bob, talking(ann), 500)]) {
      expect(byAnn(usersOf(online(ann, talking(bob)), other), moment).states).toEqual(new Map());
    }
  });

  test('asks for whom it is in a call with', () => {
    expect(byAnn(usersOf(online(ann, calling(bob))), moment)).toMatchObject({ needs: [ann, bob] });
  });

  test('asks for whom it is in a call with also if this node does not hold it: they are told how it stands', () => {
    const byNobody = reclaim([]);
    expect(byNobody(usersOf(online(ann, talking(bob))), moment)).toMatchObject({ needs: [ann, bob] });
    const both = usersOf(online(ann, talking(bob)), online(bob, talking(ann)));
    expect(byNobody(both, moment)).toEqual(unchanged(undefined));
  });

  test.each<[string, User]>([
    ['is gone', offline],
    ['is in no call', online(bob)],
    ['is in a call with a third', online(bob, talking(cy))],
  ])('is free of a call whose other side %s', (_how, other) => {
    const before: Users = new Map([...usersOf(online(ann, talking(bob))), [bob, other]]);
    expect(byAnn(before, moment).states).toEqual(usersOf(online(ann)));
  });

  test('has it no longer when nobody has it, or another connection', () => {
    const other = { ...online(ann), connection: lineOf('another') };
    for (const before of [new Map([[ann, offline]]), usersOf(other)]) {
      expect(byAnn(before, moment).states).toEqual(new Map());
    }
  });

  test('is only the one that is there: what others hold is left as it is', () => {
    const before = usersOf(away(ann, talking(bob), 500), away(bob, talking(ann), 500));
    expect(byAnn(before, moment).states).toEqual(usersOf(online(ann, talking(bob))));
    expect(reclaim([])(before, moment).states).toEqual(new Map());
  });
});

describe('[U27] whoever was on a node that is dead', () => {
  const deadSince = (expiredAt: number, ...names: UserName[]) =>
    names.map((name) => ({ address: lineOf(name), expiredAt }));
  const left = (name: string): object => ({ messages: [{ type: 'leave', name }], link: null });

  test('is away since its lease ran out; without a secret, its time is over already', () => {
    const users = usersOf(kept(ann), online(bob));
    expect(dropDead(users, deadSince(1000, ann, bob), 500).states).toEqual(
      usersOf({ ...kept(ann), state: 'away', until: 1500 }, away(bob, { state: 'none' }, 1000)),
    );
  });

  test('stays away as it was', () => {
    const users = usersOf(away(ann, { state: 'none' }, 700));
    expect(dropDead(users, deadSince(1000, ann), 500).states).toEqual(new Map());
  });

  test('is looked at as if it had ended then, whatever the rule is about', async () => {
    const before = usersOf(kept(ann, talking(bob)), online(bob, talking(ann)));
    const options = { dead: deadSince(1000, ann), graceMs: 500 };
    const inTime = await decide(before, passTime, { ...options, now: 1499 });
    expect(inTime).toEqual({
      users: usersOf({ ...kept(ann, talking(bob)), state: 'away', until: 1500 }),
      outcome: undefined,
      told: {},
    });
    const late = await decide(before, passTime, { ...options, now: 1500 });
    expect(late.users).toEqual(
      new Map<string, User>([
        [ann, offline],
        [bob, online(bob)],
      ]),
    );
    expect(late.told[lineOf(bob)]).toEqual(left('ann'));
  });

  test('and cannot come back: its name is free, and the other of its call hears leave at once', async () => {
    const before = usersOf(online(ann, calling(bob)), online(bob, called(ann)));
    const options = { dead: deadSince(1000, ann), graceMs: 500, now: 1001 };
    const { users, told } = await decide(before, passTime, options);
    expect(users).toEqual(
      new Map<string, User>([
        [ann, offline],
        [bob, online(bob)],
      ]),
    );
    expect(told[lineOf(bob)]).toEqual(left('ann'));
  });

  test('[U14] is listed as long as its name is kept', () => {
    const isListed = (user: User, now: number, ...dead: UserName[]): boolean =>
      isInUse(500)(ann, user, now, deadSince(1000, ...dead));
    expect([isListed(online(ann), 9000), isListed(offline, 9000)]).toEqual([true, false]);
    expect([isListed(online(ann), 1000, ann), isListed(online(ann), 1000, bob)]).toEqual([false, true]);
    expect([isListed(kept(ann), 1499, ann), isListed(kept(ann), 1500, ann)]).toEqual([true, false]);
    const gone = away(ann, { state: 'none' }, 700);
    expect([isListed(gone, 699), isListed(gone, 700)]).toEqual([true, false]);
  });

  test('is free with the other of its call when both times are over', () => {
    const pairs = usersOf(
      away(ann, talking(bob), 10),
      away(bob, talking(ann), 9),
      away(cy, calling(dan), 10),
      away(dan, called(cy), 11),
    );
    const { expire } = createUserDomain(0);
    expect(expire(pairs, { ...moment, now: 10 }).states).toEqual(
      new Map<string, User>([
        [ann, offline],
        [bob, offline],
        [cy, offline],
        [dan, away(dan, { state: 'none' }, 11)],
      ]),
    );
    expect(expire(usersOf(away(ann, talking(bob), 10)), { ...moment, now: 10 })).toMatchObject({
      needs: [ann, bob],
    });
  });

  test('in a call of which the other knows nothing takes nothing from that one', () => {
    const before = usersOf(away(ann, talking(bob), 10), online(bob, talking(cy)));
    const { states } = createUserDomain(0).expire(before, { ...moment, now: 10 });
    expect(states).toEqual(new Map([[ann, offline]]));
  });
});
