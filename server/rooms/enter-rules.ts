// Which entrant gets a seat: the first, the second, no third, and the one that comes back to its own; and whose seat is
// yielded. Pure.
import { freeAt } from '../kernel/away.js';
import { requestNumberOf, isStaleRequest, type NumberedRequest } from '../protocol/request-numbers.js';
import type { EnterAnswer, Role } from '../protocol/room-events.js';
import { isAmong, tokensToKeep, type GivenTokens } from '../protocol/resume-tokens.js';
import { endedBy, rememberedIn, replaceSeat } from './room-rules.js';
import { viewOf, type RoomView } from './room-view.js';
import {
  describeSeat,
  findOwnSeat,
  findSeat,
  otherSeat,
  seatsOf,
  type HeldSeat,
  type PairedRoom,
  type PeerId,
  type Room,
  type RoomDecision,
  type RoomRule,
  type Seat,
} from './room.js';

/** An entrant whose seat is to be kept gives resume tokens. */
export interface Entrant extends GivenTokens, NumberedRequest {
  peer: PeerId;
  /** The channel as this peer wrote it. */
  channel: string;
}

/** What came of a request to enter; the handler adds the times. */
export type Entry =
  | (Pick<EnterAnswer, 'peer'> & { status: 'created' | 'joined'; role: Role; isRepeat?: true })
  /** `known`: what this client had been told before it dropped. */
  | (Pick<EnterAnswer, 'peer'> & { status: 'resumed'; role: Role; known: RoomView | undefined })
  /** `holders`: the connections of the seats; a dead one of them loses its seat, or is away. [R25] */
  | { status: 'full'; peer: null; holders: PeerId[]; retryInMs?: number }
  /** `stale`: a later request of the same client instance has been answered already. */
  | { status: 'ended' | 'stale' };

/**
 * A request for a seat, or for one's own again. [R2] [R3] [R4] [R5] [R21]
 * @param yieldMs after how long a seat that is away is given to somebody else; 0: never [R36]
 */
export function enter(entrant: Entrant, graceMs: number, yieldMs = 0): RoomRule<Entry> {
  return (room, { now, version }) => {
    const held = findSeat(room, entrant.peer);
    if (held) return repeatAnswer(room, held);
    const own = findOwnSeat(room, entrant.token);
    const isStale = grantedIn(room, own, entrant).some((request) => isStaleRequest(request, entrant));
    if (isStale) return { room, outcome: { status: 'stale' } };
    if (own && room.phase === 'parting') {
      // The other said Bye while the connection of this one was failing. [R24]
      const { seat } = own;
      return { room: endedBy(room, [seat], now + graceMs), outcome: { status: 'ended' }, ended: [seat.peer] };
    }
    if (own) return takeBack(room, own, entrant);
    if (isEnded(room, entrant)) return { room, outcome: { status: 'ended' } };
    const seat: Seat = { ...seatFor(entrant), tenancy: version };
    switch (room.phase) {
      case 'empty':
        return {
          room: { ...rememberedIn(room), phase: 'waiting', initiator: seat },
          outcome: { status: 'created', role: 'initiator', peer: null },
        };
      case 'waiting':
        return pair(room, room.initiator, seat);
      case 'paired':
        return yieldSeat(room, seat, now, yieldMs);
      case 'parting':
        return refuseThird(room);
    }
  };
}

/**
 * By the client instance, not by the token: the one it had then may have been replaced meanwhile. Where the token fits, its
 * seat alone counts: the other peer knows `me`, and could claim it with any number.
 */
function grantedIn(room: Room, own: HeldSeat | undefined, { me }: Entrant): readonly NumberedRequest[] {
  if (own && own.seat.me === me) return [own.seat];
  return [...seatsOf(room).map(({ seat }) => seat), ...(room.left ?? [])];
}

/** An initiator that is away is told about the joiner when it returns. [R4] [R23] */
function pair(room: Room, waiting: Seat, joiner: Seat): RoomDecision<Entry> {
  const initiator: Seat = waiting.presence === 'here' ? waiting : { ...waiting, isUnmet: true };
  return {
    room: { ...rememberedIn(room), phase: 'paired', initiator, joiner },
    outcome: { status: 'joined', role: 'joiner', peer: describeSeat(initiator) },
  };
}

/** A seat that has been away for long enough is yielded; of two, the one that has been for longer. [R36] */
function yieldSeat(room: PairedRoom, newcomer: Seat, now: number, yieldMs: number): RoomDecision<Entry> {
  let first: { role: Role; at: number } | undefined;
  for (const { seat, role } of seatsOf(room)) {
    if (seat.presence !== 'away') continue;
    const at = freeAt(seat, yieldMs);
    if (!first || at < first.at) first = { role, at };
  }
  if (!first) return refuseThird(room);
  if (first.at <= now) return pair(room, otherSeat(room, first.role), newcomer);
  return refuseThird(room, { retryInMs: Math.ceil(first.at - now) });
}

function refuseThird(room: Room, wait: { retryInMs?: number } = {}): RoomDecision<Entry> {
  const here = seatsOf(room).filter(({ seat }) => seat.presence === 'here');
  const holders = here.map(({ seat }) => seat.peer);
  return { room, outcome: { status: 'full', peer: null, holders, ...wait } };
}

/** The token wins over the old connection. [R21] [R22] [R23] */
function takeBack(room: Room, held: HeldSeat, entrant: Entrant): RoomDecision<Entry> {
  const { tenancy } = held.seat;
  const seat: Seat = { ...seatFor(entrant), ...(tenancy !== undefined && { tenancy }) };
  const other = room.phase === 'paired' ? otherSeat(room, held.role) : undefined;
  return {
    room: replaceSeat(room, held, seat),
    outcome: {
      status: 'resumed',
      role: held.role,
      peer: other ? describeSeat(other) : null,
      known: knownBefore(viewOf(room, held.seat.peer)),
    },
  };
}

/** The answer says whether the other is here. */
function knownBefore(view: RoomView | null): RoomView | undefined {
  return view?.phase === 'waiting' ? { ...view, knowsPresence: true } : (view ?? undefined);
}

function repeatAnswer(room: Room, { role }: HeldSeat): RoomDecision<Entry> {
  const status = role === 'initiator' ? 'created' : 'joined';
  const peer = room.phase === 'paired' ? describeSeat(otherSeat(room, role)) : null;
  return { room, outcome: { status, role, peer, isRepeat: true } };
}

function isEnded(room: Room, { token }: Entrant): boolean {
  return token !== undefined && (room.ended ?? []).some(({ secrets }) => isAmong(secrets, token));
}

function seatFor(entrant: Entrant): Seat {
  const { peer, channel } = entrant;
  return { peer, channel, ...requestNumberOf(entrant), ...tokensToKeep(entrant), presence: 'here' };
}
