// Calls whose other side is no longer there, as a rule and the coordinator meet them: nobody is busy with somebody who
// is gone.
import { describe, expect, test } from 'vitest';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { answer, leave, offer, takeBackCall } from '../../server/users/call-rules.js';
import { logOut } from '../../server/users/user-rules.js';
import { offline, type Call, type NamedUser, type User, type Users } from '../../server/users/user.js';
import {
  actorOf,
  ann,
  away,
  bob,
  cy,
  dan,
  decide,
  lineOf,
  linkTo,
  online,
  to,
  usersOf,
  jsonOf,
} from '../support/user-decisions.js';

const moment = { now: 0, version: 9 };
const numbers = { id: 5, rings: 1 };
const ringing = { ...numbers, ringsUntil: 120_000 };
const calling = (other: UserName): Call => ({ ...ringing, state: 'calling', other });
const called = (other: UserName): Call => ({
  ...ringing,
  state: 'called',
  other,
  offer: jsonOf('missed'),
  hasLostGlare: true,
});
const talking = (other: UserName): Call => ({ ...numbers, state: 'talking', other });
const refused = (code: string): object => ({ status: 'refused', refusal: { code } });

describe('[U7] [U27] before somebody is busy', () => {
  test('the other of that call is looked up', () => {
    const call = offer(actorOf(cy), to(bob), jsonOf(1));
    const busyBob = usersOf(online(cy), online(bob, called(ann)));
    expect(call(busyBob, moment)).toMatchObject({ states: new Map(), needs: [bob, ann] });
    const inCall = usersOf(online(cy, talking(ann)), online(bob));
    expect(call(inCall, moment)).toMatchObject({ states: new Map(), needs: [cy, ann] });
  });

  test.each<[string, NamedUser | undefined]>([
    ['is gone', undefined],
    ['is in no call', online(ann)],
    ['is in a call with a third', online(ann, talking(dan))],
  ])('the other may be nobody: one who %s', async (_how, other) => {
    for (const [annsCaller, annsCallee] of [
      [online(cy), online(bob, called(ann))],
      [online(cy, called(ann)), online(bob)],
    ] as const) {
      const before = new Map<string, User>([...usersOf(annsCaller, annsCallee), [ann, other ?? offline]]);
      const { users, outcome, told } = await decide(before, offer(actorOf(cy), to(bob), jsonOf(1)), {
        by: actorOf(cy),
        keys: [cy, bob],
        version: 9,
      });
      expect(outcome).toEqual({ status: 'done' });
      const fresh = { id: 9, rings: 1, ringsUntil: 120_000 };
      expect(users.get(cy)).toEqual(online(cy, { ...fresh, state: 'calling', other: bob }));
      // What it had lost before counts no more.
      expect(users.get(bob)).toEqual(online(bob, { ...fresh, state: 'called', other: cy, offer: jsonOf(1) }));
      expect(told).toEqual({
        [lineOf(cy)]: { messages: [], link: linkTo(bob) },
        [lineOf(bob)]: { messages: [{ type: 'offer', offer: 1, name: 'cy' }], link: linkTo(cy) },
      });
    }
  });

  test('a call that only one of the two knows of takes nothing from the other', async () => {
    const before = usersOf(online(ann, talking(bob)), online(bob, talking(cy)), online(cy, talking(bob)));
    for (const rule of [answer(actorOf(ann), to(bob), jsonOf(1)), leave(actorOf(ann), to(bob))]) {
      expect(rule(before, moment)).toMatchObject({ states: new Map(), outcome: refused('not-in-call') });
    }
    expect(takeBackCall(actorOf(ann), bob)(before, moment)).toMatchObject({
      states: new Map(),
      outcome: { status: 'kept' },
    });
    expect(offer(actorOf(ann), to(bob), jsonOf(1))(before, moment).outcome).toMatchObject(refused('busy'));
    expect(await decide(before, logOut(actorOf(ann)))).toEqual({
      users: new Map([[ann, offline]]),
      outcome: undefined,
      told: { [lineOf(ann)]: { messages: [], lost: 'ended' } },
    });
  });
});

describe('[U7] [U22] [U27] who calls somebody that is in a call', () => {
  async function call(people: Users, now: number): Promise<[unknown, string[]]> {
    const rule = offer(actorOf(cy), to(bob), jsonOf(1));
    const { outcome, told } = await decide(people, rule, { by: actorOf(cy), keys: [cy, bob], now });
    const messages = [cy, bob, ann].flatMap((name) =>
      (told[lineOf(name)]?.messages ?? []).map((message) => {
        return `${name}: ${typeof message === 'object' ? message.type : message}`;
      }),
    );
    return [outcome, messages];
  }

  test('ends that one when its other side is over, and rings', async () => {
    const people = usersOf(online(cy), online(bob, called(ann)), away(ann, calling(bob), 100));
    expect(await call(people, 100)).toEqual([{ status: 'done' }, ['bob: leave', 'bob: offer']]);
  });

  test('is told busy while its other side may come back, or is here', async () => {
    for (const other of [away(ann, calling(bob), 101), online(ann, calling(bob))]) {
      const people = usersOf(online(cy), online(bob, called(ann)), other);
      expect(await call(people, 100)).toMatchObject([refused('busy'), []]);
    }
  });

  test('may be in one itself whose other side is over: it ends, too', async () => {
    const people = usersOf(
      online(cy, talking(dan)),
      away(dan, talking(cy), 50),
      online(bob, called(ann)),
      away(ann, calling(bob), 100),
    );
    expect(await call(people, 100)).toEqual([{ status: 'done' }, ['cy: leave', 'bob: leave', 'bob: offer']]);
  });
});
