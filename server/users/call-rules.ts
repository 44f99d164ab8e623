// Who rings whom, who talks to whom, and what of it is relayed. Pure. Leaves candidates, which change nothing, to
// the connection.
import type { Addressee } from '../protocol/parse-addressee.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { ServerMessage, UserRefusal } from '../protocol/user-messages.js';
import { userRefusals } from '../protocol/user-refusals.js';
import {
  holderOf,
  isWith,
  linkOf,
  noCall,
  otherOf,
  tell,
  unchanged,
  userOf,
  type Actor,
  type Call,
  type Decision,
  type Lack,
  type NamedUser,
  type OnlineUser,
  type User,
  type UserRule,
} from './user-rules.js';

/** What came of an attempt: undefined, or why not. */
export type Verdict = UserRefusal | undefined;

/**
 * A call, or inside a call a new offer. Whoever is away hears of it when it returns. Nobody is busy before it is known
 * that the other of that call is still there: its node may have died before anybody was told of it.
 * [U6] [U7] [U9] [U11] [U23] [U27]
 */
export function offer(actor: Actor, callee: Addressee, value: unknown): UserRule<Verdict | Lack> {
  return (users) => {
    const me = holderOf(users, actor);
    if (!me) return unchanged(userRefusals.notLoggedIn());
    if (callee.name === actor.name) return unchanged(userRefusals.selfCall());
    const other = userOf(users, callee.name);
    if (other.state === 'offline') return unchanged(userRefusals.notOnline(callee.written));
    switch (stateBetween(actor.name, me, callee.name, other)) {
      case 'talking': {
        const message: ServerMessage = { type: 'offer', offer: value, name: me.written };
        return { users: new Map(), notices: tell(other, { message }), outcome: undefined };
      }
      case 'calling':
        return ring(actor.name, me, callee.name, other, value);
      case 'called':
        return loseGlare(actor.name, me, callee.name, other);
      case 'none':
        break;
    }
    const mine = otherOf(users, actor.name, me);
    if (mine) return unchanged('lacks' in mine ? mine : userRefusals.inCall(mine.name));
    const theirs = otherOf(users, callee.name, other);
    if (theirs) return unchanged('lacks' in theirs ? theirs : userRefusals.busy(callee.written));
    return ring(actor.name, { ...me, call: noCall }, callee.name, { ...other, call: noCall }, value);
  };
}

/** An answer to the one who calls, or inside a call. [U8] [U9] */
export function answer(actor: Actor, to: Addressee, value: unknown): UserRule<Verdict> {
  return (users) => {
    const me = holderOf(users, actor);
    const other = userOf(users, to.name);
    if (!me || other.state === 'offline') return unchanged(userRefusals.notInCall(to.written));
    const message: ServerMessage = { type: 'answer', answer: value, name: me.written };
    switch (stateBetween(actor.name, me, to.name, other)) {
      case 'none':
        return unchanged(userRefusals.notInCall(to.written));
      case 'calling':
      case 'talking':
        return { users: new Map(), notices: tell(other, { message }), outcome: undefined };
      case 'called': {
        const talking: OnlineUser = { ...me, call: { state: 'talking', other: to.name } };
        const answered: NamedUser = {
          ...other,
          call: { state: 'talking', other: actor.name, answer: value },
        };
        return {
          users: new Map<UserName, User>([
            [actor.name, talking],
            [to.name, answered],
          ]),
          notices: [
            // What a loser of glare sends after its answer belongs to the answer: it is heard again.
            { to: me.connection, link: linkOf(talking, to.name, answered) },
            // It may come before the news of one's own offer, which is over then. [U27]
            ...tell(answered, { message, link: linkOf(answered, actor.name, talking) }),
          ],
          outcome: undefined,
        };
      }
    }
  };
}

/** Hanging up, declining, or giving up. [U12] */
export function leave(actor: Actor, to: Addressee): UserRule<Verdict> {
  return (users) => {
    const me = holderOf(users, actor);
    const other = userOf(users, to.name);
    if (!me || other.state === 'offline') return unchanged(userRefusals.notInCall(to.written));
    if (stateBetween(actor.name, me, to.name, other) === 'none') {
      return unchanged(userRefusals.notInCall(to.written));
    }
    return part(actor.name, me, to.name, other);
  };
}

/** Takes back one's own call while it rings; a call that was answered in the meantime stays. [U10] */
export function takeBack(actor: Actor, callee: UserName): UserRule<undefined> {
  return (users) => {
    const me = holderOf(users, actor);
    const other = userOf(users, callee);
    if (!me || other.state === 'offline') return unchanged(undefined);
    if (stateBetween(actor.name, me, callee, other) !== 'calling') return unchanged(undefined);
    return part(actor.name, me, callee, other);
  };
}

function part(myName: UserName, me: OnlineUser, otherName: UserName, other: NamedUser): Decision<undefined> {
  return {
    users: new Map<UserName, User>([
      [myName, { ...me, call: noCall }],
      [otherName, { ...other, call: noCall }],
    ]),
    notices: [
      { to: me.connection, link: null },
      ...tell(other, { message: { type: 'leave', name: me.written }, link: null }),
    ],
    outcome: undefined,
  };
}

/** Again, too: whoever missed the news of the first offer learns the link from the second. */
function ring(
  myName: UserName,
  me: OnlineUser,
  calleeName: UserName,
  before: NamedUser,
  value: unknown,
): Decision<undefined> {
  const { call } = before;
  const hasLostGlare = call.state === 'called' && call.hasLostGlare;
  const caller: OnlineUser = { ...me, call: { state: 'calling', other: calleeName } };
  const callee: NamedUser = {
    ...before,
    call: { state: 'called', other: myName, offer: value, ...(hasLostGlare && { hasLostGlare }) },
  };
  const message: ServerMessage = { type: 'offer', offer: value, name: me.written };
  return {
    users: new Map<UserName, User>([
      [myName, caller],
      [calleeName, callee],
    ]),
    notices: [
      { to: me.connection, link: linkOf(caller, calleeName, callee) },
      ...tell(callee, { message, link: linkOf(callee, myName, caller) }),
    ],
    outcome: undefined,
  };
}

function loseGlare(
  myName: UserName,
  me: OnlineUser,
  otherName: UserName,
  other: NamedUser,
): Decision<UserRefusal> {
  if (me.call.state !== 'called') return unchanged(userRefusals.notInCall(other.written));
  const loser: OnlineUser = { ...me, call: { ...me.call, hasLostGlare: true } };
  const first: ServerMessage = { type: 'offer', offer: me.call.offer, name: other.written };
  return {
    users: new Map([[myName, loser]]),
    notices: [{ to: me.connection, link: linkOf(loser, otherName, other), first }],
    outcome: userRefusals.glare(other.written, me.call.offer),
  };
}

/** How I stand in the call with that one; none, unless both know of it. */
function stateBetween(
  myName: UserName,
  me: OnlineUser,
  otherName: UserName,
  other: NamedUser,
): Call['state'] {
  return isWith(me, otherName) && isWith(other, myName) ? me.call.state : 'none';
}
