// Which connection gets a name: the first that asks, the one that comes back to its own, and the next one after somebody
// who has been away for long. Pure.
import { freeAt } from '../kernel/away.js';
import { unchanged } from '../kernel/rule.js';
import { requestNumberOf, isStaleRequest, type NumberedRequest } from '../protocol/request-numbers.js';
import type { Addressee } from '../protocol/parse-user-name.js';
import { isAmong, tokensToKeep, type GivenTokens } from '../protocol/resume-tokens.js';
import type { OngoingCall } from '../protocol/user-messages.js';
import { endCall } from './user-rules.js';
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
  /** `holder`: the connection that has the name; if it is dead, the name is free, or away. `retryInMs`: it is away. */
  | { status: 'taken'; holder?: ConnectionId; retryInMs?: number }
  /** A later login of the same client instance has been granted already. */
  | { status: 'stale' };

/**
 * A connection asks for a name, or for its own again. [U2] [U4] [U21]
 * @param yieldMs after how long a name that is away is given to somebody else; 0: never [U31]
 */
export function logIn(newcomer: Newcomer, yieldMs = 0): UserRule<Login> {
  return (users, { now }) => {
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
    if (user.state === 'online') return unchanged({ status: 'taken', holder: user.connection });
    const waitMs = freeAt(user, yieldMs) - now;
    if (waitMs > 0) return unchanged({ status: 'taken', retryInMs: Math.ceil(waitMs) });
    return { ...endCall(users, newcomer.name, user, holder(newcomer, noCall)), outcome: { status: 'in' } };
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
