// A room as it is stored in Redis and as it travels between nodes. Every field is checked: anybody may write into Redis.
import * as v from 'valibot';
import { count, type PayloadCodec } from '../cluster/envelope.js';
import { isLost, type Lost, type StateChange } from '../kernel/claim.js';
import type { RecordCodec } from '../kernel/record-text.js';
import type { Receipt, SignalKind, SignalMeta } from '../protocol/room-events.js';
import type { TokenHash } from '../protocol/resume-tokens.js';
import type { RoomView } from './room-view.js';
import type { PeerId, Room } from './room.js';

/** What one peer says to the other. */
export type RoomRelay =
  | { kind: 'signal'; from: PeerId; event: SignalKind; value: unknown; meta?: SignalMeta }
  | { kind: 'receipt'; from: PeerId; receipt: Receipt };

/** What the message bus delivers to a room connection. */
export type RoomPayload = StateChange<RoomView> | RoomRelay;

const text = v.string();
const peerId = v.custom<PeerId>((value) => typeof value === 'string');
const tokens = v.array(v.custom<TokenHash>((value) => typeof value === 'string'));
const role = v.picklist(['initiator', 'joiner']);

const seatFields = {
  peer: peerId,
  tenancy: v.exactOptional(count),
  channel: text,
  me: v.exactOptional(text),
  attempt: v.exactOptional(count),
  secrets: v.exactOptional(tokens),
  isUnmet: v.exactOptional(v.literal(true)),
  leavingAt: v.exactOptional(v.number()),
};

const seat = v.variant('presence', [
  v.object({ ...seatFields, presence: v.literal('here') }),
  v.object({
    ...seatFields,
    presence: v.literal('away'),
    until: v.number(),
    silentSince: v.exactOptional(v.number()),
  }),
]);

const memory = {
  ended: v.exactOptional(v.array(v.object({ secrets: tokens, until: v.number() }))),
  left: v.exactOptional(
    v.array(v.object({ me: v.exactOptional(text), attempt: v.exactOptional(count), until: v.number() })),
  ),
};

const room: v.GenericSchema<unknown, Room> = v.variant('phase', [
  v.object({ phase: v.literal('empty'), ...memory }),
  v.object({ phase: v.literal('waiting'), initiator: seat, ...memory }),
  v.object({ phase: v.literal('paired'), initiator: seat, joiner: seat, ...memory }),
  v.object({ phase: v.literal('parting'), remaining: seat, role, ...memory }),
]);

export const roomCodec: RecordCodec<Room> = {
  schema: v.pipe(
    v.object({
      version: count,
      room,
      /** Pairs, not fields: an id may be any text. */
      epochs: v.array(v.tuple([peerId, count])),
    }),
    v.transform(({ version, room: state, epochs }) => ({
      version,
      state,
      epochs: new Map<string, number>(epochs),
    })),
  ),
  // Parsed, so that the order of the fields is that of the schema, whatever rule has made them.
  write: ({ version, state, epochs }) => ({
    fields: { version, room: v.parse(room, state), epochs: [...epochs] },
  }),
};

const other = v.object({
  id: peerId,
  tenancy: v.exactOptional(count),
  me: v.exactOptional(text),
  presence: v.picklist(['here', 'away']),
  isUnmet: v.exactOptional(v.literal(true)),
});

const viewFields = { peer: peerId, tenancy: v.exactOptional(count), role, channel: text };

const view: v.GenericSchema<unknown, RoomView> = v.variant('phase', [
  v.object({ ...viewFields, phase: v.literal('waiting') }),
  v.object({ ...viewFields, phase: v.literal('paired'), other }),
  v.object({ ...viewFields, phase: v.literal('parting') }),
]);

export const lost: v.GenericSchema<unknown, Lost> = v.object({
  lost: v.picklist(['ended', 'taken-over', 'unknown']),
});

const due = v.exactOptional(v.array(v.tuple([text, v.number()])));

const signal = v.object({
  kind: v.literal('signal'),
  from: peerId,
  event: v.picklist(['message', 'response']),
  value: v.unknown(),
  meta: v.exactOptional(v.object({ seq: count, from: text, to: text })),
});

const receipt = v.object({
  kind: v.literal('receipt'),
  from: peerId,
  receipt: v.object({ channel: text, upTo: count, from: text, to: text }),
});

const payload: v.GenericSchema<unknown, RoomPayload> = v.variant('kind', [
  v.object({
    kind: v.literal('state'),
    key: text,
    version: count,
    views: v.pipe(v.array(v.union([view, lost])), v.minLength(1)),
    due,
  }),
  signal,
  receipt,
]);

/** What the release before calls a state change; of its notices only this one says more than the view. */
const formatOneNotice = v.pipe(
  v.object({
    kind: v.literal('notice'),
    channel: text,
    notices: v.array(v.object({ events: v.array(v.looseTuple([text])) })),
    version: count,
    view: v.nullable(view),
    dueInMs: v.exactOptional(v.number()),
  }),
  v.transform(({ channel: key, notices, version, view: held, dueInMs }): StateChange<RoomView> => {
    const isTakenOver = notices.some(({ events }) => events.some(([event]) => event === 'taken-over'));
    const views = [held ?? { lost: isTakenOver ? ('taken-over' as const) : ('unknown' as const) }];
    return { kind: 'state', key, version, views, ...(dueInMs !== undefined && { due: [[key, dueInMs]] }) };
  }),
);

export const roomPayloadCodec: PayloadCodec<RoomPayload> = {
  parse: (value) => outputOf(v.safeParse(payload, value)),
  fromFormatOne: (value) => outputOf(v.safeParse(v.union([formatOneNotice, signal, receipt]), value)),
  toFormatOne(sent) {
    if (sent.kind !== 'state') return sent;
    const last = sent.views.at(-1);
    const held = last && !isLost(last) ? last : null;
    const isTakenOver = last && isLost(last) && last.lost === 'taken-over';
    const [first] = sent.views;
    const before = isTakenOver && first && !isLost(first) ? first : held;
    return {
      kind: 'notice',
      channel: sent.key,
      notices: isTakenOver ? [{ to: '', events: [['taken-over']], link: null, ends: true }] : [],
      version: sent.version,
      // Without notices that release makes up the events from these two.
      before,
      view: held,
      ...(sent.due?.[0] && { dueInMs: sent.due[0][1] }),
    };
  },
};

function outputOf(result: { success: boolean; output: unknown }): RoomPayload | undefined {
  return result.success ? (result.output as RoomPayload) : undefined;
}
