// What a change makes of the texts that were read, and the texts to be written instead. Leaves reading and writing to the
// store.
import { nodeOf } from '../cluster/address.js';
import type { NodeLease } from '../cluster/node-lease.js';
import { heldRecordMs, type ReadTexts, type TextChange } from './record-scripts.js';
import type { Change, DeadConnection, Moment, RecordType } from './record-store.js';
import { readRecordText, writeRecordText, type RecordCodec, type StoredRecord } from './record-text.js';

/** How much longer a record is kept than its state needs: a write that was sent before arrives by then. */
const lateWriteMs = 10_000;

export interface RecordParts<State> {
  type: RecordType<State>;
  codec: RecordCodec<State>;
  lease: Pick<NodeLease, 'node' | 'epoch' | 'stateOf'>;
}

/** What was read, and what the change made of it. */
export interface Proposal<Outcome> {
  outcome: Outcome;
  moment: Moment;
  isChange: boolean;
  changes: TextChange[];
}

/** In the order of the keys. @throws {UnreadableRecord} */
export function readRecords<State>(
  { type, codec }: RecordParts<State>,
  keys: readonly string[],
  { texts }: ReadTexts,
): StoredRecord<State>[] {
  const none: StoredRecord<State> = { version: 0, state: type.none, epochs: new Map() };
  return keys.map((key, index) => readRecordText(codec, key, texts[index] ?? '') ?? none);
}

/** Of its own connections a node knows better than its lease. @throws when the lease of a node cannot be read */
export async function deadConnectionsIn<State>(
  { type, lease }: RecordParts<State>,
  records: readonly StoredRecord<State>[],
): Promise<DeadConnection[]> {
  const checks: Promise<DeadConnection[]>[] = [];
  for (const { state, epochs } of records) {
    for (const address of type.connectionsOf(state)) {
      const node = nodeOf(address);
      if (node === undefined || node === lease.node) continue;
      const check = lease.stateOf(node, epochs.get(address) ?? 0);
      checks.push(check.then((is) => (is.isAlive ? [] : [{ address, expiredAt: is.expiredAt }])));
    }
  }
  return (await Promise.all(checks)).flat();
}

/** @param newerThan the version is higher than this one, and than any that was read */
export function proposeChange<State, Outcome>(
  parts: RecordParts<State>,
  keys: readonly string[],
  stored: ReadTexts,
  records: readonly StoredRecord<State>[],
  dead: readonly DeadConnection[],
  change: Change<State, Outcome>,
  newerThan: number,
): Proposal<Outcome> {
  const { type, codec, lease } = parts;
  const { nowUs } = stored;
  const storedVersion = Math.max(0, ...records.map(({ version }) => version));
  // Redis may come back without the records, and with a clock that is behind.
  const moment: Moment = {
    now: Math.floor(nowUs / 1000),
    version: Math.max(storedVersion + 1, nowUs, newerThan + 1),
  };
  const states = new Map(keys.map((key, index) => [key, records[index]?.state ?? type.none]));
  const { states: changed, outcome } = change(states, moment, dead);
  let isChange = false;
  const changes = keys.map((key, index): TextChange => {
    const record = records[index];
    const state = changed.get(key) ?? record?.state ?? type.none;
    const epochs = stampEpochs(state, record?.epochs ?? new Map());
    const next = { version: moment.version, state, epochs };
    isChange ||= !record || textWithoutVersion(record) !== textWithoutVersion(next);
    const isHeld = type.connectionsOf(state).length > 0;
    const keepUntil = type.keepUntil(state);
    const heldMs = leftMs(type.heldUntil?.(state) ?? Infinity);
    return {
      key,
      before: stored.texts[index] ?? '',
      after: writeRecordText(codec, next),
      keepMs: isHeld ? Math.min(heldRecordMs, heldMs) : leftMs(keepUntil ?? 0),
      isListed: isHeld || keepUntil !== undefined,
    };
  });
  return { outcome, moment, isChange, changes };

  function leftMs(until: number): number {
    return Math.ceil(Math.max(0, until - moment.now)) + lateWriteMs;
  }

  /** The connections of this node get its current epoch, others keep theirs. */
  function stampEpochs(state: State, before: ReadonlyMap<string, number>): Map<string, number> {
    const stamped = new Map<string, number>();
    for (const address of type.connectionsOf(state)) {
      const known = nodeOf(address) === lease.node ? lease.epoch : before.get(address);
      if (known !== undefined) stamped.set(address, known);
    }
    return stamped;
  }

  function textWithoutVersion(record: StoredRecord<State>): string {
    return writeRecordText(codec, { ...record, version: 0 });
  }
}
