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

export interface RecordCodec<State> {
  schema: v.GenericSchema<unknown, StoredRecord<State>>;
  /** Plain JSON; equal records have equal text. */
  write(record: StoredRecord<State>): object;
}

const readableFormat = v.object({ format: v.optional(v.pipe(v.number(), v.maxValue(recordFormat)), 1) });

export function writeRecordText<State>(codec: RecordCodec<State>, record: StoredRecord<State>): string {
  return JSON.stringify({ format: recordFormat, ...codec.write(record) });
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
  const value = parseJson(text);
  const parsed = v.safeParse(codec.schema, value);
  if (!v.is(readableFormat, value) || !parsed.success) throw new UnreadableRecord(key);
  return parsed.output;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
