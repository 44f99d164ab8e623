// What may happen in a room: at most two seats, who is told what. Pure: leaves keeping to the store, sending to the gateway.
import type { WireEvent } from '../protocol/room-events.js';
import { isAmong, type SecretHash } from '../protocol/secrets.js';
import { createdEvent } from './arrival.js';
import { decided, type Decision, type Notice, type RoomRule } from './decision.js';
import {
  findSeat,
  otherRole,
  otherSeat,
  seatsOf,
  type HeldSeat,
  type PeerId,
  type Room,
  type Seat,
} from './room.js';

/** How many ended seats a room remembers, so that nobody can make it grow. */
const maxEndedSeats = 16;

/** What is left of the grace time once a page has said that it is closing: enough for a reload. */
export const leavingGraceMs = 5000;

/** A peer says goodbye: the channel ends for both, whether the other is here or away. [R10] [R11] [R24] */
export function sayBye(peer: PeerId, graceMs: number): RoomRule {
  return settled((room, now) => {
    const held = findSeat(room, peer);
    if (!held) return decided(room);
    if (room.phase !== 'paired') return over(room, held, now + graceMs);
    const other = otherSeat(room, held.role);
    const goodbye: Notice = { to: peer, events: [], link: null, ends: true };
    if (other.presence === 'away') {
      return decided(remember(emptied(room), [held.seat, other], now + graceMs), [goodbye]);
    }
    const parting: Room = {
      ...endedOf(room),
      phase: 'parting',
      remaining: other,
      role: otherRole(held.role),
    };
    return decided(remember(parting, [held.seat], now + graceMs), [
      { to: other.peer, events: [['Bye', { reason: 'said' }]], link: null, awaitsAck: true },
      goodbye,
    ]);
  });
}

/** The one who remains acknowledges the other's goodbye. [R11] */
export function acknowledge(peer: PeerId, graceMs: number): RoomRule {
  return settled((room, now) => {
    const held = room.phase === 'parting' ? findSeat(room, peer) : undefined;
    return held ? over(room, held, now + graceMs) : decided(room);
  });
}

/** A connection is gone without a goodbye: the other keeps its seat; its own is kept, if it can be taken back. [R13] [R22] */
export function vanish(peer: PeerId, graceMs: number): RoomRule {
  return settled((room, now) => {
    const held = findSeat(room, peer);
    if (!held) return decided(room);
    if (room.phase === 'parting') {
      return decided(remember(emptied(room), [held.seat], now + graceMs));
    }
    if (held.seat.secrets === undefined || graceMs === 0) return free(room, held);
    return dropped(room, held, now, graceMs);
  });
}

/** Frees the seat of a dead connection that nobody can take back. [R25] */
export function evict(peer: PeerId): RoomRule {
  return settled((room) => {
    const held = findSeat(room, peer);
    return held && held.seat.secrets === undefined ? free(room, held) : decided(room);
  });
}

/** A page says that it is closing: its seat is kept only for a reload's time. [R26] */
export function announceLeaving(secret: SecretHash): RoomRule {
  return settled((room, now) => {
    const held = seatsOf(room).find(({ seat }) => isAmong(seat.secrets, secret));
    if (!held) return decided(room);
    const until = now + leavingGraceMs;
    const seat: Seat =
      held.seat.presence === 'away'
        ? { ...held.seat, until: Math.min(held.seat.until, until) }
        : { ...held.seat, leavingAt: now };
    return decided(replaceSeat(room, held, seat));
  });
}

/** Nothing happens but time. [R22] */
export function passTime(): RoomRule {
  return settled((room) => decided(room));
}

/** Lets what has run out by `now` run out first, so that no rule meets a seat that is over. */
export function settled<Outcome>(rule: RoomRule<Outcome>): RoomRule<Outcome> {
  return (room, now) => {
    const fresh = runOut(room, now);
    const decision = rule(fresh.room, now);
    return { ...decision, notices: [...fresh.notices, ...decision.notices] };
  };
}

function runOut(room: Room, now: number): Decision {
  const ended = room.ended?.filter(({ until }) => until > now);
  const current: Room =
    room.ended && ended?.length !== room.ended.length ? withEnded(room, ended ?? []) : room;
  const held = seatsOf(current).find(({ seat }) => seat.presence === 'away' && seat.until <= now);
  if (!held) return decided(current);
  const decision = free(current, held);
  const rest = runOut(decision.room, now);
  return decided(rest.room, [...decision.notices, ...rest.notices]);
}

/** The seat is empty; the other becomes, or stays, the initiator. [R13] */
function free(room: Room, held: HeldSeat): Decision {
  if (room.phase !== 'paired') return decided(emptied(room));
  const stayed = otherSeat(room, held.role);
  const events: WireEvent[] = [['peer gone']];
  if (held.role === 'initiator') events.push(createdEvent(stayed));
  events.push(['bye', stayed.channel]);
  return decided({ ...endedOf(room), phase: 'waiting', initiator: stayed }, tell(stayed, events, null));
}

function dropped(room: Room, held: HeldSeat, now: number, graceMs: number): Decision {
  const { leavingAt, ...seat } = held.seat;
  const isLeaving = leavingAt !== undefined && now - leavingAt < leavingGraceMs;
  const until = isLeaving ? leavingAt + leavingGraceMs : now + graceMs;
  const away: Seat = { ...seat, presence: 'away', until: Math.min(until, now + graceMs) };
  const notices = room.phase === 'paired' ? tell(otherSeat(room, held.role), [['peer away']], null) : [];
  return decided(replaceSeat(room, held, away), notices);
}

function over(room: Room, held: HeldSeat, until: number): Decision {
  return decided(remember(emptied(room), [held.seat], until), [
    { to: held.seat.peer, events: [], link: null, ends: true },
  ]);
}

/** A notice to the seat's connection, if it has one. */
export function tell(seat: Seat, events: WireEvent[], link: PeerId | null): Notice[] {
  return seat.presence === 'here' ? [{ to: seat.peer, events, link }] : [];
}

export function replaceSeat(room: Room, { role }: HeldSeat, seat: Seat): Room {
  switch (room.phase) {
    case 'empty':
      return room;
    case 'waiting':
      return { ...room, initiator: seat };
    case 'paired':
      return role === 'initiator' ? { ...room, initiator: seat } : { ...room, joiner: seat };
    case 'parting':
      return { ...room, remaining: seat };
  }
}

/** Keeps the secrets of seats that a Bye has ended, so that whoever comes back with one is told. [R24] */
export function remember(room: Room, seats: Seat[], until: number): Room {
  const added = seats.flatMap(({ secrets }) => (secrets ? [{ secrets, until }] : []));
  return withEnded(room, [...(room.ended ?? []), ...added].slice(-maxEndedSeats));
}

export function emptied(room: Room): Room {
  return { ...endedOf(room), phase: 'empty' };
}

export function endedOf({ ended }: Room): Pick<Room, 'ended'> {
  return ended === undefined ? {} : { ended };
}

function withEnded(room: Room, ended: NonNullable<Room['ended']>): Room {
  const { ended: before, ...occupancy } = room;
  return ended.length === 0 ? occupancy : { ...occupancy, ended };
}
