// What becomes of names and calls when a connection, a node, a grace time or the time to ring ends. Pure. Leaves logging in to login-rules,
// and calling to call-rules.
import { awayAfter, leavingGraceMs, type Away } from '../kernel/away.js';
import type { DeadConnection } from '../kernel/record-store.js';
import { unchanged } from '../kernel/rule.js';
import { maxRingingMs } from '../protocol/limits.js';
import { isAmong, type TokenHash } from '../protocol/resume-tokens.js';
import {
  holderOf,
  isRinging,
  needing,
  noCall,
  offline,
  otherOf,
  userOf,
  type Actor,
  type NamedUser,
  type User,
  type UserDecision,
  type UserRule,
  type Users,
} from './user.js';

/**
 * A connection is gone, or dead: its name is kept, if it can be taken back; else it is free. [U4] [U13] [U22]
 * @param silentMs for how long its own node has heard nothing of it; undefined: it does not know its client gone [U31]
 */
export function vanish(actor: Actor, graceMs: number, silentMs?: number): UserRule<void> {
  return (users, { now }) => {
    const user = holderOf(users, actor);
    if (!user) return unchanged(undefined);
    if (user.secrets === undefined || graceMs === 0) {
      return { ...free(users, actor.name, user), ended: [actor.connection] };
    }
    // Its node tells the other's when the grace time ends, should it die meanwhile.
    const other = otherOf(users, actor.name, user);
    if (other && 'needs' in other) return needing(other.needs);
    const { leavingAt, ...rest } = user;
    const away = awayAfter({ graceMs, now, leavingAt, silentMs });
    return { states: new Map([[actor.name, { ...rest, state: 'away', ...away }]]), outcome: undefined };
  };
}

/**
 * A page announces that it closes: its name is kept only for the time of a reload. [U30]
 * @returns the outcome: whether the token is that of the name
 */
export function announceLeaving(name: string, token: TokenHash): UserRule<boolean> {
  return (users, { now }) => {
    const user = userOf(users, name);
    if (user.state === 'offline' || !isAmong(user.secrets, token)) return unchanged(false);
    const next: User =
      user.state === 'away'
        ? { ...user, until: Math.min(user.until, now + leavingGraceMs) }
        : { ...user, leavingAt: now };
    return { states: new Map([[name, next]]), outcome: true };
  };
}

/**
 * A name is given up: it is free, and its call is over. Also one that is away since somebody who asked for it found its
 * connection closing, before this was handled. [U4] [U13] [U22]
 */
export function logOut(actor: Actor): UserRule<void> {
  return (users) => {
    const user = userOf(users, actor.name);
    if (user.state === 'offline' || user.connection !== actor.connection) return unchanged(undefined);
    return { ...free(users, actor.name, user), ended: [actor.connection] };
  };
}

/** Names whose grace time is over are free [U22], and calls that have rung for long enough are over [U6]. */
export const expire: UserRule<void> = (users, moment) => {
  for (const [name, user] of users) {
    const first = expireOne(users, name, user, moment.now);
    if (!first) continue;
    if (first.needs) return first;
    const rest = expire(new Map([...users, ...first.states]), moment);
    return { ...rest, states: new Map([...first.states, ...rest.states]) };
  }
  return unchanged(undefined);
};

/** @returns undefined: nothing of this user has run out */
function expireOne(users: Users, name: string, user: User, now: number): UserDecision<void> | undefined {
  if (user.state === 'offline') return undefined;
  const { call } = user;
  if (user.state === 'away' && user.until <= now) return free(users, name, user);
  if (!isRinging(call)) return undefined;
  // A node of the release before does not know that a call rings only for a time: it does from now on.
  if (call.ringsUntil === undefined) {
    const ringing = { ...user, call: { ...call, ringsUntil: now + maxRingingMs } };
    return { states: new Map([[name, ringing]]), outcome: undefined };
  }
  return call.ringsUntil <= now ? endCall(users, name, user, { ...user, call: noCall }) : undefined;
}

/**
 * The names of dead connections are kept from the moment on when the lease of their node expired; those that no token
 * takes back expire at once. [U27]
 */
export function dropDead(users: Users, dead: readonly DeadConnection[], graceMs: number): UserDecision<void> {
  const dropped = new Map<string, User>();
  for (const [name, user] of users) {
    const found = user.state === 'online' && dead.find(({ address }) => address === user.connection);
    if (!found) continue;
    const keptMs = user.secrets === undefined ? 0 : graceMs;
    dropped.set(name, { ...user, state: 'away', until: found.expiredAt + keptMs });
  }
  return { states: dropped, outcome: undefined };
}

/**
 * These connections hold their names: here again, if others thought their node dead, and free of a call whose other
 * side is gone. [U28]
 */
export function reclaim(addresses: readonly string[]): UserRule<void> {
  return (users) => {
    const held = new Map<string, User>();
    for (const [name, user] of users) {
      if (user.state === 'offline' || !addresses.includes(user.connection)) continue;
      const other = otherOf(users, name, user);
      if (other && 'needs' in other) return needing(other.needs);
      const call = other ? user.call : noCall;
      if (user.state === 'online' && call.state === user.call.state) continue;
      held.set(name, hereAgain({ ...user, call }));
    }
    return held.size > 0 ? { states: held, outcome: undefined } : withOthers(users);
  };
}

/** Nothing changes, and the state of each user's other one is known: what they are told depends on it. */
function withOthers(users: Users): UserDecision<void> {
  for (const [name, user] of users) {
    if (user.state === 'offline') continue;
    const other = otherOf(users, name, user);
    if (other && 'needs' in other) return needing(other.needs);
  }
  return unchanged(undefined);
}

function hereAgain({ until: _until, silentSince: _since, ...user }: NamedUser & Partial<Away>): User {
  return { ...user, state: 'online' };
}

function free(users: Users, name: string, user: NamedUser): UserDecision<void> {
  return endCall(users, name, user, offline);
}

/** @param next this user afterwards; the other one is in no call */
export function endCall(users: Users, name: string, user: NamedUser, next: User): UserDecision<void> {
  const other = otherOf(users, name, user);
  if (other && 'needs' in other) return needing(other.needs);
  const states = new Map<string, User>([[name, next]]);
  if (other) states.set(other.name, { ...other.user, call: noCall });
  return { states, outcome: undefined };
}
