// The rooms as the kernel sees them: one record for each channel.
import type { RecordType, States } from '../kernel/record-store.js';
import { type Domain, type Rule } from '../kernel/rule.js';
import { dropDead, expire, reclaim } from './room-rules.js';
import { linkOf, viewOf, type RoomView } from './room-view.js';
import { deadlinesOf, emptyRoom, nextDeadline, seatsOf, type Room, type RoomRule } from './room.js';

export const roomRecords: RecordType<Room> = {
  none: emptyRoom,
  connectionsOf: (room) =>
    seatsOf(room)
      .filter(({ seat }) => seat.presence === 'here')
      .map(({ seat }) => seat.peer),
  keepUntil(room) {
    const untils = deadlinesOf(room);
    return untils.length === 0 ? undefined : Math.max(...untils);
  },
};

export function createRoomDomain(graceMs: number): Domain<Room, RoomView> {
  /** Keeps the identity of what does not change. */
  const changed = (key: string, before: Room, after: Room): States<Room> =>
    before === after ? new Map() : new Map([[key, after]]);

  return {
    ...roomRecords,
    name: 'rooms',
    dropDead(states, dead, { now }) {
      const [key, room] = only(states);
      return { states: changed(key, room, dropDead(room, dead, graceMs, now)), outcome: undefined };
    },
    expire(states, { now }) {
      const [key, room] = only(states);
      return { states: changed(key, room, expire(room, now)), outcome: undefined };
    },
    reclaim: (addresses) => (states) => {
      const [key, room] = only(states);
      return { states: changed(key, room, reclaim(room, addresses)), outcome: undefined };
    },
    deadlineOf: nextDeadline,
    viewOf: (states, address) => viewOf(only(states)[1], address),
    linkOf,
    lossOf(_key, before, after, address) {
      const seats = seatsOf(only(before)[1]);
      const held = seats.find(({ seat }) => seat.peer === address);
      const heir = seatsOf(only(after)[1]).find(({ role }) => role === held?.role);
      const isNew = heir && !seats.some(({ seat }) => seat.peer === heir.seat.peer);
      return isNew && heir.seat.tenancy === held?.seat.tenancy ? 'taken-over' : 'unknown';
    },
  };
}

/** A rule for one room as a rule for the kernel. */
export function onRoom<Outcome>(rule: RoomRule<Outcome>): Rule<Room, Outcome> {
  return (states, moment) => {
    const [key, before] = only(states);
    const { room, outcome, ended } = rule(before, moment);
    return {
      states: room === before ? new Map() : new Map([[key, room]]),
      outcome,
      ...(ended && { ended }),
    };
  };
}

function only(states: States<Room>): [string, Room] {
  const [entry] = states;
  if (!entry) throw new Error('A room transaction has one key.');
  return entry;
}
