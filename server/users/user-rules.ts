// Who is online, and what becomes of a call when one of the two is gone. Pure: leaves calling to call-rules,
// keeping to the store, sending to the gateway.
import type { Addressee } from '../protocol/parse-user-message.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { ServerMessage } from '../protocol/user-messages.js';

/** One connection of the calls. It logs in at most once, so it also tells one login of a name from the next. */
export type ConnectionId = string & { readonly brand: 'ConnectionId' };

/** `offer` is the caller's latest: whoever calls back at the same time is shown it. [U11] */
export type Call =
  | { state: 'none' }
  | { state: 'calling'; other: UserName }
  | { state: 'called'; other: UserName; offer: unknown }
  | { state: 'talking'; other: UserName };

export type User =
  { state: 'offline' } | { state: 'online'; connection: ConnectionId; written: string; call: Call };

export type OnlineUser = Extract<User, { state: 'online' }>;

/** The users that a rule was given; whoever is missing is offline. */
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
  /** The new link; `null`: none. Absent: as before. */
  link?: Link | null;
}

export interface Decision<Outcome> {
  /** The users that change; all others stay as they are. */
  users: Users;
  notices: Notice[];
  outcome: Outcome;
}

export type UserRule<Outcome> = (users: Users) => Decision<Outcome>;

/** Who acts: a name, and the connection that holds it. */
export interface Actor {
  name: UserName;
  connection: ConnectionId;
}

export const offline: User = { state: 'offline' };

export const noCall: Call = { state: 'none' };

/** A connection asks for a name. [U2] [U4] */
export function logIn(
  { name, written }: Addressee,
  connection: ConnectionId,
): UserRule<{ status: 'in' } | { status: 'taken'; holder: ConnectionId }> {
  return (users) => {
    const user = userOf(users, name);
    if (user.state === 'online') return unchanged({ status: 'taken', holder: user.connection });
    return {
      users: new Map([[name, { state: 'online', connection, written, call: noCall }]]),
      notices: [],
      outcome: { status: 'in' },
    };
  };
}

/**
 * A connection is gone: its name is free, and whoever it was in a call with is told. [U13]
 * The outcome names that one when the rule was not given it; then it has to be asked again, with both.
 */
export function logOut({ name, connection }: Actor): UserRule<UserName | undefined> {
  return (users) => {
    const user = userOf(users, name);
    if (user.state === 'offline' || user.connection !== connection) return unchanged(undefined);
    if (user.call.state === 'none') {
      return { users: new Map([[name, offline]]), notices: [], outcome: undefined };
    }
    const other = users.get(user.call.other);
    if (other?.state !== 'online') return unchanged(user.call.other);
    return {
      users: new Map<UserName, User>([
        [name, offline],
        [user.call.other, { ...other, call: noCall }],
      ]),
      notices: [{ to: other.connection, message: { type: 'leave', name: user.written }, link: null }],
      outcome: undefined,
    };
  };
}

export function userOf(users: Users, name: UserName): User {
  return users.get(name) ?? offline;
}

export function unchanged<Outcome>(outcome: Outcome): Decision<Outcome> {
  return { users: new Map(), notices: [], outcome };
}
