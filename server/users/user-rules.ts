// Who has a name, here or away, and what becomes of a call when one of the two is gone. Pure: leaves logging in to
// login-rules, calling to call-rules, keeping to the store, sending to the gateway.
import type { CountedRequest } from '../protocol/attempts.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { SecretHash } from '../protocol/secrets.js';
import type { ServerMessage, UserRefusal } from '../protocol/user-messages.js';

/** One connection of the calls. It logs in at most once, so it also tells one login of a name from the next. */
export type ConnectionId = string & { readonly brand: 'ConnectionId' };

/**
 * `offer` is the caller's latest: whoever calls back at the same time, or was away, is shown it. [U11] [U23]
 * `answer` is what the caller was told, kept for it until it takes its name back: the notice may be lost. [U28]
 * `hasLostGlare`: its own offer came second, and the candidates of that one are dropped. [U11]
 */
export type Call =
  | { state: 'none' }
  | { state: 'calling'; other: UserName }
  | { state: 'called'; other: UserName; offer: unknown; hasLostGlare?: true }
  | { state: 'talking'; other: UserName; answer?: unknown };

/** `me` and `attempt` are of the login that took the name. */
interface NameHolder extends CountedRequest {
  /** Of a user who is away, the last one. */
  connection: ConnectionId;
  written: string;
  /** The secrets that take the name back; absent: nobody can, and it is free when its connection ends. [U20] */
  secrets?: readonly SecretHash[];
  call: Call;
}

/** `away`: the connection is gone, the name is kept until `until` (ms of the store's clock). */
export type User =
  | { state: 'offline' }
  | (NameHolder & { state: 'online' })
  | (NameHolder & { state: 'away'; until: number });

export type OnlineUser = Extract<User, { state: 'online' }>;

/** Somebody who has its name, here or away. */
export type NamedUser = Exclude<User, { state: 'offline' }>;

/** The users that a rule was given. */
export type Users = ReadonlyMap<UserName, User>;

/** Whom a connection may send candidates to. `isMuted`: they are dropped, because its offer lost. [U8] [U11] */
export interface Link {
  name: UserName;
  connection: ConnectionId;
  isMuted: boolean;
}

/** What one connection is told, and what changes for it. */
export interface Notice {
  to: ConnectionId;
  message?: ServerMessage;
  /** Told before, if the connection has no link with that one yet: the notice of it may still be on its way. [U11] */
  first?: ServerMessage;
  /** The new link; `null`: none. Absent: as before. */
  link?: Link | null;
  /** The server says why, and closes this connection. */
  ends?: UserRefusal;
}

export interface Decision<Outcome> {
  /** The users that change; all others stay as they are. */
  users: Users;
  notices: Notice[];
  outcome: Outcome;
}

/** @param now ms of the store's clock, which only goes forward */
export type UserRule<Outcome> = (users: Users, now: number) => Decision<Outcome>;

/** An outcome: the rule has to be asked again, and be given these two. */
export interface Lack {
  lacks: readonly [UserName, UserName];
}

/** Who acts: a name, and the connection that holds it. */
export interface Actor {
  name: UserName;
  connection: ConnectionId;
}

export const offline: User = { state: 'offline' };

export const noCall: Call = { state: 'none' };

/** A connection is gone: its name is kept for the grace, if it can be taken back; else it is free. [U13] [U22] */
export function vanish(actor: Actor, graceMs: number): UserRule<Lack | undefined> {
  return (users, now) => {
    const user = holderOf(users, actor);
    if (!user) return unchanged(undefined);
    if (user.secrets === undefined || graceMs === 0) return free(users, actor.name, user);
    const away: User = { ...user, state: 'away', until: now + graceMs };
    return { users: new Map([[actor.name, away]]), notices: [], outcome: undefined };
  };
}

/** A name is given up: it is free, and whoever it was in a call with is told. [U4] [U13] */
export function logOut(actor: Actor): UserRule<Lack | undefined> {
  return (users) => {
    const user = holderOf(users, actor);
    return user ? free(users, actor.name, user) : unchanged(undefined);
  };
}

/** Nothing happens but time. [U22] */
export function passTime(): UserRule<undefined> {
  return () => unchanged(undefined);
}

/** Lets what has run out by `now` run out first, so that no rule meets a name that is over. */
export function settled<Outcome>(rule: UserRule<Outcome>): UserRule<Outcome | Lack> {
  return (users, now) => {
    const fresh = runOut(users, now);
    const { outcome: lack } = fresh;
    if (lack) return { ...fresh, outcome: lack };
    const decision = rule(new Map([...users, ...fresh.users]), now);
    return {
      users: new Map([...fresh.users, ...decision.users]),
      notices: [...fresh.notices, ...decision.notices],
      outcome: decision.outcome,
    };
  };
}

function runOut(users: Users, now: number): Decision<Lack | undefined> {
  for (const [name, user] of users) {
    if (user.state !== 'away' || user.until > now) continue;
    const freed = free(users, name, user);
    if (freed.outcome) return freed;
    const rest = runOut(new Map([...users, ...freed.users]), now);
    return {
      users: new Map([...freed.users, ...rest.users]),
      notices: [...freed.notices, ...rest.notices],
      outcome: rest.outcome,
    };
  }
  return unchanged(undefined);
}

function free(users: Users, name: UserName, user: NamedUser): Decision<Lack | undefined> {
  const other = otherOf(users, name, user);
  if (other && 'lacks' in other) return unchanged(other);
  const after = new Map<UserName, User>([[name, offline]]);
  if (!other) return { users: after, notices: [], outcome: undefined };
  return {
    users: after.set(other.name, { ...other.user, call: noCall }),
    notices: tell(other.user, { message: { type: 'leave', name: user.written }, link: null }),
    outcome: undefined,
  };
}

/**
 * Whom this user is in a call with: undefined when it is in none, a lack when the rule was not given that one. A call of
 * which the other knows nothing is none: that one's record was lost.
 */
export function otherOf(
  users: Users,
  name: UserName,
  { call }: NamedUser,
): { name: UserName; user: NamedUser } | Lack | undefined {
  if (call.state === 'none') return undefined;
  const user = users.get(call.other);
  if (!user) return { lacks: [name, call.other] };
  return user.state === 'offline' || !isWith(user, name) ? undefined : { name: call.other, user };
}

export function isWith({ call }: NamedUser, name: UserName): boolean {
  return call.state !== 'none' && call.other === name;
}

/** The actor's record, unless its name is no longer its own. */
export function holderOf(users: Users, { name, connection }: Actor): OnlineUser | undefined {
  const user = userOf(users, name);
  return user.state === 'online' && user.connection === connection ? user : undefined;
}

/** A notice to the user's connection, if it has one. */
export function tell(user: NamedUser, news: Omit<Notice, 'to'>): Notice[] {
  return user.state === 'online' ? [{ to: user.connection, ...news }] : [];
}

/** The link of `user` to `other`; to one who is away it leads nowhere. */
export function linkOf({ call }: NamedUser, otherName: UserName, { connection }: NamedUser): Link {
  return { name: otherName, connection, isMuted: call.state === 'called' && call.hasLostGlare === true };
}

export function userOf(users: Users, name: UserName): User {
  return users.get(name) ?? offline;
}

export function unchanged<Outcome>(outcome: Outcome): Decision<Outcome> {
  return { users: new Map(), notices: [], outcome };
}
