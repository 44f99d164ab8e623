// The envelope of a message from one node to another: a payload and its address. It is written in the format that the
// other node reads. Leaves the payload to the codec of its topic.
import * as v from 'valibot';
import { envelopeFormat, type NodeId } from './address.js';
import type { Delivery } from './message-bus.js';

export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export interface Envelope {
  /** Whose message it is: of the rooms, the users, or the probes. */
  topic: string;
  delivery: Exclude<Delivery, 'retried'>;
  /** The connection's own id, without its node. */
  to: string;
  from: NodeId;
  /** Sequence number of the sending node, so that a second copy is recognized. */
  n: number;
  payload: unknown;
}

/** Reads and writes the payloads of one topic. Payloads from other nodes are validated. */
export interface PayloadCodec<Payload> {
  /** @returns undefined if it is malformed */
  parse(value: unknown): Payload | undefined;
  /** For a node of the previous release. @returns undefined if that release has no such payload */
  toFormatOne(payload: Payload): unknown;
  /** From a node of the previous release. @returns undefined if it is malformed */
  fromFormatOne(value: unknown): Payload | undefined;
}

/** The format of the previous release: other names for the same fields. */
const formatOne = v.pipe(
  v.object({
    line: v.string(),
    kind: v.picklist(['notice', 'signal']),
    to: v.string(),
    from: v.custom<NodeId>((value) => typeof value === 'string'),
    n: count,
    parcel: v.unknown(),
  }),
  v.transform(({ line, kind, to, from, n, parcel }): Envelope => {
    return { topic: line, delivery: kind === 'notice' ? 'assured' : 'relay', to, from, n, payload: parcel };
  }),
);

const formatTwo: v.GenericSchema<unknown, Envelope> = v.object({
  topic: v.string(),
  delivery: v.picklist(['assured', 'relay']),
  to: v.string(),
  from: v.custom<NodeId>((value) => typeof value === 'string'),
  n: count,
  payload: v.unknown(),
});

/** The Redis channel of a node, the only one that it subscribes to. */
export function channelOf(node: NodeId): string {
  return `parley:to:${node}`;
}

export function writeEnvelope({ topic, delivery, to, from, n, payload }: Envelope, format: number): string {
  if (format >= envelopeFormat) {
    return JSON.stringify({ format: envelopeFormat, topic, delivery, to, from, n, payload });
  }
  const kind = delivery === 'assured' ? 'notice' : 'signal';
  return JSON.stringify({ line: topic, kind, to, from, n, parcel: payload });
}

/** @returns undefined if it is malformed: any client of Redis may publish */
export function parseEnvelope(text: string): (Envelope & { format: number }) | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const format = v.safeParse(v.looseObject({ format: v.optional(count, 1) }), value);
  if (!format.success) return undefined;
  const parsed = v.safeParse(format.output.format === 1 ? formatOne : formatTwo, value);
  return parsed.success ? { ...parsed.output, format: format.output.format } : undefined;
}
