// What may happen in a room: at most two seats, who is told what. Pure: leaves keeping to the store, sending to the gateway.
import type { EnterAnswer, PeerDescription, Role, WireEvent } from '../protocol/room-events.js';

/** The connection of one peer: its `socket.id`. */
export type PeerId = string & { readonly brand: 'PeerId' };

export interface Seat {
  peer: PeerId;
  /** The channel as this peer wrote it; it hears it back so. */
  channel: string;
  /** The peer's incarnation, if it has told one. */
  me?: string;
}

/** `parting`: one said Bye; the other, who remains, has not acknowledged yet. */
export type Room =
  | { phase: 'empty' }
  | { phase: 'waiting'; initiator: Seat }
  | { phase: 'paired'; initiator: Seat; joiner: Seat }
  | { phase: 'parting'; remaining: Seat; role: Role };

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

/** The answer of a room to somebody who asks to enter; the gateway adds the times. */
export type Entry = Pick<EnterAnswer, 'role' | 'peer'> & { status: 'created' | 'joined' | 'full' };

export type RoomRule<Outcome = undefined> = (room: Room) => Decision<Outcome>;

export const emptyRoom: Room = { phase: 'empty' };

/** Somebody asks for a seat. [R2] [R3] [R4] [R5] */
export function enter(seat: Seat): RoomRule<Entry> {
  return (room) => {
    const held = findSeat(room, seat.peer);
    if (held) return repeatAnswer(room, held);
    switch (room.phase) {
      case 'empty':
        return {
          room: { phase: 'waiting', initiator: seat },
          notices: [{ to: seat.peer, events: [['created', seat.channel, seat.peer]], link: null }],
          outcome: { status: 'created', role: 'initiator', peer: null },
        };
      case 'waiting':
        return pair(room.initiator, seat);
      case 'paired':
      case 'parting':
        return {
          room,
          notices: [{ to: seat.peer, events: [['full', seat.channel]] }],
          outcome: { status: 'full', peer: null },
        };
    }
  };
}

/** A peer says goodbye: the channel ends for both. [R10] [R11] */
export function sayBye(peer: PeerId): RoomRule {
  return (room) => {
    const held = findSeat(room, peer);
    if (!held) return unchanged(room);
    if (room.phase !== 'paired') return over(peer);
    const other = otherSeat(room, held.role);
    return {
      room: { phase: 'parting', remaining: other, role: held.role === 'initiator' ? 'joiner' : 'initiator' },
      notices: [
        { to: other.peer, events: [['Bye', { reason: 'said' }]], link: null, awaitsAck: true },
        { to: peer, events: [], link: null, ends: true },
      ],
      outcome: undefined,
    };
  };
}

/** The one who remains acknowledges the other's goodbye. [R11] */
export function acknowledge(peer: PeerId): RoomRule {
  return (room) => (room.phase === 'parting' && room.remaining.peer === peer ? over(peer) : unchanged(room));
}

/** A connection is gone without a goodbye: the other keeps its seat. [R13] */
export function vanish(peer: PeerId): RoomRule {
  return (room) => {
    const held = findSeat(room, peer);
    if (!held) return unchanged(room);
    if (room.phase !== 'paired') return { room: emptyRoom, notices: [], outcome: undefined };
    const stayed = otherSeat(room, held.role);
    const events: WireEvent[] = [['peer gone']];
    if (held.role === 'initiator') events.push(['created', stayed.channel, stayed.peer]);
    events.push(['bye', stayed.channel]);
    return {
      room: { phase: 'waiting', initiator: stayed },
      notices: [{ to: stayed.peer, events, link: null }],
      outcome: undefined,
    };
  };
}

function pair(initiator: Seat, joiner: Seat): Decision<Entry> {
  const arrival = `S --> broadcast(): client ${joiner.peer} joined channel ${initiator.channel}`;
  return {
    room: { phase: 'paired', initiator, joiner },
    notices: [
      { to: joiner.peer, events: [['joined', joiner.channel, joiner.peer]], link: initiator.peer },
      {
        to: initiator.peer,
        events: [
          ['remotePeerJoining', initiator.channel],
          ['join', initiator.channel],
          ['broadcast: joined', arrival],
          ['ready', initiator.channel, incarnationOf(joiner)],
        ],
        link: joiner.peer,
      },
      { to: joiner.peer, events: [['ready', joiner.channel, incarnationOf(initiator)]] },
    ],
    outcome: { status: 'joined', role: 'joiner', peer: describe(initiator) },
  };
}

interface HeldSeat {
  seat: Seat;
  role: Role;
}

function findSeat(room: Room, peer: PeerId): HeldSeat | undefined {
  switch (room.phase) {
    case 'empty':
      return undefined;
    case 'waiting':
      return room.initiator.peer === peer ? { seat: room.initiator, role: 'initiator' } : undefined;
    case 'paired':
      if (room.initiator.peer === peer) return { seat: room.initiator, role: 'initiator' };
      return room.joiner.peer === peer ? { seat: room.joiner, role: 'joiner' } : undefined;
    case 'parting':
      return room.remaining.peer === peer ? { seat: room.remaining, role: room.role } : undefined;
  }
}

function otherSeat(room: Extract<Room, { phase: 'paired' }>, role: Role): Seat {
  return role === 'initiator' ? room.joiner : room.initiator;
}

function repeatAnswer(room: Room, { seat, role }: HeldSeat): Decision<Entry> {
  const status = role === 'initiator' ? 'created' : 'joined';
  const peer = room.phase === 'paired' ? describe(otherSeat(room, role)) : null;
  return {
    room,
    notices: [{ to: seat.peer, events: [[status, seat.channel, seat.peer]] }],
    outcome: { status, role, peer },
  };
}

function over(peer: PeerId): Decision {
  return {
    room: emptyRoom,
    notices: [{ to: peer, events: [], link: null, ends: true }],
    outcome: undefined,
  };
}

function unchanged(room: Room): Decision {
  return { room, notices: [], outcome: undefined };
}

function incarnationOf(seat: Seat): { me?: string } {
  return seat.me === undefined ? {} : { me: seat.me };
}

function describe(seat: Seat): PeerDescription {
  return { id: seat.peer, ...incarnationOf(seat), presence: 'here' };
}
