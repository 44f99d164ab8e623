// Who gets a name: the first who asks, and the one who comes back to its own. Pure.
import { countOf, isLate, type CountedRequest } from '../protocol/attempts.js';
import type { Addressee } from '../protocol/parse-addressee.js';
import type { UserName } from '../protocol/parse-user-name.js';
import { isAmong, secretsToKeep, type GivenSecrets } from '../protocol/secrets.js';
import type { OngoingCall } from '../protocol/user-messages.js';
import { userRefusals } from '../protocol/user-refusals.js';
import {
  linkOf,
  noCall,
  otherOf,
  tell,
  unchanged,
  userOf,
  type Call,
  type ConnectionId,
  type Decision,
  type Lack,
  type NamedUser,
  type Notice,
  type OnlineUser,
  type User,
  type UserRule,
  type Users,
} from './user-rules.js';

/** Who wants its name kept gives secrets; who counts its logins says which one this is. */
export interface Newcomer extends Addressee, GivenSecrets, CountedRequest {
  connection: ConnectionId;
}

export type Login =
  | { status: 'in' }
  | { status: 'resumed'; call: OngoingCall | null }
  /** `unclaimed`: the connection that holds a name which nobody could take back; if it is dead, the name is free. */
  | { status: 'taken'; unclaimed?: ConnectionId }
  /** A later login of the same incarnation has been granted already. */
  | { status: 'stale' };

/** A connection asks for a name, or for its own again. [U2] [U4] [U21] */
export function logIn(newcomer: Newcomer): UserRule<Login | Lack> {
  return (users) => {
    const user = userOf(users, newcomer.name);
    if (user.state === 'offline') {
      return {
        users: new Map([[newcomer.name, holder(newcomer, noCall)]]),
        notices: [],
        outcome: { status: 'in' },
      };
    }
    // Asked again, because nobody could tell whether it was granted.
    if (user.state === 'online' && user.connection === newcomer.connection) {
      return user.call.state === 'none' ? unchanged({ status: 'in' }) : comeBack(users, user, newcomer);
    }
    // By the incarnation, not by the secret: the one it had then may have been replaced meanwhile.
    if (isLate(user, newcomer)) return unchanged({ status: 'stale' });
    if (newcomer.secret !== undefined && isAmong(user.secrets, newcomer.secret)) {
      return comeBack(users, user, newcomer);
    }
    return unchanged(
      user.secrets === undefined ? { status: 'taken', unclaimed: user.connection } : { status: 'taken' },
    );
  };
}

/** The secret wins over the old connection; the call goes on as it stands now. [U21] [U23] */
function comeBack(users: Users, before: NamedUser, newcomer: Newcomer): Decision<Login | Lack> {
  const other = otherOf(users, newcomer.name, before);
  if (other && 'lacks' in other) return unchanged(other);
  const me = holder(newcomer, other ? withoutAnswer(before.call) : noCall);
  const isSame = before.connection === newcomer.connection;
  const farewell = isSame ? [] : tell(before, { link: null, ends: userRefusals.takenOver() });
  return {
    users: new Map<UserName, User>([[newcomer.name, me]]),
    notices: other ? [...farewell, ...relink(newcomer.name, me, other)] : farewell,
    outcome: { status: 'resumed', call: other ? describeCall(me.call, other.user) : null },
  };
}

/** Both ends learn of the new connection; an offer that rings rings again, since it may have been missed. */
function relink(name: UserName, me: OnlineUser, other: { name: UserName; user: NamedUser }): Notice[] {
  const { call } = me;
  return [
    {
      to: me.connection,
      link: linkOf(me, other.name, other.user),
      ...(call.state === 'called' && {
        message: { type: 'offer', offer: call.offer, name: other.user.written },
      }),
    },
    ...tell(other.user, { link: linkOf(other.user, name, me) }),
  ];
}

/** What was said to it while it was away is not said again. [U22] */
function withoutAnswer(call: Call): Call {
  return call.state === 'talking' ? { state: call.state, other: call.other } : call;
}

function describeCall({ state }: Call, other: NamedUser): OngoingCall | null {
  return state === 'none' ? null : { name: other.written, state };
}

function holder(newcomer: Newcomer, call: Call): OnlineUser {
  const { connection, written } = newcomer;
  return { state: 'online', connection, written, ...countOf(newcomer), ...secretsToKeep(newcomer), call };
}
