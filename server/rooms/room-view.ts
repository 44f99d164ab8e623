// A room as one connection in it sees it: what its client has been told when nothing was lost on the way. Pure.
import type { Presence, Role } from '../protocol/room-events.js';
import { otherSeat, seatsOf, type PeerId, type Room } from './room.js';

export interface OtherView {
  id: PeerId;
  me?: string;
  presence: Presence;
  /** It was away when this one joined, and has not come back since. [R23] */
  isUnmet?: true;
}

/** The channel is as this peer wrote it. */
export type SeatView = { peer: PeerId; role: Role; channel: string } & (
  | { phase: 'waiting' }
  | { phase: 'paired'; other: OtherView }
  | { phase: 'parting' }
);

/** `null`: this connection has no seat, or no more. */
export type RoomView = SeatView | null;

/** Also of a seat that others take for away, while its connection is there: its node may yet take it up again. [R33] */
export function viewOf(room: Room, peer: PeerId): RoomView {
  const held = seatsOf(room).find(({ seat }) => seat.peer === peer);
  if (!held || room.phase === 'empty') return null;
  const { role, seat } = held;
  const view = { peer, role, channel: seat.channel };
  if (room.phase !== 'paired') return { ...view, phase: room.phase };
  const { peer: id, me, presence, isUnmet } = otherSeat(room, role);
  return {
    ...view,
    phase: 'paired',
    other: { id, ...(me !== undefined && { me }), presence, ...(isUnmet && { isUnmet }) },
  };
}

/** Whom the connection talks to. */
export function linkOf(view: RoomView): PeerId | null {
  return view?.phase === 'paired' && view.other.presence === 'here' ? view.other.id : null;
}
