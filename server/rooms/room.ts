// What a room is: its states, its seats, and the small questions one asks of them. Leaves what may happen to room-rules.
import { wireId } from '../cluster/address.js';
import type { Away } from '../kernel/away.js';
import type { Moment } from '../kernel/record-store.js';
import type { PeerDescription, Role } from '../protocol/room-events.js';
import type { NumberedRequest } from '../protocol/request-numbers.js';
import { isAmong, type TokenHash } from '../protocol/resume-tokens.js';

/** The connection of one peer: the address of its `socket.id`. Clients see its `wireId`. */
export type PeerId = string & { readonly brand: 'PeerId' };

interface SeatOf {
  /** The connection that holds the seat; of a seat that is away, the last one. */
  peer: PeerId;
  /**
   * The version in which the seat was taken by a new peer; it stays when that peer takes its seat back. Absent: a node
   * of the release before has written the seat.
   */
  tenancy?: number;
  /** The channel as this peer wrote it, which is how it is sent back. */
  channel: string;
  /** The client instance id of the peer, if it has sent one. */
  me?: string;
  /** The sequence number of the request that took it, counted by that client instance. */
  attempt?: number;
  /** The resume tokens that take this seat back; absent: none does, and the seat is free when its connection ends. */
  secrets?: readonly TokenHash[];
  /** An initiator that was away when the joiner came has not been told about it yet. */
  isUnmet?: true;
  /** When its page announced that it closes; in ms of the store's clock. */
  leavingAt?: number;
}

/** `away`: the connection is gone, the seat is kept. */
export type Seat = SeatOf & ({ presence: 'here' } | ({ presence: 'away' } & Away));

/** `parting`: one has said Bye; the other one remains and has not acknowledged yet. */
type Occupancy =
  | { phase: 'empty' }
  | { phase: 'waiting'; initiator: Seat }
  | { phase: 'paired'; initiator: Seat; joiner: Seat }
  | { phase: 'parting'; remaining: Seat; role: Role };

/** A seat that a Bye has ended: until `until` its resume tokens are answered so. */
export interface EndedSeat {
  secrets: readonly TokenHash[];
  until: number;
}

/** A client instance that has left: until `until` its requests up to this number arrive late. */
export interface LeftSeat extends NumberedRequest {
  until: number;
}

/** What a room remembers of seats that are no more. */
export interface Memory {
  ended?: readonly EndedSeat[];
  left?: readonly LeftSeat[];
}

export type Room = Occupancy & Memory;

export type PairedRoom = Extract<Room, { phase: 'paired' }>;

/** What a rule decides about one room. */
export interface RoomDecision<Outcome = void> {
  room: Room;
  outcome: Outcome;
  /** The connections that leave by their own wish. */
  ended?: readonly PeerId[];
}

export type RoomRule<Outcome = void> = (room: Room, moment: Moment) => RoomDecision<Outcome>;

export interface HeldSeat {
  seat: Seat;
  role: Role;
}

export function decided(room: Room, ended: readonly PeerId[] = []): RoomDecision {
  return { room, outcome: undefined, ...(ended.length > 0 && { ended }) };
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

/** The seat, here or away, that this resume token takes back. */
export function findOwnSeat(room: Room, token: TokenHash | undefined): HeldSeat | undefined {
  if (token === undefined) return undefined;
  return seatsOf(room).find(({ seat }) => isAmong(seat.secrets, token));
}

export function otherSeat(room: PairedRoom, role: Role): Seat {
  return role === 'initiator' ? room.joiner : room.initiator;
}

export function otherRole(role: Role): Role {
  return role === 'initiator' ? 'joiner' : 'initiator';
}

export function instanceIdOf(seat: { me?: string }): { me?: string } {
  return seat.me === undefined ? {} : { me: seat.me };
}

export function describeSeat(seat: Seat): PeerDescription {
  return { id: wireId(seat.peer), ...instanceIdOf(seat), presence: seat.presence };
}

/** When things in this room expire; in ms of the store's clock. */
export function deadlinesOf(room: Room): number[] {
  const untils = [...(room.ended ?? []), ...(room.left ?? [])].map(({ until }) => until);
  for (const { seat } of seatsOf(room)) if (seat.presence === 'away') untils.push(seat.until);
  return untils;
}

/** When the first of them expires. */
export function nextDeadline(room: Room): number | undefined {
  const untils = deadlinesOf(room);
  return untils.length === 0 ? undefined : Math.min(...untils);
}
