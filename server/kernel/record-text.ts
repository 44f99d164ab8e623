// A record as text in Redis. What is read is checked, since anybody may write there. Leaves the shape of each type of
// record to its codec.
import * as v from 'valibot';
import { UnreadableRecord } from './record-store.js';

/**
 * Of the records that this release writes. It reads all older ones; a record of a newer release is unreadable. A record
 * without this field has format 1.
 */
export const recordFormat = 2;

export interface StoredRecord<State> {
  version: number;
  state: State;
  /** The lease epoch in which the node of each connection last wrote it. */
  epochs: ReadonlyMap<string, number>;
}

/** What a record is made of; equal records have equal parts. */
export interface RecordFields {
  /** Plain JSON. */
  fields: object;
  /** JSON of a client, for the last of the fields, which is null. It is stored as it is and not parsed when it is read. */
  json?: string | undefined;
}

export interface RecordCodec<State> {
  /** Of the fields, and of `json` as one more. */
  schema: v.GenericSchema<unknown, StoredRecord<State>>;
  write(record: StoredRecord<State>): RecordFields;
}

const noValue = 'null';

/** Around `json`: white space which is nowhere else in a record, since JSON.stringify writes none. */
const edge = '\n';

const readableFormat = v.object({ format: v.optional(v.pipe(v.number(), v.maxValue(recordFormat)), 1) });

export function writeRecordText<State>(codec: RecordCodec<State>, record: StoredRecord<State>): string {
  const { fields, json } = codec.write(record);
  const text = JSON.stringify({ format: recordFormat, ...fields });
  if (json === undefined) return text;
  const at = text.lastIndexOf(noValue);
  return text.slice(0, at) + edge + json + edge + text.slice(at + noValue.length);
}

/**
 * @param text empty: there is no record
 * @throws {UnreadableRecord}
 */
export function readRecordText<State>(
  codec: RecordCodec<State>,
  key: string,
  text: string,
): StoredRecord<State> | undefined {
  if (text === '') return undefined;
  const [from, to] = [text.indexOf(edge), text.lastIndexOf(edge)];
  const isPlain = from < 0;
  const value = parseJson(isPlain ? text : text.slice(0, from) + noValue + text.slice(to + 1));
  if (isRecord(value)) value['json'] = isPlain ? undefined : text.slice(from + 1, to);
  const parsed = v.safeParse(codec.schema, value);
  if (!v.is(readableFormat, value) || !parsed.success) throw new UnreadableRecord(key);
  return parsed.output;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
