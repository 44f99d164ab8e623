// What a connection has to hear when notices may have been lost: what is kept is compared with what it knows. Pure.
//
// Offers and answers inside a call that talks are nowhere kept: of those the two ends know best.
import type { UserName } from '../protocol/parse-user-name.js';
import type { ServerMessage } from '../protocol/user-messages.js';
import {
  linkOf,
  noCall,
  otherOf,
  unchanged,
  userOf,
  type Actor,
  type Lack,
  type Link,
  type OnlineUser,
  type User,
  type UserRule,
} from './user-rules.js';

/** The call of a connection, as it is kept, and what it was told last: the offer that rings there, or its answer. */
export interface KeptCall {
  link: Link;
  told?: Extract<ServerMessage, { type: 'offer' | 'answer' }>;
}

/** What a connection has heard: `isNews`: nothing that is newer than what is kept; `hasAnswer`: of this call. */
export interface Heard {
  isNews: boolean;
  hasAnswer: boolean;
}

/** `lost`: the name is free, or somebody else's; `taken`: another connection has it. */
export type Standing = { status: 'held'; call: KeptCall | null } | { status: 'lost' } | { status: 'taken' };

/**
 * A connection holds on to its name: here again, if others thought its node dead, and free of a call whose other side
 * is no longer there. [U28]
 */
export function reassert(actor: Actor): UserRule<Standing | Lack> {
  return (users) => {
    const user = userOf(users, actor.name);
    if (user.state === 'offline') return unchanged({ status: 'lost' });
    if (user.connection !== actor.connection) return unchanged({ status: 'taken' });
    const other = otherOf(users, actor.name, user);
    if (other && 'lacks' in other) return unchanged(other);
    const me = here(user, other ? user.call : noCall);
    return {
      users: new Map<UserName, User>([[actor.name, me]]),
      notices: [],
      outcome: { status: 'held', call: other ? keptCall(me, other) : null },
    };
  };
}

export function differenceOf(link: Link | null, call: KeptCall | null, heard: Heard): ServerMessage[] {
  const isSame = link !== null && call?.link.name === link.name;
  const messages: ServerMessage[] = [];
  // How the other wrote its name is not known any more; after NFC it is the same one.
  if (link && !isSame) messages.push({ type: 'leave', name: link.name });
  const { told } = call ?? {};
  const isMissed = told?.type === 'answer' ? !heard.hasAnswer : heard.isNews;
  if (told && (isMissed || !isSame)) messages.push(told);
  return messages;
}

function here(user: Exclude<User, { state: 'offline' }>, call: OnlineUser['call']): OnlineUser {
  if (user.state === 'online') return { ...user, call };
  const { until: _until, ...rest } = user;
  return { ...rest, state: 'online', call };
}

function keptCall(
  me: OnlineUser,
  other: { name: UserName; user: Exclude<User, { state: 'offline' }> },
): KeptCall {
  const link = linkOf(me, other.name, other.user);
  const { call } = me;
  const name = other.user.written;
  if (call.state === 'called') return { link, told: { type: 'offer', offer: call.offer, name } };
  if (call.state !== 'talking' || !('answer' in call)) return { link };
  return { link, told: { type: 'answer', answer: call.answer, name } };
}
