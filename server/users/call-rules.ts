// Who rings whom, who talks to whom, and what of it is relayed. Pure. Leaves candidates, which change nothing, to
// the connection.
import type { Addressee } from '../protocol/parse-addressee.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { ServerMessage, UserRefusal } from '../protocol/user-messages.js';
import { userRefusals } from '../protocol/user-refusals.js';
import {
  holderOf,
  linkOf,
  noCall,
  tell,
  unchanged,
  userOf,
  type Actor,
  type Call,
  type Decision,
  type NamedUser,
  type OnlineUser,
  type User,
  type UserRule,
  type Users,
} from './user-rules.js';

/** What came of an attempt: undefined, or why not. */
export type Verdict = UserRefusal | undefined;

/** A call, or inside a call a new offer. Whoever is away hears of it when it returns. [U6] [U7] [U9] [U11] [U23] */
export function offer(actor: Actor, callee: Addressee, value: unknown): UserRule<Verdict> {
  return (users) => {
    const me = holderOf(users, actor);
    if (!me) return unchanged(userRefusals.notLoggedIn());
    if (callee.name === actor.name) return unchanged(userRefusals.selfCall());
    const other = userOf(users, callee.name);
    if (other.state === 'offline') return unchanged(userRefusals.notOnline(callee.written));
    const message: ServerMessage = { type: 'offer', offer: value, name: me.written };
    switch (inCallWith(me, callee.name)) {
      case 'talking':
        return { users: new Map(), notices: tell(other, { message }), outcome: undefined };
      case 'calling':
        return {
          users: ring(actor.name, me, callee.name, other, value),
          notices: tell(other, { message }),
          outcome: undefined,
        };
      case 'called':
        return loseGlare(actor.name, me, callee.name, other);
      case 'none':
        break;
    }
    if (me.call.state !== 'none') return unchanged(userRefusals.inCall(me.call.other));
    if (other.call.state !== 'none') return unchanged(userRefusals.busy(callee.written));
    return {
      users: ring(actor.name, me, callee.name, other, value),
      notices: [
        { to: me.connection, link: linkOf(me, callee.name, other) },
        ...tell(other, { message, link: linkOf(other, actor.name, me) }),
      ],
      outcome: undefined,
    };
  };
}

/** An answer to the one who calls, or inside a call. [U8] [U9] */
export function answer(actor: Actor, to: Addressee, value: unknown): UserRule<Verdict> {
  return (users) => {
    const me = holderOf(users, actor);
    const other = userOf(users, to.name);
    if (!me || other.state === 'offline') return unchanged(userRefusals.notInCall(to.written));
    const toOther = tell(other, { message: { type: 'answer', answer: value, name: me.written } });
    switch (inCallWith(me, to.name)) {
      case 'none':
        return unchanged(userRefusals.notInCall(to.written));
      case 'calling':
      case 'talking':
        return { users: new Map(), notices: toOther, outcome: undefined };
      case 'called': {
        const talking: OnlineUser = { ...me, call: { state: 'talking', other: to.name } };
        return {
          users: new Map<UserName, User>([
            [actor.name, talking],
            [to.name, { ...other, call: { state: 'talking', other: actor.name, answer: value } }],
          ]),
          // What a loser of glare sends after its answer belongs to the answer: it is heard again.
          notices: [{ to: me.connection, link: linkOf(talking, to.name, other) }, ...toOther],
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
    if (!me || other.state === 'offline' || inCallWith(me, to.name) === 'none') {
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
    if (!me || other.state === 'offline' || inCallWith(me, callee) !== 'calling') return unchanged(undefined);
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

function ring(
  myName: UserName,
  me: OnlineUser,
  calleeName: UserName,
  callee: NamedUser,
  value: unknown,
): Users {
  const { call } = callee;
  const hasLostGlare = call.state === 'called' && call.hasLostGlare;
  return new Map<UserName, User>([
    [myName, { ...me, call: { state: 'calling', other: calleeName } }],
    [
      calleeName,
      {
        ...callee,
        call: { state: 'called', other: myName, offer: value, ...(hasLostGlare && { hasLostGlare }) },
      },
    ],
  ]);
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

function inCallWith({ call }: OnlineUser, name: UserName): Call['state'] {
  return call.state !== 'none' && call.other === name ? call.state : 'none';
}
