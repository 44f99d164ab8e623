// Looks at records when something in them runs out: seats and names of lost connections, seats that a goodbye has ended.
// Anybody can leave any number of these behind, so only a limited number of records is kept that no connection holds.
import { createKeyedTimers } from '../timing/keyed-timers.js';
import type { Scheduler } from '../timing/scheduler.js';
import { UnreadableRecord } from './record-store.js';
import { unchanged, type Decision, type Domain, type Rule } from './rule.js';

/** Later than the deadline by this much, so that it has passed by every clock's rounding. */
const afterDeadlineMs = 5;

/** How soon a record is looked at again that could not be. */
const retryMs = 1000;

/** Records of one kind that are kept on this node although no connection holds them. */
const maxAbandonedRecords = 50_000;

/** Records that are kept although no connection holds them. */
export interface Kept {
  readonly count: number;
  /** What is kept in so many of them runs out now: in those that were changed longest ago. */
  giveUp(count: number): void;
}

export interface Deadlines<State> {
  /** A transaction has ended with this state. @param now of the transaction */
  settle(key: string, state: State, now: number): void;
  /** Looks at the record at that time, or earlier. */
  lookBy(key: string, ms: number): void;
  kept: Kept;
  close(): void;
}

export interface DeadlinesParts<State> {
  domain: Pick<Domain<State, object>, 'connectionsOf' | 'deadlineOf' | 'expire' | 'none'>;
  scheduler: Scheduler;
  transact: (keys: readonly string[], rule: Rule<State, void>) => Promise<void>;
  onFault: (cause: unknown) => void;
  /** Default: 50,000. */
  maxAbandoned?: number | undefined;
}

/** What has run out is removed before every rule. */
const leaveAsIs = (): Decision<never, void> => unchanged(undefined);

export function createDeadlines<State>(parts: DeadlinesParts<State>): Deadlines<State> {
  const { domain, scheduler, transact, onFault, maxAbandoned = maxAbandonedRecords } = parts;
  const timers = createKeyedTimers(scheduler);
  /** No connection holds them; the one that was changed longest ago is the first. */
  const abandoned = new Set<string>();

  const isHeld = (state: State): boolean => domain.connectionsOf(state).length > 0;

  function look(key: string, rule: Rule<State, void>): void {
    transact([key], rule).catch((cause: unknown) => {
      onFault(cause);
      if (!(cause instanceof UnreadableRecord) && isSooner(retryMs, key)) lookIn(key, retryMs, rule);
    });
  }

  function lookIn(key: string, ms: number | undefined, rule: Rule<State, void> = leaveAsIs): void {
    const dueMs = ms === undefined ? undefined : Math.max(0, ms) + afterDeadlineMs;
    timers.set(key, dueMs, () => {
      look(key, rule);
    });
  }

  function isSooner(ms: number, key: string): boolean {
    return ms < (timers.msLeft(key) ?? Infinity);
  }

  /** What is kept in the oldest ones runs out now, unless a connection holds them again. */
  function giveUpOldest(): void {
    const [oldest] = abandoned;
    if (oldest === undefined) return;
    abandoned.delete(oldest);
    look(oldest, (states, moment) => {
      const state = states.get(oldest) ?? domain.none;
      return isHeld(state) ? unchanged(undefined) : domain.expire(states, { ...moment, now: Infinity });
    });
  }

  return {
    settle(key, state, now) {
      const deadline = domain.deadlineOf(state);
      lookIn(key, deadline === undefined ? undefined : deadline - now);
      abandoned.delete(key);
      if (deadline === undefined || isHeld(state)) return;
      abandoned.add(key);
      if (abandoned.size > maxAbandoned) giveUpOldest();
    },
    lookBy(key, ms) {
      // What another node says may be older than what this one knows.
      if (isSooner(ms, key)) lookIn(key, ms);
    },
    kept: {
      get count() {
        return abandoned.size;
      },
      giveUp(count) {
        for (let left = count; left > 0; left--) giveUpOldest();
      },
    },
    close() {
      timers.close();
      abandoned.clear();
    },
  };
}
