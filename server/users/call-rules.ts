// Who rings whom, and who talks to whom. Pure. Leaves what a call relays, which changes nothing, to the handlers.
import type { Moment } from '../kernel/record-store.js';
import { unchanged } from '../kernel/rule.js';
import { maxRingingMs } from '../protocol/limits.js';
import type { JsonText } from '../protocol/parse-relay.js';
import type { Addressee, UserName } from '../protocol/parse-user-name.js';
import type { UserRefusal } from '../protocol/user-messages.js';
import { userRefusals } from '../protocol/user-refusals.js';
import {
  holderOf,
  isRinging,
  isWith,
  needing,
  noCall,
  otherOf,
  userOf,
  type Actor,
  type Call,
  type NamedUser,
  type OnlineUser,
  type User,
  type UserDecision,
  type UserRule,
} from './user.js';

/**
 * What comes of an attempt. `relay`: the two talk, and the message goes to the other as it is. `kept`: nothing is
 * to be done. `offer`: of a lost glare, the one that won.
 */
export type Verdict =
  | { status: 'done' | 'relay' | 'kept' }
  | { status: 'refused'; refusal: UserRefusal; offer?: JsonText };

const done: Verdict = { status: 'done' };

/**
 * A call. `mayRing`: there is room for its offer. A callee that is away is told when it returns. Nobody is busy before it is known that the other of that call
 * is still there: its node may have died. [U6] [U7] [U9] [U11] [U23] [U27]
 */
export function offer(actor: Actor, callee: Addressee, value: JsonText, mayRing = true): UserRule<Verdict> {
  return (users, moment) => {
    const me = holderOf(users, actor);
    if (!me) return refuse(userRefusals.notLoggedIn());
    if (callee.name === actor.name) return refuse(userRefusals.selfCall());
    const other = userOf(users, callee.name);
    if (other.state === 'offline') return refuse(userRefusals.notOnline(callee.written));
    switch (stateBetween(actor.name, me, callee.name, other)) {
      case 'talking':
        return unchanged({ status: 'relay' });
      case 'calling':
        return mayRing
          ? ring(actor.name, me, callee.name, other, value, moment)
          : refuse(userRefusals.unavailable());
      case 'called':
        return loseGlare(actor.name, me, other);
      case 'none':
        break;
    }
    const mine = otherOf(users, actor.name, me);
    if (mine) return 'needs' in mine ? needing(mine.needs) : refuse(userRefusals.inCall(mine.name));
    const theirs = otherOf(users, callee.name, other);
    if (theirs) return 'needs' in theirs ? needing(theirs.needs) : refuse(userRefusals.busy(callee.written));
    if (!mayRing) return refuse(userRefusals.unavailable());
    return ring(actor.name, { ...me, call: noCall }, callee.name, { ...other, call: noCall }, value, moment);
  };
}

/**
 * An answer to the caller, or inside a call. [U8] [U9]
 * @param isKept with the call, so that the caller is told also if the message is lost
 */
export function answer(actor: Actor, to: Addressee, value: JsonText, isKept = true): UserRule<Verdict> {
  return (users) => {
    const me = holderOf(users, actor);
    const other = userOf(users, to.name);
    if (!me || other.state === 'offline') return refuse(userRefusals.notInCall(to.written));
    const { call } = me;
    switch (stateBetween(actor.name, me, to.name, other)) {
      case 'none':
        return refuse(userRefusals.notInCall(to.written));
      case 'calling':
      case 'talking':
        return unchanged({ status: 'relay' });
      case 'called': {
        const talking = { ...numbersOf(call), state: 'talking' } as const;
        return {
          states: new Map<string, User>([
            [actor.name, { ...me, call: { ...talking, other: to.name } }],
            [
              to.name,
              { ...other, call: { ...talking, other: actor.name, ...(isKept && { answer: value }) } },
            ],
          ]),
          outcome: isKept ? done : { status: 'relay' },
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
    if (!me || other.state === 'offline') return refuse(userRefusals.notInCall(to.written));
    if (stateBetween(actor.name, me, to.name, other) === 'none') {
      return refuse(userRefusals.notInCall(to.written));
    }
    return part(actor.name, me, to.name, other);
  };
}

/** Takes back one's own call while it rings; a call that was answered in the meantime stays. [U10] */
export function takeBackCall(actor: Actor, callee: UserName): UserRule<Verdict> {
  return (users) => {
    const me = holderOf(users, actor);
    const other = userOf(users, callee);
    if (!me || other.state === 'offline') return unchanged({ status: 'kept' });
    if (stateBetween(actor.name, me, callee, other) !== 'calling') return unchanged({ status: 'kept' });
    return part(actor.name, me, callee, other);
  };
}

function part(
  myName: UserName,
  me: OnlineUser,
  otherName: UserName,
  other: NamedUser,
): UserDecision<Verdict> {
  return {
    states: new Map<string, User>([
      [myName, { ...me, call: noCall }],
      [otherName, { ...other, call: noCall }],
    ]),
    outcome: done,
  };
}

function ring(
  myName: UserName,
  me: OnlineUser,
  calleeName: UserName,
  before: NamedUser,
  value: JsonText,
  { now, version }: Moment,
): UserDecision<Verdict> {
  const { call } = before;
  const { id = version, rings = 0 } = numbersOf(call);
  const { ringsUntil = now + maxRingingMs } = isRinging(call) ? call : {};
  const numbers = { id, rings: rings + 1, ringsUntil };
  const hasLostGlare = call.state === 'called' && call.hasLostGlare;
  const called: Call = {
    ...numbers,
    state: 'called',
    other: myName,
    offer: value,
    ...(hasLostGlare && { hasLostGlare }),
  };
  return {
    states: new Map<string, User>([
      [myName, { ...me, call: { ...numbers, state: 'calling', other: calleeName } }],
      [calleeName, { ...before, call: called }],
    ]),
    outcome: done,
  };
}

function loseGlare(myName: UserName, me: OnlineUser, other: NamedUser): UserDecision<Verdict> {
  if (me.call.state !== 'called') return refuse(userRefusals.notInCall(other.written));
  const loser: OnlineUser = { ...me, call: { ...me.call, hasLostGlare: true } };
  return {
    states: new Map([[myName, loser]]),
    outcome: { status: 'refused', refusal: userRefusals.glare(other.written), offer: me.call.offer },
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

function numbersOf(call: Call): { id?: number; rings?: number } {
  if (call.state === 'none') return {};
  const { id, rings } = call;
  return { ...(id !== undefined && { id }), ...(rings !== undefined && { rings }) };
}

function refuse(refusal: UserRefusal): UserDecision<Verdict> {
  return unchanged({ status: 'refused', refusal });
}
