// What a rule returns: the room as it is from now on, whom to tell what, and an answer for the one who asked.
import type { WireEvent } from '../protocol/room-events.js';
import type { PeerId, Room } from './room.js';

/** What one peer is told, in order, and what changes for its connection. */
export interface Notice {
  to: PeerId;
  events: WireEvent[];
  /** Whom this peer talks to from now on; `null`: nobody. Absent: as before. */
  link?: PeerId | null;
  /** The peer has `ackTimeoutMs` to acknowledge before the server disconnects it. */
  awaitsAck?: true;
  /** The server disconnects this peer. */
  ends?: true;
}

export interface Decision<Outcome = undefined> {
  room: Room;
  notices: Notice[];
  outcome: Outcome;
}

/** @param now ms of the store's clock, which only goes forward */
export type RoomRule<Outcome = undefined> = (room: Room, now: number) => Decision<Outcome>;

export function decided(room: Room, notices: Notice[] = []): Decision {
  return { room, notices, outcome: undefined };
}
