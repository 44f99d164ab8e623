// A store whose replies are lost when a test says so.
import type { RecordStore } from '../../server/kernel/record-store.js';

/** @param isLost asked after each transaction that has changed something: its caller hears nothing of it */
export function withLostReplies<State>(store: RecordStore<State>, isLost: () => boolean): RecordStore<State> {
  return {
    ...store,
    async transact(keys, change, options) {
      const decided = { changes: 0 };
      const committed = await store.transact(
        keys,
        (...given) => {
          const decision = change(...given);
          decided.changes = decision.states.size;
          return decision;
        },
        options,
      );
      if (decided.changes > 0 && isLost()) throw new Error('The reply was lost.');
      return committed;
    },
  };
}
