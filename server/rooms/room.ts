// What a room is: its states, its seats, and the small questions one asks of them. Leaves what may happen to room-rules.
import type { PeerDescription, Role } from '../protocol/room-events.js';
import type { SecretHash } from '../protocol/secrets.js';
import { wireId } from '../cluster/address.js';

/**
 * The connection of one peer: the address of its `socket.id`. New at every connection, so it also numbers the holders
 * of a seat. What clients see of it is its `wireId`.
 */
export type PeerId = string & { readonly brand: 'PeerId' };

interface SeatOf {
  /** The connection that holds the seat; of a seat that is away, the last one. */
  peer: PeerId;
  /** The channel as this peer wrote it; it hears it back so. */
  channel: string;
  /** The peer's incarnation, if it has told one. */
  me?: string;
  /** The number of the request that took it, counted by that incarnation. */
  attempt?: number;
  /** The secrets that take this seat back; absent: nobody can, and it is free when its connection ends. */
  secrets?: readonly SecretHash[];
  /** An initiator that was away when the joiner came has not been told yet. */
  isUnmet?: true;
  /** When its page said that it is closing; in ms of the store's clock. */
  leavingAt?: number;
}

/** `away`: the connection is gone, the seat is kept until `until` (ms of the store's clock). */
export type Seat = SeatOf & ({ presence: 'here' } | { presence: 'away'; until: number });

/** `parting`: one said Bye; the other, who remains, has not acknowledged yet. */
type Occupancy =
  | { phase: 'empty' }
  | { phase: 'waiting'; initiator: Seat }
  | { phase: 'paired'; initiator: Seat; joiner: Seat }
  | { phase: 'parting'; remaining: Seat; role: Role };

/** A seat that a Bye has ended: until `until` its secrets are told so. */
export interface EndedSeat {
  secrets: readonly SecretHash[];
  until: number;
}

export type Room = Occupancy & { ended?: readonly EndedSeat[] };

export type PairedRoom = Extract<Room, { phase: 'paired' }>;

export interface HeldSeat {
  seat: Seat;
  role: Role;
}

export const emptyRoom: Room = { phase: 'empty' };

export function seatsOf(room: Room): HeldSeat[] {
  switch (room.phase) {
    case 'empty':
      return [];
    case 'waiting':
      return [{ seat: room.initiator, role: 'initiator' }];
    case 'paired':
      return [
        { seat: room.initiator, role: 'initiator' },
        { seat: room.joiner, role: 'joiner' },
      ];
    case 'parting':
      return [{ seat: room.remaining, role: room.role }];
  }
}

/** The seat that this connection holds. One that has been taken over or dropped holds none. */
export function findSeat(room: Room, peer: PeerId): HeldSeat | undefined {
  return seatsOf(room).find(({ seat }) => seat.peer === peer && seat.presence === 'here');
}

export function otherSeat(room: PairedRoom, role: Role): Seat {
  return role === 'initiator' ? room.joiner : room.initiator;
}

export function otherRole(role: Role): Role {
  return role === 'initiator' ? 'joiner' : 'initiator';
}

export function incarnationOf(seat: { me?: string }): { me?: string } {
  return seat.me === undefined ? {} : { me: seat.me };
}

export function describeSeat(seat: Seat): PeerDescription {
  return { id: wireId(seat.peer), ...incarnationOf(seat), presence: seat.presence };
}

/** The next moment at which something in this room runs out by itself. */
export function nextDeadline(room: Room): number | undefined {
  const untils = (room.ended ?? []).map(({ until }) => until);
  for (const { seat } of seatsOf(room)) if (seat.presence === 'away') untils.push(seat.until);
  return untils.length === 0 ? undefined : Math.min(...untils);
}
