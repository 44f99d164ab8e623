// A room as it is read from another place: every field is looked at, since anybody may write into Redis.
import * as v from 'valibot';
import type { SecretHash } from '../protocol/secrets.js';
import type { PeerId, Room } from './room.js';

export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const peerId = v.custom<PeerId>((value) => typeof value === 'string');
const secrets = v.array(v.custom<SecretHash>((value) => typeof value === 'string'));
const role = v.picklist(['initiator', 'joiner']);

const seatFields = {
  peer: peerId,
  channel: v.string(),
  me: v.exactOptional(v.string()),
  attempt: v.exactOptional(count),
  secrets: v.exactOptional(secrets),
  isUnmet: v.exactOptional(v.literal(true)),
  leavingAt: v.exactOptional(v.number()),
};

const seat = v.variant('presence', [
  v.object({ ...seatFields, presence: v.literal('here') }),
  v.object({ ...seatFields, presence: v.literal('away'), until: v.number() }),
]);

const ended = { ended: v.exactOptional(v.array(v.object({ secrets, until: v.number() }))) };

const room: v.GenericSchema<unknown, Room> = v.variant('phase', [
  v.object({ phase: v.literal('empty'), ...ended }),
  v.object({ phase: v.literal('waiting'), initiator: seat, ...ended }),
  v.object({ phase: v.literal('paired'), initiator: seat, joiner: seat, ...ended }),
  v.object({ phase: v.literal('parting'), remaining: seat, role, ...ended }),
]);

export const recordSchema = v.object({
  version: count,
  room,
  /** Pairs, not fields: an id may be called anything. */
  epochs: v.pipe(
    v.array(v.tuple([peerId, count])),
    v.transform((pairs) => new Map(pairs)),
  ),
});

const other = v.object({
  id: peerId,
  me: v.exactOptional(v.string()),
  presence: v.picklist(['here', 'away']),
  isUnmet: v.exactOptional(v.literal(true)),
});

const viewFields = { peer: peerId, role, channel: v.string() };

export const viewSchema = v.nullable(
  v.variant('phase', [
    v.object({ ...viewFields, phase: v.literal('waiting') }),
    v.object({ ...viewFields, phase: v.literal('paired'), other }),
    v.object({ ...viewFields, phase: v.literal('parting') }),
  ]),
);
