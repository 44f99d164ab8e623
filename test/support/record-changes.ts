// Changes of records for tests of the stores, and what looks at them.
import type { Change, Committed, RecordStore, States } from '../../server/kernel/record-store.js';
import { unchanged } from '../../server/kernel/rule.js';
import type { Slot } from './record-kinds.js';

/** A record that one connection holds. */
export function held(text: string, holder = `connection of ${text}`): Slot {
  return { text, holders: [holder] };
}

export function write<State, Outcome = undefined>(
  records: Record<string, State>,
  outcome?: Outcome,
): Change<State, Outcome | undefined> {
  return () => ({ states: new Map(Object.entries(records)), outcome });
}

export function put<State>(
  store: RecordStore<State>,
  records: Record<string, State>,
): Promise<Committed<undefined>> {
  return store.transact(Object.keys(records), write(records));
}

/** Changes nothing. */
export function seen<State>(states: States<State>): { states: States<State>; outcome: States<State> } {
  return unchanged(states);
}

export async function look<State>(store: RecordStore<State>, key: string): Promise<State | undefined> {
  return (await store.transact([key], seen<State>)).outcome.get(key);
}

/** Counts in the record itself, so that a lost change shows. */
export function addOne(key: string): Change<Slot, number> {
  return (states) => {
    const next = Number(states.get(key)?.text) + 1;
    return { states: new Map([[key, held(String(next))]]), outcome: next };
  };
}
