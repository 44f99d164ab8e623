// Calls whose other side is no longer there, as a rule and a desk meet them: nobody is busy with somebody who is gone.
import { describe, expect, test } from 'vitest';
import { alwaysLeased } from '../../server/cluster/always-leased.js';
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import { createLogger } from '../../server/platform/logger.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { answer, leave, offer, takeBack, type Verdict } from '../../server/users/call-rules.js';
import { createMemoryUserStore } from '../../server/users/memory-user-store.js';
import { createUserDesk } from '../../server/users/user-desk.js';
import type { UserParcel } from '../../server/users/user-parcel.js';
import {
  logOut,
  offline,
  type Actor,
  type Call,
  type ConnectionId,
  type NamedUser,
  type Users,
} from '../../server/users/user-rules.js';

const [ann, bob, cy, dan] = ['ann', 'bob', 'cy', 'dan'] as [UserName, UserName, UserName, UserName];
const none: Call = { state: 'none' };
const calling = (other: UserName): Call => ({ state: 'calling', other });
const called = (other: UserName): Call => ({ state: 'called', other, offer: 'missed', hasLostGlare: true });
const talking = (other: UserName): Call => ({ state: 'talking', other });

const lineOf = (name: UserName): ConnectionId => `line of ${name}` as ConnectionId;
const actor = (name: UserName): Actor => ({ name, connection: lineOf(name) });
const to = (name: UserName): { name: UserName; written: string } => ({ name, written: name });

function online(name: UserName, call: Call = none): NamedUser {
  return { state: 'online', connection: lineOf(name), written: name, call };
}

const away = (name: UserName, call: Call, until: number): NamedUser => ({
  ...online(name, call),
  state: 'away',
  until,
});
const users = (...people: NamedUser[]): Users =>
  new Map(people.map((user) => [user.written as UserName, user]));

describe('[U7] [U27] before somebody is busy', () => {
  test('the other of that call is looked up', () => {
    const busyBob = users(online(cy), online(bob, called(ann)));
    expect(offer(actor(cy), to(bob), 1)(busyBob, 0)).toEqual({
      users: new Map(),
      notices: [],
      outcome: { lacks: [bob, ann] },
    });
    const inCall = users(online(cy, talking(ann)), online(bob));
    expect(offer(actor(cy), to(bob), 1)(inCall, 0).outcome).toEqual({ lacks: [cy, ann] });
  });

  test.each<[string, NamedUser | undefined]>([
    ['is gone', undefined],
    ['is in no call', online(ann)],
    ['is in a call with a third', online(ann, talking(dan))],
  ])('the other may be nobody: one who %s', (_how, other) => {
    const them: [UserName, NamedUser | typeof offline] = [ann, other ?? offline];
    for (const [annsCaller, annsCallee] of [
      [online(cy), online(bob, called(ann))],
      [online(cy, called(ann)), online(bob)],
    ] as const) {
      const before = new Map([...users(annsCaller, annsCallee), them]);
      const decision = offer(actor(cy), to(bob), 1)(before, 0);
      expect(decision.outcome).toBeUndefined();
      expect(decision.users.get(cy)).toEqual(online(cy, calling(bob)));
      // What it had lost before counts no more.
      expect(decision.users.get(bob)).toEqual(online(bob, { state: 'called', other: cy, offer: 1 }));
      expect(decision.notices).toMatchObject([
        { to: lineOf(cy), link: { name: bob, isMuted: false } },
        { to: lineOf(bob), link: { name: cy, isMuted: false }, message: { type: 'offer' } },
      ]);
    }
  });

  test('a call that only one of the two knows of takes nothing from the other', () => {
    const before = users(online(ann, talking(bob)), online(bob, talking(cy)), online(cy, talking(bob)));
    for (const rule of [answer(actor(ann), to(bob), 1), leave(actor(ann), to(bob))]) {
      expect(rule(before, 0)).toMatchObject({ users: new Map(), outcome: { code: 'not-in-call' } });
    }
    expect(takeBack(actor(ann), bob)(before, 0).users).toEqual(new Map());
    expect(offer(actor(ann), to(bob), 1)(before, 0).outcome).toMatchObject({ code: 'busy' });
    expect(logOut(actor(ann))(before, 0)).toEqual({
      users: new Map([[ann, offline]]),
      notices: [],
      outcome: undefined,
    });
  });
});

describe('[U7] [U22] [U27] who calls somebody that is in a call', () => {
  async function call(people: Users, now: number): Promise<[Verdict, string[]]> {
    const store = createMemoryUserStore(() => now);
    const courier = createMemoryCourier<UserParcel>();
    const told: string[] = [];
    for (const name of [ann, bob, cy]) {
      courier.attach(lineOf(name), (parcel) => {
        const message = parcel.kind === 'notice' ? parcel.notice.message : undefined;
        if (typeof message === 'object') told.push(`${name}: ${message.type}`);
      });
    }
    const logger = createLogger({ logLevel: 'silent', logFormat: 'json' });
    const desk = createUserDesk({ store, courier, lease: alwaysLeased, logger });
    await store.decide([...people.keys()], () => ({ users: people, notices: [], outcome: undefined }));
    const verdict = await desk.decide<Verdict>([cy, bob], offer(actor(cy), to(bob), 1));
    desk.close();
    return [verdict, told];
  }

  test('ends that one when its other side is over, and rings', async () => {
    const people = users(online(cy), online(bob, called(ann)), away(ann, calling(bob), 100));
    expect(await call(people, 100)).toEqual([undefined, ['bob: leave', 'bob: offer']]);
  });

  test('is told busy while its other side may come back, or is here', async () => {
    for (const other of [away(ann, calling(bob), 101), online(ann, calling(bob))]) {
      const people = users(online(cy), online(bob, called(ann)), other);
      expect(await call(people, 100)).toMatchObject([{ code: 'busy' }, []]);
    }
  });

  test('may be in one itself whose other side is over: it ends, too', async () => {
    const people = users(
      online(cy, talking(dan)),
      away(dan, talking(cy), 50),
      online(bob, called(ann)),
      away(ann, calling(bob), 100),
    );
    expect(await call(people, 100)).toEqual([undefined, ['cy: leave', 'bob: leave', 'bob: offer']]);
  });
});
