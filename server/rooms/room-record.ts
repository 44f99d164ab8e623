// A room as it lies in Redis: one text, which equal rooms write equally. Leaves looking at what is read to room-schema.
import * as v from 'valibot';
import { nodeOf, type NodeId } from '../cluster/address.js';
import { recordSchema } from './room-schema.js';
import { UnreadableRoom } from './room-store.js';
import { emptyRoom, seatsOf, type PeerId, type Room, type Seat } from './room.js';

/** In which epoch of its node each seat that is here was last written. */
export type SeatEpochs = ReadonlyMap<PeerId, number>;

export interface RoomRecord {
  /** Only goes up, also when the record has been gone in between. */
  version: number;
  room: Room;
  epochs: SeatEpochs;
}

/** How long the text is kept when nobody touches it. `afterTheLast`: what is still on its way arrives before that. */
export const keptMs = { withSomebody: 86_400_000, afterTheLast: 10_000 } as const;

const noRecord: RoomRecord = { version: 0, room: emptyRoom, epochs: new Map() };

/** The epochs of a room that `node` writes: its own seats get its current one, others keep theirs. */
export function stampSeats(
  room: Room,
  before: SeatEpochs,
  node: NodeId | undefined,
  epoch: number,
): SeatEpochs {
  const stamped = new Map<PeerId, number>();
  for (const { seat } of seatsOf(room)) {
    if (seat.presence === 'away') continue;
    const known = nodeOf(seat.peer) === node ? epoch : before.get(seat.peer);
    if (known !== undefined) stamped.set(seat.peer, known);
  }
  return stamped;
}

/** How long, from `now` on, Redis keeps this room. */
export function msToKeep(room: Room, now: number): number {
  const seats = seatsOf(room).map(({ seat }) => seat);
  if (seats.some(({ presence }) => presence === 'here')) return keptMs.withSomebody;
  const untils = (room.ended ?? []).map(({ until }) => until);
  for (const seat of seats) if (seat.presence === 'away') untils.push(seat.until);
  return Math.ceil(Math.max(0, ...untils.map((until) => until - now))) + keptMs.afterTheLast;
}

export function writeRecord(record: RoomRecord): string {
  return JSON.stringify({ version: record.version, ...writeState(record) });
}

/** Whether two records differ in nothing but their versions. */
export function isSameState(one: RoomRecord, other: RoomRecord): boolean {
  return JSON.stringify(writeState(one)) === JSON.stringify(writeState(other));
}

/**
 * @param text empty: there is no record
 * @throws {UnreadableRoom} when it is none
 */
export function readRecord(text: string): RoomRecord {
  if (text === '') return noRecord;
  const record = v.safeParse(recordSchema, parseJson(text));
  if (!record.success) throw new UnreadableRoom();
  return record.output;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Field by field, so that the order in which a rule has put them does not matter. */
function writeState({ room, epochs }: RoomRecord): object {
  const ended = room.ended?.map(({ secrets, until }) => ({ secrets, until }));
  return { room: { ...writeOccupancy(room), ended }, epochs: [...epochs] };
}

function writeOccupancy(room: Room): object {
  const { phase } = room;
  switch (phase) {
    case 'empty':
      return { phase };
    case 'waiting':
      return { phase, initiator: writeSeat(room.initiator) };
    case 'paired':
      return { phase, initiator: writeSeat(room.initiator), joiner: writeSeat(room.joiner) };
    case 'parting':
      return { phase, remaining: writeSeat(room.remaining), role: room.role };
  }
}

function writeSeat(seat: Seat): object {
  const { peer, channel, me, attempt, secrets, isUnmet, leavingAt, presence } = seat;
  const until = seat.presence === 'away' ? seat.until : undefined;
  return { peer, channel, me, attempt, secrets, isUnmet, leavingAt, presence, until };
}
