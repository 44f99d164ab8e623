// Who gets a seat: the first, the second, nobody else, and the one who comes back to its own. Pure.
import type { EnterAnswer, Role, WireEvent } from '../protocol/room-events.js';
import { countOf, isLate, type CountedRequest } from '../protocol/attempts.js';
import { isAmong, secretsToKeep, type GivenSecrets } from '../protocol/secrets.js';
import { arrivalOf, createdEvent, joinedEvent } from './arrival.js';
import type { Decision, Notice, RoomRule } from './decision.js';
import { emptied, endedOf, remember, replaceSeat, settled, tell } from './room-rules.js';
import {
  describeSeat,
  findSeat,
  incarnationOf,
  otherSeat,
  seatsOf,
  type HeldSeat,
  type PeerId,
  type Room,
  type Seat,
} from './room.js';

/** Who wants its seat kept gives secrets. */
export interface Entrant extends GivenSecrets, CountedRequest {
  peer: PeerId;
  /** The channel as this peer wrote it. */
  channel: string;
}

/** The answer of a room to somebody who asks to enter; the gateway adds the times. */
export type Entry =
  | (Pick<EnterAnswer, 'peer'> & { status: 'created' | 'joined' | 'resumed'; role: Role })
  /** `unclaimed`: the connections whose seats nobody could take back; a dead one of them can be evicted. */
  | { status: 'full'; peer: null; unclaimed: PeerId[] }
  /** `stale`: a later request of the same incarnation has been answered already. */
  | { status: 'ended' | 'stale' };

/** Somebody asks for a seat, or for its own again. [R2] [R3] [R4] [R5] [R21] */
export function enter(entrant: Entrant, graceMs: number): RoomRule<Entry> {
  return settled((room, now) => {
    const held = findSeat(room, entrant.peer);
    if (held) return repeatAnswer(room, held);
    // By the incarnation, not by the secret: the one it had then may have been replaced meanwhile.
    const isStale = seatsOf(room).some(({ seat }) => isLate(seat, entrant));
    if (isStale) return { room, notices: [], outcome: { status: 'stale' } };
    const own = findOwn(room, entrant);
    if (own && room.phase === 'parting') return tellEnded(room, own, now + graceMs);
    if (own) return takeBack(room, own, entrant);
    if (isEnded(room, entrant)) return { room, notices: [], outcome: { status: 'ended' } };
    switch (room.phase) {
      case 'empty':
        return create(room, seatFor(entrant));
      case 'waiting':
        return pair(room, room.initiator, seatFor(entrant));
      case 'paired':
      case 'parting':
        return refuseThird(room);
    }
  });
}

function create(room: Room, initiator: Seat): Decision<Entry> {
  return {
    room: { ...endedOf(room), phase: 'waiting', initiator },
    notices: [{ to: initiator.peer, events: [createdEvent(initiator)], link: null }],
    outcome: { status: 'created', role: 'initiator', peer: null },
  };
}

/** An initiator who is away hears of the joiner when it returns. [R4] [R23] */
function pair(room: Room, waiting: Seat, joiner: Seat): Decision<Entry> {
  const isHere = waiting.presence === 'here';
  const initiator: Seat = isHere ? waiting : { ...waiting, isUnmet: true };
  const notices: Notice[] = [
    {
      to: joiner.peer,
      events: [joinedEvent(joiner)],
      link: isHere ? initiator.peer : null,
    },
  ];
  if (isHere) {
    notices.push(
      { to: initiator.peer, events: arrivalOf(joiner, initiator.channel), link: joiner.peer },
      { to: joiner.peer, events: [['ready', joiner.channel, incarnationOf(initiator)]] },
    );
  }
  return {
    room: { ...endedOf(room), phase: 'paired', initiator, joiner },
    notices,
    outcome: { status: 'joined', role: 'joiner', peer: describeSeat(initiator) },
  };
}

function refuseThird(room: Room): Decision<Entry> {
  const unclaimed = seatsOf(room)
    .filter(({ seat }) => seat.presence === 'here' && seat.secrets === undefined)
    .map(({ seat }) => seat.peer);
  return {
    room,
    notices: [],
    outcome: { status: 'full', peer: null, unclaimed },
  };
}

/** The secret wins over the old connection; the other hears of every return. [R21] [R22] [R23] */
function takeBack(room: Room, held: HeldSeat, entrant: Entrant): Decision<Entry> {
  const before = held.seat;
  const seat = seatFor(entrant);
  const after = replaceSeat(room, held, seat);
  const other = room.phase === 'paired' ? otherSeat(room, held.role) : undefined;
  const notices: Notice[] = [];
  if (before.presence === 'here') {
    notices.push({ to: before.peer, events: [['taken-over']], link: null, ends: true });
  }
  notices.push({
    to: seat.peer,
    events: other && before.isUnmet ? arrivalOf(other, seat.channel) : [],
    link: other?.presence === 'here' ? other.peer : null,
  });
  if (other) {
    const news: WireEvent[] = [['peer back', incarnationOf(seat)]];
    if (before.isUnmet) news.push(['ready', other.channel, incarnationOf(seat)]);
    notices.push(...tell(other, news, seat.peer));
  }
  return {
    room: after,
    notices,
    outcome: { status: 'resumed', role: held.role, peer: other ? describeSeat(other) : null },
  };
}

/** The other said Bye while this one's connection was failing. [R24] */
function tellEnded(room: Room, { seat }: HeldSeat, until: number): Decision<Entry> {
  return {
    room: remember(emptied(room), [seat], until),
    notices: seat.presence === 'here' ? [{ to: seat.peer, events: [], link: null, ends: true }] : [],
    outcome: { status: 'ended' },
  };
}

function repeatAnswer(room: Room, { seat, role }: HeldSeat): Decision<Entry> {
  const [status, event] =
    role === 'initiator'
      ? (['created', createdEvent(seat)] as const)
      : (['joined', joinedEvent(seat)] as const);
  return {
    room,
    notices: [{ to: seat.peer, events: [event] }],
    outcome: { status, role, peer: room.phase === 'paired' ? describeSeat(otherSeat(room, role)) : null },
  };
}

function findOwn(room: Room, { secret }: Entrant): HeldSeat | undefined {
  if (secret === undefined) return undefined;
  return seatsOf(room).find(({ seat }) => isAmong(seat.secrets, secret));
}

function isEnded(room: Room, { secret }: Entrant): boolean {
  return secret !== undefined && (room.ended ?? []).some(({ secrets }) => isAmong(secrets, secret));
}

function seatFor(entrant: Entrant): Seat {
  const { peer, channel } = entrant;
  return {
    peer,
    channel,
    ...countOf(entrant),
    ...secretsToKeep(entrant),
    presence: 'here',
  };
}
