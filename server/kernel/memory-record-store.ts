// Keeps the records of one process. A state of which nothing is left is not kept at all.
import type { RecordStore, RecordType } from './record-store.js';

/** @param clock ms, only going forward */
export function createMemoryRecordStore<State>(
  { none, connectionsOf, keepUntil }: RecordType<State>,
  clock: () => number = () => performance.now(),
): RecordStore<State> {
  const records = new Map<string, State>();
  let version = 0;

  function isKept(state: State): boolean {
    return connectionsOf(state).length > 0 || keepUntil(state) !== undefined;
  }

  return {
    transact(keys, change, { isFencing = false, newerThan = 0 } = {}) {
      const states = new Map(keys.map((key) => [key, records.get(key) ?? none]));
      const now = clock();
      const next = Math.max(version, newerThan) + 1;
      const { states: changed, outcome } = change(states, { now, version: next }, []);
      for (const [key, state] of changed) {
        if (isKept(state)) records.set(key, state);
        else records.delete(key);
      }
      if (changed.size > 0 || isFencing) version = next;
      return Promise.resolve({ outcome, now, version });
    },
    list(limit, isKept) {
      const now = clock();
      const found: [string, State][] = [];
      const over: string[] = [];
      for (const [key, state] of records) {
        if (found.length === limit) break;
        if (isKept(key, state, now, [])) found.push([key, state]);
        else over.push(key);
      }
      return Promise.resolve({ found, over });
    },
    close() {
      records.clear();
      return Promise.resolve();
    },
  };
}
