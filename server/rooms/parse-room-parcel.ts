// Reads a parcel that came from another node: what lies in Redis is not trusted.
import * as v from 'valibot';
import { isRecord } from '../protocol/is-record.js';
import type { ChannelName } from '../protocol/parse-channel.js';
import type { WireEvent } from '../protocol/room-events.js';
import type { RoomParcel } from './room-parcel.js';
import { count, peerId, viewSchema } from './room-schema.js';

/** Those that a rule tells somebody; their arguments are what the rule made of checked values. */
const toldEvents = new Set<unknown>([
  'created',
  'joined',
  'remotePeerJoining',
  'join',
  'broadcast: joined',
  'ready',
  'Bye',
  'peer away',
  'peer back',
  'peer gone',
  'taken-over',
  'bye',
] satisfies WireEvent[0][]);

const wireEvent = v.custom<WireEvent>((value) => Array.isArray(value) && toldEvents.has(value[0]));

const notice = v.object({
  to: peerId,
  events: v.array(wireEvent),
  link: v.exactOptional(v.nullable(peerId)),
  awaitsAck: v.exactOptional(v.literal(true)),
  ends: v.exactOptional(v.literal(true)),
});

const token = v.string();

const parcel: v.GenericSchema<unknown, RoomParcel> = v.variant('kind', [
  v.object({
    kind: v.literal('notice'),
    channel: v.custom<ChannelName>((value) => typeof value === 'string'),
    notices: v.array(notice),
    version: count,
    before: viewSchema,
    view: viewSchema,
    dueInMs: v.exactOptional(v.number()),
  }),
  v.object({
    kind: v.literal('signal'),
    from: peerId,
    event: v.picklist(['message', 'response']),
    value: v.unknown(),
    meta: v.exactOptional(v.object({ seq: count, from: token, to: token })),
  }),
  v.object({
    kind: v.literal('receipt'),
    from: peerId,
    receipt: v.object({ channel: v.string(), upTo: count, from: token, to: token }),
  }),
]);

/** @returns undefined when it is none */
export function parseRoomParcel(value: unknown): RoomParcel | undefined {
  if (!isRecord(value)) return undefined;
  const result = v.safeParse(parcel, value);
  return result.success ? result.output : undefined;
}
