// Port: keeps the users and applies a rule to some of them in one step.
import type { UserName } from '../protocol/parse-user-name.js';
import type { Decision, UserRule } from './user-rules.js';

/** A user as a list shows it. */
export interface ListedName {
  name: UserName;
  written: string;
  busy: boolean;
}

/** A decision that is kept; `users` has also those whose node was found dead on the way. */
export interface KeptDecision<Outcome> extends Decision<Outcome> {
  /** Of what is kept now. A later decision about one of these users has a higher one, if it changes anything. */
  version: number;
  /** Whether it changed anything. */
  isChange: boolean;
}

/** A change that was given up has been made, or never will be, after so long. */
export const lateChangeMs = 10_000;

export interface UserStore {
  /**
   * Gives the rule the users of these names, whoever has none as offline, and the store's own time, and keeps
   * what it decided. Nobody else's decision about one of them comes in between; a rule may be run again when
   * another was first, so it must be pure.
   *
   * More than two are only needed to see that a call which stands in the way is over. What concerns three otherwise
   * (a caller, the one it rings, the one it rings next) is two decisions in the caller's one queue: each leaves everybody in a sound state, and the second may fail without undoing the first.
   * @throws when the place that keeps the users cannot be reached; nothing is promised about them then
   */
  decide<Outcome>(names: readonly UserName[], rule: UserRule<Outcome>): Promise<KeptDecision<Outcome>>;
  /** At most `limit` of those who have a name, here or away. */
  list(limit: number): Promise<ListedName[]>;
  /** These names are still in use: they are kept for another day at least. */
  keep(names: readonly UserName[]): Promise<void>;
  close(): Promise<void>;
}
