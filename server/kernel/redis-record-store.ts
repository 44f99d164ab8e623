// Keeps the records of a cluster in Redis by optimistic locking: reads the texts, runs the change, and writes only if
// nobody wrote in between; else runs the change again. Leaves Lua to record-scripts, the format to record-text, and
// which nodes are alive to the lease.
import { setTimeout as pause } from 'node:timers/promises';
import { RedisRefusal, transactionMs } from '../cluster/redis-client.js';
import { createBudget, type Budget } from '../timing/deadline.js';
import { createKeyedMutex } from './keyed-mutex.js';
import { deadConnectionsIn, proposeChange, readRecords, type RecordParts } from './record-proposal.js';
import type { ReadTexts, RecordTexts, TextChange } from './record-scripts.js';
import type { Change, Committed, RecordStore, TransactOptions } from './record-store.js';
import { readRecordText, type StoredRecord } from './record-text.js';

/** Before Redis is asked again, when its reply was lost. A connection that was cut is back after a moment. */
const retryMs = 40;

/** How often a list goes on reading behind records that are no longer kept. */
const maxPages = 10;

/** Records of a list that are read and parsed at a time: others' messages come in between. */
const listedAtOnce = 32;

export interface RedisRecordStoreParts<State> extends RecordParts<State> {
  texts: RecordTexts;
  /** The time limit of one transaction. Default: `transactionMs`. */
  withinMs?: number | undefined;
}

export function createRedisRecordStore<State>(parts: RedisRecordStoreParts<State>): RecordStore<State> {
  const { texts, type, codec, lease, withinMs = transactionMs } = parts;
  // Two transactions of this node on one key never have to run again because of each other.
  const inTurn = createKeyedMutex();
  const noRecord: StoredRecord<State> = { version: 0, state: type.none, epochs: new Map() };
  let failedAt = -Infinity;
  let isClosed = false;

  async function read(keys: readonly string[], budget: Budget): Promise<ReadTexts> {
    for (;;) {
      try {
        return await texts.read(keys, budget.leftMs());
      } catch (cause) {
        if (isClosed || cause instanceof RedisRefusal) throw cause;
        await pause(Math.min(retryMs, budget.leftMs()));
      }
    }
  }

  /** @returns what is stored now; undefined: certainly `changes`. `isUnknown`: `changes` may have been, for a while */
  async function replace(
    changes: readonly TextChange[],
    budget: Budget,
  ): Promise<(ReadTexts & { isUnknown?: true }) | undefined> {
    try {
      return await texts.replace(changes, budget.leftMs());
    } catch (cause) {
      if (cause instanceof RedisRefusal) throw cause;
      const keys = changes.map(({ key }) => key);
      return { ...(await read(keys, budget)), isUnknown: true };
    }
  }

  async function transact<Outcome>(
    keys: readonly string[],
    change: Change<State, Outcome>,
    { isFencing = false, newerThan = 0 }: TransactOptions,
    budget: Budget,
  ): Promise<Committed<Outcome>> {
    let unknown: { hadUnknownWrite?: true } = {};
    let stored = await read(keys, budget);
    for (;;) {
      const { epoch } = lease;
      const records = readRecords(parts, keys, stored);
      const dead = await budget.of(() => deadConnectionsIn(parts, records));
      const proposal = proposeChange(parts, keys, stored, records, dead, change, newerThan);
      const { outcome, moment, isChange, changes } = proposal;
      const committed = { outcome, ...moment, ...unknown };
      if (!isFencing && !isChange) {
        // Without a record the version is new: the store may have lost the last one.
        const versions = records.map(({ version }) => (version > 0 ? version : moment.version));
        const byKey = new Map(keys.map((key, index) => [key, versions[index] ?? moment.version]));
        return { ...committed, version: newestOf(records) ?? moment.version, versions: byKey };
      }
      const other = await replace(changes, budget);
      const isWritten = !other || changes.every(({ after }, index) => other.texts[index] === after);
      if (isWritten && lease.epoch === epoch) return committed;
      // What was written in an epoch that has ended does not stand.
      if (isWritten || other.isUnknown) unknown = { hadUnknownWrite: true };
      stored = other ?? (await read(keys, budget));
    }
  }

  return {
    transact(keys, change, options = {}) {
      const distinct = [...new Set(keys)];
      const askedAt = performance.now();
      return inTurn(distinct, async () => {
        // A caller that has waited for others, which Redis did not answer, has only the rest of its time.
        const waitedMs = failedAt > askedAt ? performance.now() - askedAt : 0;
        try {
          return await transact(distinct, change, options, createBudget(Math.max(0, withinMs - waitedMs)));
        } catch (cause) {
          failedAt = performance.now();
          throw cause;
        }
      });
    },
    async list(limit, isKept) {
      const found: [string, State][] = [];
      const over: string[] = [];
      for (let page = 0; page < maxPages && found.length < limit; page++) {
        const listed = await texts.range(page * limit, page * limit + limit - 1);
        if (listed.length === 0) break;
        for (let from = 0; from < listed.length; from += listedAtOnce) {
          const keys = listed.slice(from, from + listedAtOnce);
          const stored = await texts.readForList(keys);
          const records = new Map(keys.flatMap((key, index) => readListed(key, stored.texts[index] ?? '')));
          const dead = await deadConnectionsIn(parts, [...records.values()]);
          for (const [key, { state }] of records) {
            if (isKept(key, state, stored.nowUs / 1000, dead)) found.push([key, state]);
            else over.push(key);
          }
        }
      }
      return { found: found.slice(0, limit), over };
    },
    close() {
      isClosed = true;
      return Promise.resolve();
    },
  };

  /** One that cannot be parsed is not listed, and no transaction can remove it. */
  function readListed(key: string, text: string): [key: string, record: StoredRecord<State>][] {
    try {
      return [[key, readRecordText(codec, key, text) ?? noRecord]];
    } catch {
      return [];
    }
  }
}

/** @returns undefined: there is no record */
function newestOf(records: readonly StoredRecord<unknown>[]): number | undefined {
  const newest = Math.max(0, ...records.map(({ version }) => version));
  return newest > 0 ? newest : undefined;
}
