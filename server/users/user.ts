// What a user is: who has a name, here or away, and in which call. Leaves what may happen to the rules.
import type { Away } from '../kernel/away.js';
import type { States } from '../kernel/record-store.js';
import type { Decision, Rule } from '../kernel/rule.js';
import type { NumberedRequest } from '../protocol/request-numbers.js';
import type { JsonText } from '../protocol/parse-relay.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { TokenHash } from '../protocol/resume-tokens.js';

/** The address of one connection. It logs in at most once, so it also tells one login of a name from the next. */
export type ConnectionId = string & { readonly brand: 'ConnectionId' };

/** Absent: a node of the release before has written the call. */
export interface CallNumbers {
  /** The version in which the call began: tells it from the next one with the same user. */
  id?: number;
  /** How often it has rung; the same offer again rings again. */
  rings?: number;
}

/** `ringsUntil`: ms of the store's clock. Absent: a node of the release before has written the call. */
interface Ringing extends CallNumbers {
  ringsUntil?: number;
}

/**
 * `offer` is the caller's latest: a callee that calls back at the same time, or was away, is shown it. [U11] [U23]
 * `answer` is what the caller is told; kept until it takes its name back, since the message may be lost. [U28]
 * `hasLostGlare`: its own offer came second, and the candidates of that one are dropped. [U11]
 */
export type Call =
  | { state: 'none' }
  | (Ringing & { state: 'calling'; other: UserName })
  | (Ringing & { state: 'called'; other: UserName; offer: JsonText; hasLostGlare?: true })
  | (CallNumbers & { state: 'talking'; other: UserName; answer?: JsonText });

export type ActiveCall = Exclude<Call, { state: 'none' }>;

export type RingingCall = Extract<Call, { state: 'calling' | 'called' }>;

/** `me` and `attempt` are of the login that took the name. */
interface NameHolder extends NumberedRequest {
  /** Of a user who is away, the last one. */
  connection: ConnectionId;
  written: string;
  /** The resume tokens that take the name back; absent: none does, and it is free when its connection ends. [U20] */
  secrets?: readonly TokenHash[];
  /** When its page announced that it closes; in ms of the store's clock. */
  leavingAt?: number;
  call: Call;
}

/** `away`: the connection is gone, the name is kept. */
export type User =
  | { state: 'offline' }
  | (NameHolder & { state: 'online' })
  | (NameHolder & { state: 'away' } & Away);

export type OnlineUser = Extract<User, { state: 'online' }>;

/** Somebody who has its name, here or away. */
export type NamedUser = Exclude<User, { state: 'offline' }>;

/** By name; those that a rule was given. */
export type Users = States<User>;

export type UserRule<Outcome> = Rule<User, Outcome>;

export type UserDecision<Outcome> = Decision<User, Outcome>;

/** A name, and the connection that holds it. */
export interface Actor {
  name: UserName;
  connection: ConnectionId;
}

export const offline: User = { state: 'offline' };

export const noCall: Call = { state: 'none' };

export function userOf(users: Users, name: string): User {
  return users.get(name) ?? offline;
}

/** The actor's own user, unless the name is no longer its own. */
export function holderOf(users: Users, { name, connection }: Actor): OnlineUser | undefined {
  const user = userOf(users, name);
  return user.state === 'online' && user.connection === connection ? user : undefined;
}

/** The other one of a call, as a rule sees it. */
export interface Other {
  name: UserName;
  user: NamedUser;
}

/**
 * The other one of this user's call: undefined if it is in none, `needs` if the rule was not given that one. A call of
 * which the other knows nothing is none: its record was lost.
 */
export function otherOf(
  users: Users,
  name: string,
  { call }: NamedUser,
): Other | { needs: readonly string[] } | undefined {
  if (call.state === 'none') return undefined;
  const user = users.get(call.other);
  if (!user) return { needs: [name, call.other] };
  return user.state === 'offline' || !isWith(user, name) ? undefined : { name: call.other, user };
}

export function isWith({ call }: NamedUser, name: string): boolean {
  return call.state !== 'none' && call.other === name;
}

export function isRinging(call: Call): call is RingingCall {
  return call.state === 'calling' || call.state === 'called';
}

/** The rule has to be asked again, with these states, too. */
export function needing<Outcome>(needs: readonly string[]): UserDecision<Outcome> {
  return { states: new Map(), outcome: undefined as Outcome, needs };
}
