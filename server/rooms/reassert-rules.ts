// A node takes up its seats again after others may have thought it dead. Pure.
import { arrivalOf } from './arrival.js';
import { decided, type Decision, type RoomRule } from './decision.js';
import { replaceSeat, settled, tell } from './room-rules.js';
import {
  incarnationOf,
  otherSeat,
  seatsOf,
  type HeldSeat,
  type PeerId,
  type Room,
  type Seat,
} from './room.js';

/**
 * Each of these connections is here again if the room still keeps its seat; the other hears `peer back` only if it
 * was told that it was away. Whoever finds no seat has lost it. [R33]
 */
export function reassert(peers: readonly PeerId[]): RoomRule {
  return settled((room) => {
    let decision = decided(room);
    for (const peer of peers) {
      const next = takeUp(decision.room, peer);
      decision = decided(next.room, [...decision.notices, ...next.notices]);
    }
    return decision;
  });
}

function takeUp(room: Room, peer: PeerId): Decision {
  const held = seatsOf(room).find(({ seat }) => seat.peer === peer);
  if (held?.seat.presence !== 'away') return decided(room);
  return comeBack(room, held);
}

function comeBack(room: Room, held: HeldSeat): Decision {
  const seat = hereAgain(held.seat);
  const after = replaceSeat(room, held, seat);
  if (room.phase !== 'paired') return decided(after, [{ to: seat.peer, events: [], link: null }]);
  const other = otherSeat(room, held.role);
  const isUnmet = held.seat.isUnmet === true;
  const back = tell(other, [['peer back', incarnationOf(seat)]], seat.peer);
  if (isUnmet) back.push(...tell(other, [['ready', other.channel, incarnationOf(seat)]], seat.peer));
  return decided(after, [
    {
      to: seat.peer,
      events: isUnmet ? arrivalOf(other, seat.channel) : [],
      link: other.presence === 'here' ? other.peer : null,
    },
    ...back,
  ]);
}

function hereAgain(seat: Seat): Seat {
  const { peer, channel, me, attempt, secrets, leavingAt } = seat;
  return {
    peer,
    channel,
    ...(me !== undefined && { me }),
    ...(attempt !== undefined && { attempt }),
    ...(secrets && { secrets }),
    ...(leavingAt !== undefined && { leavingAt }),
    presence: 'here',
  };
}
