// What a feature gives the kernel: pure rules on its states, and the questions that the kernel asks about them.
import type { DeadConnection, Moment, RecordType, States, TransactOptions } from './record-store.js';
import type { Lost, Claim } from './claim.js';

/** What a rule returns. */
export interface Decision<State, Outcome> {
  /** The states that change. */
  states: States<State>;
  outcome: Outcome;
  /** The connections that give up what they hold by their own wish. */
  ended?: readonly string[];
  /** The rule cannot decide without the states of these keys, too: it is asked again, with them. */
  needs?: readonly string[];
}

/** Pure: it may run again when another transaction was first. */
export type Rule<State, Outcome> = (states: States<State>, moment: Moment) => Decision<State, Outcome>;

/** One kind of record and its rules. */
export interface Domain<State, View extends object> extends RecordType<State> {
  /** In the log. */
  name: string;
  /** What dead connections held is kept or free, as if they had ended when the lease of their node expired. */
  dropDead(states: States<State>, dead: readonly DeadConnection[], moment: Moment): Decision<State, void>;
  /** Removes what has run out by now. */
  expire: Rule<State, void>;
  /** These connections of this node are there: they hold again what others took for lost. */
  reclaim(addresses: readonly string[]): Rule<State, void>;
  /** When something in this state runs out by itself, in ms of the store's clock. */
  deadlineOf(state: State): number | undefined;
  /**
   * How it stands for this connection. `null`: it holds nothing here.
   * @returns undefined if these states do not say
   */
  viewOf(states: States<State>, address: string): View | null | undefined;
  /** The address that a connection with this view is linked to. */
  linkOf(view: View): string | null;
  /** Why a connection holds nothing any more that held something before. */
  lossOf(
    key: string,
    before: States<State>,
    after: States<State>,
    address: string,
  ): Exclude<Lost['lost'], 'ended'>;
}

/** A rule's decision, and every state that was passed through on the way: dead connections dropped, expired, decided. */
export interface Transition<State, Outcome> {
  steps: readonly States<State>[];
  /** The last of them. */
  after: States<State>;
  /** The states that are not as they were. */
  changed: States<State>;
  outcome: Outcome;
  ended: readonly string[];
  /** Connections that there is nobody to tell at. */
  dead: readonly string[];
}

/** Runs the rule on what is left once the dead and the expired are gone. */
export function runRule<State, View extends object, Outcome>(
  domain: Domain<State, View>,
  rule: Rule<State, Outcome>,
  states: States<State>,
  moment: Moment,
  dead: readonly DeadConnection[],
): { transition: Transition<State, Outcome> } | { needs: readonly string[] } {
  const steps = [states];
  let current = states;
  const take = ({ states: changed }: Decision<State, unknown>): void => {
    if (changed.size === 0) return;
    const next = new Map(current);
    for (const [key, state] of changed) next.set(key, state);
    current = next;
    steps.push(current);
  };
  if (dead.length > 0) take(domain.dropDead(current, dead, moment));
  const expired = domain.expire(current, moment);
  if (expired.needs) return { needs: expired.needs };
  take(expired);
  const decision = rule(current, moment);
  if (decision.needs) return { needs: decision.needs };
  take(decision);
  const changed = new Map<string, State>();
  for (const [key, state] of current) if (states.get(key) !== state) changed.set(key, state);
  return {
    transition: {
      steps,
      after: current,
      changed,
      outcome: decision.outcome,
      ended: decision.ended ?? [],
      dead: dead.map(({ address }) => address),
    },
  };
}

export function unchanged<Outcome>(outcome: Outcome): Decision<never, Outcome> {
  return { states: new Map<string, never>(), outcome };
}

/** A client's request to the coordinator. */
export interface Request<State, Outcome> {
  keys: readonly string[];
  rule: Rule<State, Outcome>;
  /** Asked before the transaction: an outcome is the answer then, and nothing is decided. */
  mayEnter?: () => Promise<Outcome | undefined>;
  granted?: (outcome: Outcome) => void;
}

export interface TransactionOptions<View extends object> extends Pick<TransactOptions, 'isFencing'> {
  /** Whose wish it is: it is told first. */
  asker?: Claim<View>;
  /** Every connection of these records is told how it stands, in case it missed something. */
  tellsAll?: boolean;
}
