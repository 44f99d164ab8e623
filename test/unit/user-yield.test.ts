// A name that is away: given to who asks after YIELD_MS, and kept for 5 s only if its page has announced that it closes.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { logIn, type Newcomer } from '../../server/users/login-rules.js';
import { announceLeaving, dropDead, vanish } from '../../server/users/user-rules.js';
import type { Call, ConnectionId, NamedUser, Users } from '../../server/users/user.js';
import {
  actorOf,
  ann,
  bob,
  decide,
  firstToken,
  kept,
  lineOf,
  online,
  thirdToken,
  to,
  usersOf,
} from '../support/user-decisions.js';
import { createStage, loginOf, says } from '../support/user-stage.js';

const graceMs = 30_000;
const yieldMs = 5000;
const now = 1_000_000;
const moment = { now, version: 9 };
const numbers = { id: 5, rings: 1 };
const talkingTo = (other: UserName): Call => ({ ...numbers, state: 'talking', other });
const newLine = 'new line' as ConnectionId;
const stranger: Newcomer = { ...to(bob), connection: newLine };

/** Away, and silent for so long. */
const silent = (name: UserName, silentMs: number, call?: Call, until = now + graceMs): NamedUser => ({
  ...kept(name, call),
  state: 'away',
  until,
  silentSince: now - silentMs,
});
const asks = (users: Users, who = stranger, ms = yieldMs) => decide(users, logIn(who, ms), { by: who, now });

describe('a stranger', () => {
  test('[U31] gets the name of one that has been away for YIELD_MS', async () => {
    expect(await asks(usersOf(silent(bob, yieldMs)))).toEqual({
      users: usersOf({ ...online(bob), connection: newLine }),
      outcome: { status: 'in' },
      told: {},
    });
  });

  test('[U31] and the call of that one is over: its other user is told so', async () => {
    const { users, told } = await asks(
      usersOf(kept(ann, talkingTo(bob)), silent(bob, yieldMs, talkingTo(ann))),
    );
    expect(users).toEqual(usersOf({ ...online(bob), connection: newLine }, kept(ann)));
    expect(told).toEqual({ [lineOf(ann)]: { messages: [{ type: 'leave', name: 'bob' }], link: null } });
  });

  test('[U31] a rule that was not given the other of the call asks for it', () => {
    const decision = logIn(stranger, yieldMs)(usersOf(silent(bob, yieldMs, talkingTo(ann))), moment);
    expect(decision).toMatchObject({ states: new Map(), needs: [bob, ann] });
  });

  test.each<[what: string, user: NamedUser, retryInMs: number, ms: number]>([
    ['1 ms too early', silent(bob, yieldMs - 1), 1, yieldMs],
    ['while the grace time ends before', silent(bob, 0, undefined, now + 700), 700, yieldMs],
    ['with YIELD_MS 0', silent(bob, 20_000), graceMs, 0],
    [
      'of which only the node is gone',
      { ...kept(bob), state: 'away', until: now + graceMs },
      graceMs,
      yieldMs,
    ],
  ])('[U4] [U31] is told "taken" %s, and when it may ask again', async (_what, user, retryInMs, ms) => {
    expect(await asks(usersOf(user), stranger, ms)).toEqual({
      users: new Map(),
      outcome: { status: 'taken', retryInMs },
      told: {},
    });
  });

  test('[U4] is told "taken" by one that is here, and who that is', async () => {
    for (const user of [kept(bob), online(bob)]) {
      expect((await asks(usersOf(user))).outcome).toEqual({ status: 'taken', holder: lineOf(bob) });
    }
  });
});

test('[U21] [U31] the owner that asks before it has its name, and the one that asks after it has not', async () => {
  const owner: Newcomer = { ...to(bob), connection: newLine, token: firstToken };
  expect((await asks(usersOf(silent(bob, 20_000)), owner)).outcome).toMatchObject({ status: 'resumed' });
  const { users } = await asks(usersOf(silent(bob, 20_000)));
  const late = { ...owner, connection: 'late line' as ConnectionId };
  expect((await asks(users, late)).outcome).toEqual({ status: 'taken', holder: newLine });
});

test('[U27] [U31] only what the node of a connection has found out makes its name yield', () => {
  const yields = (users: Users): boolean =>
    logIn(stranger, 1)(users, { now: now + 10_000, version: 10 }).outcome.status === 'in';
  const before = usersOf(kept(bob));
  expect(yields(vanish(actorOf(bob), graceMs, 0)(before, moment).states)).toBe(true);
  expect(yields(vanish(actorOf(bob), graceMs)(before, moment).states)).toBe(false);
  const dead = [{ address: lineOf(bob), expiredAt: now }];
  expect(yields(dropDead(before, dead, graceMs).states)).toBe(false);
});

describe('a page that closes', () => {
  const announced = (users: Users, token = firstToken, at = now): Users =>
    announceLeaving(bob, token)(users, { now: at, version: 9 }).states;

  test('[U30] its name is kept for 5 s from then, and its call with it', () => {
    const users = announced(usersOf(kept(bob, talkingTo(ann))));
    expect(users.get(bob)).toEqual({ ...kept(bob, talkingTo(ann)), leavingAt: now });
    const both = new Map([...users, [ann, kept(ann, talkingTo(bob))] as const]);
    const later = { now: now + 2000, version: 10 };
    expect(vanish(actorOf(bob), graceMs, 0)(both, later).states.get(bob)).toEqual({
      ...kept(bob, talkingTo(ann)),
      state: 'away',
      until: now + 5000,
      silentSince: now + 2000,
    });
  });

  test('[U30] one that is away already is kept for 5 s more at most', () => {
    expect(announced(usersOf(silent(bob, 1000))).get(bob)).toMatchObject({ until: now + 5000 });
    const soon = silent(bob, 1000, undefined, now + 700);
    expect(announced(usersOf(soon)).get(bob)).toEqual(soon);
  });

  test('[U30] that goes on for 5 s has announced nothing', () => {
    const users = announced(usersOf(kept(bob)));
    const later = { now: now + 5000, version: 10 };
    expect(vanish(actorOf(bob), graceMs)(users, later).states.get(bob)).toEqual({
      ...kept(bob),
      state: 'away',
      until: now + 5000 + graceMs,
    });
  });

  test('[U30] with a token that matches nothing, and for a name that is free, nothing happens', () => {
    expect(announced(usersOf(kept(bob)), thirdToken)).toEqual(new Map());
    expect(announced(usersOf(online(bob)))).toEqual(new Map());
    expect(announced(usersOf())).toEqual(new Map());
  });
});

describe('a login', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('[U4] [U31] probes the holder, counts since when it has been silent, and says with "resume" when to ask', async () => {
    const probe = vi.fn(async () => {
      await new Promise((resolve) => setTimeout(resolve, 3000));
      return false;
    });
    const stage = createStage({ graceMs, yieldMs, probe });
    await says(stage.connect(), loginOf('bob'));
    const taken = { type: 'login', success: false, reason: 'taken' };
    const [one, two] = [stage.connect(), stage.connect()];
    const answers = [says(one, { ...loginOf('bob'), seat: 'x' }), says(two, { type: 'login', name: 'bob' })];
    await vi.advanceTimersByTimeAsync(3000);
    const [resumes, plain] = await Promise.all(answers);
    expect(resumes).toEqual([expect.objectContaining({ ...taken, retryInMs: 2000 })]);
    expect(plain).toEqual([{ ...taken, message: expect.any(String) as string }]);
    expect(probe).toHaveBeenCalledTimes(2);
    stage.pass(1999);
    expect(await says(two, { type: 'login', name: 'bob' })).toMatchObject([taken]);
    stage.pass(1);
    expect(await says(two, { type: 'login', name: 'bob' })).toMatchObject([{ success: true }]);
    expect(probe).toHaveBeenCalledTimes(2);
    stage.close();
  });
});
