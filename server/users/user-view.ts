// A name and its call as the connection that holds it sees them, and `eventsBetween`: the only place that decides what a
// client is told about its call. Pure.
import { isLost, type Lost } from '../kernel/claim.js';
import { writeRelay, type JsonText } from '../protocol/parse-relay.js';
import type { Presence } from '../protocol/room-events.js';
import {
  otherOf,
  type CallNumbers,
  type ConnectionId,
  type ActiveCall,
  type Other,
  type Users,
} from './user.js';
import type { UserName } from '../protocol/parse-user-name.js';

export interface CallView extends CallNumbers {
  state: 'calling' | 'called' | 'talking';
  /** The other one, and how it wrote its name. */
  name: UserName;
  written: string;
  /** Where its messages go; of one that is away, the last connection: they lead nowhere. */
  connection: ConnectionId;
  presence: Presence;
  /** One's own candidates are dropped, because one's offer lost. [U11] */
  isMuted?: true;
  /** With `called`. */
  offer?: JsonText;
  /** With `talking`, for the caller. */
  answer?: JsonText;
}

export interface UserView {
  name: UserName;
  call: CallView | null;
}

/** A message to a client about its call; `value`: the offer or the answer. */
export type CallEvent =
  | { type: 'offer' | 'answer'; value: JsonText; name: string }
  | { type: 'leave'; name: string };

export function textOf(event: CallEvent): string {
  return event.type === 'leave' ? JSON.stringify(event) : writeRelay(event.type, event.value, event.name);
}

/** @returns undefined if the state of the other one is not among these */
export function viewOf(users: Users, address: string): UserView | null | undefined {
  for (const [name, user] of users) {
    if (user.state === 'offline' || user.connection !== address) continue;
    const other = otherOf(users, name, user);
    if (other && 'needs' in other) return undefined;
    const call = other && user.call.state !== 'none' ? callView(user.call, other) : null;
    return { name: name as UserName, call };
  }
  return null;
}

function callView(call: ActiveCall, { name, user }: Other): CallView {
  const view: CallView = {
    state: call.state,
    name,
    written: user.written,
    connection: user.connection,
    presence: user.state === 'online' ? 'here' : 'away',
  };
  if (call.id !== undefined) view.id = call.id;
  if (call.rings !== undefined) view.rings = call.rings;
  if (call.state === 'called') {
    view.offer = call.offer;
    if (call.hasLostGlare) view.isMuted = true;
  } else if (call.state === 'talking' && call.answer !== undefined) view.answer = call.answer;
  return view;
}

/** The address that candidates, and inside a call offers and answers, go to. */
export function linkOf(view: UserView | undefined): ConnectionId | null {
  return view?.call?.connection ?? null;
}

/**
 * What a client is told on the way from one view to the next: after a step, after messages that were lost, after its
 * return, or when a node has died.
 * @param before undefined: it knows nothing yet
 */
export function eventsBetween(before: UserView | undefined, after: UserView | Lost): CallEvent[] {
  if (isLost(after)) return [];
  const was = before?.call ?? null;
  const now = after.call;
  const messages: CallEvent[] = [];
  const isSame = was !== null && now !== null && isSameCall(was, now);
  // [U12] [U13]
  if (was && !isSame) messages.push({ type: 'leave', name: was.written });
  if (!now) return messages;
  // [U6] [U23]
  if (now.offer !== undefined && now.state === 'called' && !(isSame && hasRung(was, now))) {
    messages.push({ type: 'offer', value: now.offer, name: now.written });
  }
  // [U8] [U28]
  if (now.answer !== undefined && now.state === 'talking' && !(isSame && was.state === 'talking')) {
    messages.push({ type: 'answer', value: now.answer, name: now.written });
  }
  return messages;
}

export function isSameCall(one: CallView, other: CallView): boolean {
  // A node of the release before has written the call, without its id.
  if (one.id === undefined || other.id === undefined) return one.name === other.name;
  return one.id === other.id;
}

/** The client has been told of this ring. */
function hasRung(was: CallView, now: CallView): boolean {
  if (was.state !== 'called') return true;
  if (was.rings === undefined || now.rings === undefined) return was.offer === now.offer;
  return now.rings <= was.rings;
}
