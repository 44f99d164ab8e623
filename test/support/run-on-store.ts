// Runs a rule on the records of a store, as a coordinator does, and tells nobody.
import type { Committed, RecordStore, States, TransactOptions } from '../../server/kernel/record-store.js';
import { runRule, type Domain, type Rule } from '../../server/kernel/rule.js';

export interface RanOnStore<State, Outcome> extends Committed<Outcome> {
  /** Every state that was passed through: as it was stored, the dead dropped, the expired removed, decided. */
  steps: readonly States<State>[];
  after: States<State>;
}

export async function runOnStore<State, View extends object, Outcome>(
  store: RecordStore<State>,
  domain: Domain<State, View>,
  given: readonly string[],
  rule: Rule<State, Outcome>,
  options?: TransactOptions,
): Promise<RanOnStore<State, Outcome>> {
  let keys = given;
  for (;;) {
    type Ran = ReturnType<typeof runRule<State, View, Outcome>>;
    const { outcome: ran, ...committed }: Committed<Ran> = await store.transact<Ran>(
      keys,
      (states, moment, dead) => {
        const result = runRule(domain, rule, states, moment, dead);
        if ('needs' in result) return { states: new Map<string, State>(), outcome: result };
        const { after } = result.transition;
        const changed = [...after].filter(([key, state]) => states.get(key) !== state);
        return { states: new Map(changed), outcome: result };
      },
      options,
    );
    if (!('needs' in ran)) {
      const { steps, after, outcome } = ran.transition;
      return { ...committed, steps, after, outcome };
    }
    keys = [...new Set([...keys, ...ran.needs])];
  }
}
