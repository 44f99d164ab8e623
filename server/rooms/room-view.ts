// A room as one of its connections sees it, and `eventsBetween`: the only place that decides what a peer is told. Pure.
import { wireId } from '../cluster/address.js';
import { isLost, type Lost } from '../kernel/claim.js';
import type { Presence, Role, WireEvent } from '../protocol/room-events.js';
import { instanceIdOf, otherSeat, seatsOf, type PeerId, type Room } from './room.js';

export interface OtherView {
  id: PeerId;
  tenancy?: number;
  me?: string;
  presence: Presence;
  /** It was away when this one joined, and has not come back since. [R23] */
  isUnmet?: true;
}

/** The channel is as this peer wrote it. */
export type RoomView = { peer: PeerId; tenancy?: number; role: Role; channel: string } &
  /** `knowsPresence`: the answer to its request says whether the other is here. */
  ({ phase: 'waiting'; knowsPresence?: true } | { phase: 'paired'; other: OtherView } | { phase: 'parting' });

/**
 * What the client of this connection knows, if every event arrived. A seat that is away has one, too: its node may yet
 * reclaim it. [R33] An initiator that has not been told about its joiner still waits. [R23]
 */
export function viewOf(room: Room, peer: string): RoomView | null {
  const held = seatsOf(room).find(({ seat }) => seat.peer === peer);
  if (!held || room.phase === 'empty') return null;
  const { role, seat } = held;
  const view = { peer: seat.peer, ...tenancyOf(seat), role, channel: seat.channel };
  if (room.phase !== 'paired') return { ...view, phase: room.phase };
  if (seat.isUnmet) return { ...view, phase: 'waiting' };
  const { presence, isUnmet, ...other } = otherSeat(room, role);
  return {
    ...view,
    phase: 'paired',
    other: {
      id: other.peer,
      ...tenancyOf(other),
      ...instanceIdOf(other),
      presence,
      ...(isUnmet && { isUnmet }),
    },
  };
}

/** The address that this connection relays to; `null`: it is alone, the other is away, or one of the two leaves. */
export function linkOf(view: RoomView | undefined): PeerId | null {
  return view?.phase === 'paired' && view.other.presence === 'here' ? view.other.id : null;
}

/**
 * What a client is told on the way from one view to the next: after a step, after messages that were lost, after its
 * return, or when a node has died.
 * @param before undefined: it knows nothing yet
 */
export function eventsBetween(before: RoomView | undefined, after: RoomView | Lost): WireEvent[] {
  if (isLost(after)) return before && after.lost === 'taken-over' ? [['taken-over']] : [];
  if (!before) return [entered(after), ...eventsBetween(alone(after), after)];
  if (after.phase === 'parting') return before.phase === 'parting' ? [] : [['Bye', { reason: 'said' }]];
  if (before.phase !== 'paired') return otherJoined(before, after);
  if (after.phase === 'paired' && isSameOther(before, after))
    return otherChanged(before.other, after.other, after.channel);
  const gone: WireEvent[] = [['peer gone']];
  if (before.role === 'joiner') gone.push(['created', after.channel, wireId(after.peer)]);
  return [...gone, ['bye', after.channel], ...otherJoined(alone(after), after)];
}

function alone({ peer, tenancy, role, channel }: RoomView): RoomView {
  return { peer, ...tenancyOf({ tenancy }), role, channel, phase: 'waiting' };
}

/** A new seat of the same connection. */
export function isAnotherSeat(before: RoomView, after: RoomView): boolean {
  const [one, other] = [before.tenancy, after.tenancy];
  return one !== undefined && other !== undefined && one !== other;
}

/** [R3] [R4] */
export function entered({ role, channel, peer }: RoomView): WireEvent {
  return [role === 'initiator' ? 'created' : 'joined', channel, wireId(peer)];
}

/** [R4] [R23] */
function otherJoined(before: RoomView, after: RoomView): WireEvent[] {
  if (after.phase !== 'paired') return [];
  const { role, other, channel } = after;
  const ready: WireEvent = ['ready', channel, instanceIdOf(other)];
  if (role === 'joiner') return other.presence === 'here' ? [ready] : [];
  const arrival: WireEvent[] = [
    ['remotePeerJoining', channel],
    ['join', channel],
    ['broadcast: joined', `S --> broadcast(): client ${wireId(other.id)} joined channel ${channel}`],
    ready,
  ];
  const knowsPresence = before.phase === 'waiting' && before.knowsPresence;
  return other.presence === 'here' || knowsPresence ? arrival : [...arrival, ['peer away']];
}

/** [R22] [R23] */
function otherChanged(before: OtherView, after: OtherView, channel: string): WireEvent[] {
  if (after.presence === 'away') return before.presence === 'here' ? [['peer away']] : [];
  if (before.presence === 'here' && before.id === after.id && before.me === after.me) return [];
  const back: WireEvent = ['peer back', instanceIdOf(after)];
  return before.isUnmet ? [back, ['ready', channel, instanceIdOf(after)]] : [back];
}

type Paired = Extract<RoomView, { phase: 'paired' }>;

/** A peer that expired and entered again is another tenant, whatever its client instance id. */
function isSameOther(before: Paired, after: Paired): boolean {
  if (before.role !== after.role) return false;
  const [one, other] = [before.other, after.other];
  if (one.tenancy !== undefined && other.tenancy !== undefined) return one.tenancy === other.tenancy;
  // A node of the release before has written the seat: a joiner keeps its initiator, an initiator is told who is new.
  if (after.role === 'joiner' || one.id === other.id) return true;
  return one.me !== undefined && one.me === other.me;
}

function tenancyOf({ tenancy }: { tenancy?: number | undefined }): { tenancy?: number } {
  return tenancy === undefined ? {} : { tenancy };
}
