// What may happen in a room: at most two seats. Pure. Leaves entering to enter-rules, and what the peers are told to
// room-view.
import { awayAfter, leavingGraceMs, type Away } from '../kernel/away.js';
import type { DeadConnection } from '../kernel/record-store.js';
import { isStaleRequest, type NumberedRequest } from '../protocol/request-numbers.js';
import type { TokenHash } from '../protocol/resume-tokens.js';
import {
  decided,
  findOwnSeat,
  findSeat,
  otherRole,
  otherSeat,
  seatsOf,
  type HeldSeat,
  type Memory,
  type PeerId,
  type Room,
  type RoomRule,
  type Seat,
} from './room.js';

/** How many ended seats a room remembers, and how many that were left, so that nobody can make it grow. */
const maxRemembered = 16;

/** A peer says goodbye: the channel ends for both, whether the other is here or away. [R10] [R11] [R24] */
export function sayBye(peer: PeerId, graceMs: number): RoomRule {
  return (room, { now }) => {
    const held = findSeat(room, peer);
    if (!held) return decided(room);
    if (room.phase !== 'paired') return decided(endedBy(room, [held.seat], now + graceMs), [peer]);
    const other = otherSeat(room, held.role);
    if (other.presence === 'away') return decided(endedBy(room, [held.seat, other], now + graceMs), [peer]);
    const parting: Room = {
      ...rememberedIn(room),
      phase: 'parting',
      remaining: other,
      role: otherRole(held.role),
    };
    return decided(remember(parting, [held.seat], now + graceMs), [peer]);
  };
}

/** The remaining peer acknowledges the other's goodbye. [R11] */
export function acknowledge(peer: PeerId, graceMs: number): RoomRule {
  return (room, { now }) => {
    const held = room.phase === 'parting' ? findSeat(room, peer) : undefined;
    return held ? decided(endedBy(room, [held.seat], now + graceMs), [peer]) : decided(room);
  };
}

/** Who gives a seat up: the connection that holds it, or another one with a resume token of it. */
export interface Leaver extends NumberedRequest {
  peer: PeerId;
  token?: TokenHash;
}

/** A peer gives its seat up; the other one stays and waits for the next. `none`: there is no such seat. [R35] */
export function leave(leaver: Leaver, graceMs: number): RoomRule<'left' | 'none' | 'stale'> {
  return (room, { now }) => {
    const held = findSeat(room, leaver.peer) ?? findOwnSeat(room, leaver.token);
    if (!held) return { room, outcome: 'none' };
    const { seat } = held;
    if (seat.peer !== leaver.peer && isStaleRequest(seat, leaver)) return { room, outcome: 'stale' };
    const until = now + graceMs;
    const next =
      room.phase === 'parting'
        ? endedBy(room, [seat], until)
        : rememberLeft(free(room, held), seat, leaver, until);
    return { room: next, outcome: 'left', ended: [seat.peer] };
  };
}

/**
 * A connection is gone without a goodbye, or dead: its seat is kept, if it can be taken back. [R13] [R22] [R25]
 * @param silentMs for how long its own node has heard nothing of it; undefined: it does not know its client gone [R36]
 */
export function vanish(peer: PeerId, graceMs: number, silentMs?: number): RoomRule {
  return (room, { now }) => decided(vanishAt(room, peer, graceMs, now, silentMs));
}

/**
 * A page announces that it closes: its seat is kept only for the time of a reload. [R26]
 * @returns the outcome: whether the token is that of a seat
 */
export function announceLeaving(token: TokenHash): RoomRule<boolean> {
  return (room, { now }) => {
    const held = findOwnSeat(room, token);
    if (!held) return { room, outcome: false };
    const until = now + leavingGraceMs;
    const seat: Seat =
      held.seat.presence === 'away'
        ? { ...held.seat, until: Math.min(held.seat.until, until) }
        : { ...held.seat, leavingAt: now };
    return { room: replaceSeat(room, held, seat), outcome: true };
  };
}

/** Seats whose time is over are free, and ended seats are forgotten. [R13] [R22] [R24] */
export function expire(room: Room, now: number): Room {
  const current = forget(room, now);
  const over = seatsOf(current).find(({ seat }) => seat.presence === 'away' && seat.until <= now);
  return over ? expire(free(current, over), now) : current;
}

/** The seats of dead connections are dropped in the order in which their leases expired, none later than now. [R32] */
export function dropDead(room: Room, dead: readonly DeadConnection[], graceMs: number, now: number): Room {
  return [...dead]
    .sort((one, other) => one.expiredAt - other.expiredAt)
    .reduce(
      (left, { address, expiredAt }) => vanishAt(left, address as PeerId, graceMs, Math.min(expiredAt, now)),
      room,
    );
}

/** These connections are here again, if the room still keeps their seats. [R33] */
export function reclaim(room: Room, peers: readonly string[]): Room {
  return peers.reduce((current, peer) => {
    const held = seatsOf(current).find(({ seat }) => seat.peer === peer);
    return held?.seat.presence === 'away' ? replaceSeat(current, held, hereAgain(held.seat)) : current;
  }, room);
}

function hereAgain({
  isUnmet: _told,
  until: _until,
  silentSince: _since,
  ...seat
}: Seat & Partial<Away>): Seat {
  return { ...seat, presence: 'here' };
}

function vanishAt(room: Room, peer: PeerId, graceMs: number, now: number, silentMs?: number): Room {
  const held = findSeat(room, peer);
  if (!held) return room;
  if (room.phase === 'parting') return endedBy(room, [held.seat], now + graceMs);
  if (held.seat.secrets === undefined || graceMs === 0) return free(room, held);
  const { leavingAt, ...seat } = held.seat;
  const away = awayAfter({ graceMs, now, leavingAt, silentMs });
  return replaceSeat(room, held, { ...seat, presence: 'away', ...away });
}

/** The seat is empty; the other peer becomes, or stays, the initiator. [R13] */
function free(room: Room, held: HeldSeat): Room {
  if (room.phase !== 'paired') return emptied(room);
  return { ...rememberedIn(room), phase: 'waiting', initiator: otherSeat(room, held.role) };
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

/** The room is empty, and remembers these seats. */
export function endedBy(room: Room, seats: Seat[], until: number): Room {
  return remember(emptied(room), seats, until);
}

/** Keeps the resume tokens of seats that a Bye has ended, so that a client that returns is told. [R24] */
function remember(room: Room, seats: Seat[], until: number): Room {
  const added = seats.flatMap(({ secrets }) => (secrets ? [{ secrets, until }] : []));
  return withEnded(room, [...(room.ended ?? []), ...added].slice(-maxRemembered));
}

function emptied(room: Room): Room {
  return { ...rememberedIn(room), phase: 'empty' };
}

/** What the client instance has requested before its last number arrives late. */
function rememberLeft(room: Room, { me, ...granted }: Seat, leaver: Leaver, until: number): Room {
  const attempt = Math.max(granted.attempt ?? -1, me === leaver.me ? (leaver.attempt ?? -1) : -1);
  if (me === undefined || attempt < 0) return room;
  const others = (room.left ?? []).filter((left) => left.me !== me);
  return { ...room, left: [...others, { me, attempt, until }].slice(-maxRemembered) };
}

export function rememberedIn({ ended, left }: Room): Memory {
  return { ...(ended && { ended }), ...(left && { left }) };
}

function withEnded(room: Room, ended: NonNullable<Memory['ended']>): Room {
  const { ended: before, ...rest } = room;
  return ended.length === 0 ? rest : { ...rest, ended };
}

/** Keeps the identity of a room in which nothing has expired. */
function forget(room: Room, now: number): Room {
  const isOver = ({ until }: { until: number }): boolean => until <= now;
  if (!room.ended?.some(isOver) && !room.left?.some(isOver)) return room;
  const { left, ...rest } = withEnded(room, room.ended?.filter((each) => !isOver(each)) ?? []);
  const kept = left?.filter((each) => !isOver(each)) ?? [];
  return kept.length === 0 ? rest : { ...rest, left: kept };
}
