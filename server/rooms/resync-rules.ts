// What makes up for notices that were lost: from what a client has been told to how its room stands now. Pure.
import type { WireEvent } from '../protocol/room-events.js';
import { arrivalOf, createdEvent } from './arrival.js';
import { incarnationOf } from './room.js';
import type { OtherView, RoomView, SeatView } from './room-view.js';

export interface Difference {
  events: WireEvent[];
  /** The other has said Bye: the client has its time to acknowledge. [R12] */
  awaitsAck?: true;
  /** The seat is not this connection's any more: it is closed so that the client comes back. [R33] */
  closes?: true;
}

const nothing: Difference = { events: [] };
const closing: Difference = { events: [], closes: true };

/**
 * @param told what the client knows; a joiner that waits has heard `joined` and nothing else yet
 * @param now how the room stands
 */
export function differenceOf(told: RoomView, now: RoomView): Difference {
  if (told === null) return nothing;
  if (now?.peer !== told.peer) return closing;
  // Nobody falls back from initiator to joiner, or returns from a goodbye, without a seat that is new.
  if (told.role === 'initiator' && now.role === 'joiner') return closing;
  if (told.phase === 'parting') return now.phase === 'parting' ? nothing : closing;
  switch (now.phase) {
    case 'parting':
      return { events: [['Bye', { reason: 'said' }]], awaitsAck: true };
    case 'waiting':
      return { events: told.phase === 'waiting' && told.role === now.role ? [] : leftAlone(told, now) };
    case 'paired':
      return { events: pairing(told, now) };
  }
}

function pairing(told: SeatView, now: SeatView & { phase: 'paired' }): WireEvent[] {
  const { other } = now;
  if (told.phase === 'paired' && isSameSeat(told, now)) return sameOther(told.other, other, now.channel);
  if (now.role === 'joiner') {
    return other.presence === 'here' ? [['ready', now.channel, incarnationOf(other)]] : [];
  }
  const before = told.phase === 'paired' || told.role === 'joiner' ? leftAlone(told, now) : [];
  const arrival = arrivalOf({ ...other, peer: other.id }, now.channel);
  return other.presence === 'here' ? [...before, ...arrival] : [...before, ...arrival, ['peer away']];
}

/**
 * A joiner stays one only while its initiator keeps its seat. An initiator's other may be somebody new: one that was
 * known by another incarnation, or by none, counts as such.
 */
function isSameSeat(told: SeatView & { phase: 'paired' }, now: SeatView & { phase: 'paired' }): boolean {
  if (told.role !== now.role) return false;
  if (now.role === 'joiner' || told.other.id === now.other.id) return true;
  return told.other.me !== undefined && told.other.me === now.other.me;
}

/** [R22] [R23] */
function sameOther(told: OtherView, now: OtherView, channel: string): WireEvent[] {
  const isBack =
    now.presence === 'here' && (told.presence === 'away' || told.id !== now.id || told.me !== now.me);
  if (isBack) {
    const back: WireEvent = ['peer back', incarnationOf(now)];
    return told.isUnmet ? [back, ['ready', channel, incarnationOf(now)]] : [back];
  }
  return told.presence === 'here' && now.presence === 'away' ? [['peer away']] : [];
}

/** [R13] */
function leftAlone(told: SeatView, now: SeatView): WireEvent[] {
  const events: WireEvent[] = [['peer gone']];
  if (told.role === 'joiner' && now.role === 'initiator') events.push(createdEvent(now));
  return [...events, ['bye', now.channel]];
}
