// Which connection gets a name: the first that asks, and the one that comes back to its own. Pure.
import { unchanged } from '../kernel/rule.js';
import { requestNumberOf, isStaleRequest, type NumberedRequest } from '../protocol/request-numbers.js';
import type { Addressee } from '../protocol/parse-user-name.js';
import { isAmong, tokensToKeep, type GivenTokens } from '../protocol/resume-tokens.js';
import type { OngoingCall } from '../protocol/user-messages.js';
import {
  needing,
  noCall,
  otherOf,
  userOf,
  type Call,
  type ConnectionId,
  type NamedUser,
  type OnlineUser,
  type UserDecision,
  type UserRule,
  type Users,
} from './user.js';

/** A client whose name is to be kept gives resume tokens; one that counts its logins says which one this is. */
export interface Newcomer extends Addressee, GivenTokens, NumberedRequest {
  connection: ConnectionId;
}

export type Login =
  | { status: 'in' }
  | { status: 'resumed'; call: OngoingCall | null }
  /** `unclaimed`: the connection that holds a name which no token takes back; if it is dead, the name is free. */
  | { status: 'taken'; unclaimed?: ConnectionId }
  /** A later login of the same client instance has been granted already. */
  | { status: 'stale' };

/** A connection asks for a name, or for its own again. [U2] [U4] [U21] */
export function logIn(newcomer: Newcomer): UserRule<Login> {
  return (users) => {
    const user = userOf(users, newcomer.name);
    if (user.state === 'offline') {
      return { states: new Map([[newcomer.name, holder(newcomer, noCall)]]), outcome: { status: 'in' } };
    }
    // Asked again, because the outcome of the first request is unknown.
    if (user.state === 'online' && user.connection === newcomer.connection) {
      return user.call.state === 'none' ? unchanged({ status: 'in' }) : takeBack(users, user, newcomer);
    }
    // By the client instance, not by the token: the one it had then may have been replaced meanwhile.
    if (isStaleRequest(user, newcomer)) return unchanged({ status: 'stale' });
    if (newcomer.token !== undefined && isAmong(user.secrets, newcomer.token)) {
      return takeBack(users, user, newcomer);
    }
    return unchanged(
      user.secrets === undefined ? { status: 'taken', unclaimed: user.connection } : { status: 'taken' },
    );
  };
}

/** The token wins over the old connection; the call goes on as it stands now. [U21] [U23] */
function takeBack(users: Users, before: NamedUser, newcomer: Newcomer): UserDecision<Login> {
  const other = otherOf(users, newcomer.name, before);
  if (other && 'needs' in other) return needing(other.needs);
  const me = holder(newcomer, other ? withoutAnswer(before.call) : noCall);
  return {
    states: new Map([[newcomer.name, me]]),
    outcome: { status: 'resumed', call: other ? describeCall(me.call, other.user) : null },
  };
}

/** What was sent to it while it was away is not sent again. [U22] */
function withoutAnswer(call: Call): Call {
  if (call.state !== 'talking') return call;
  const { answer: _sent, ...talking } = call;
  return talking;
}

function describeCall({ state }: Call, other: NamedUser): OngoingCall | null {
  return state === 'none' ? null : { name: other.written, state };
}

function holder(newcomer: Newcomer, call: Call): OnlineUser {
  const { connection, written } = newcomer;
  return {
    state: 'online',
    connection,
    written,
    ...requestNumberOf(newcomer),
    ...tokensToKeep(newcomer),
    call,
  };
}
