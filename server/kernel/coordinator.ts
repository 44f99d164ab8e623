// Runs rules in transactions, and tells every connection concerned how it stands afterwards. The one place that checks
// this node's lease. Leaves unknown outcomes to the reconciler, and what runs out by itself to deadlines.
import type { MessageBus } from '../cluster/message-bus.js';
import type { NodeLease } from '../cluster/node-lease.js';
import type { Counters } from '../observability/counters.js';
import { createFaultLog, type Logger } from '../observability/logger.js';
import { within } from '../timing/deadline.js';
import { createRetries } from '../timing/retry.js';
import type { Scheduler } from '../timing/scheduler.js';
import type { Claim, StateChange } from './claim.js';
import { createDeadlines, type Kept } from './deadlines.js';
import type { LocalClaims } from './local-claims.js';
import { NothingAsked, UnreadableRecord, type Committed, type RecordStore } from './record-store.js';
import {
  runRule,
  type Domain,
  type Rule,
  type Transition,
  type Request,
  type TransactionOptions,
} from './rule.js';
import { changesOf, dueIn, type ChangeOptions } from './state-changes.js';

/** How soon something is tried again that has to be done although the store fails. */
const retryMs = 1000;

/** How long a client's queue waits for `mayEnter`. */
const mayEnterMs = 10_000;

export interface Coordinator<State, View extends object> {
  /**
   * Decides what a client asks for. `granted` is given the outcome before anybody is told anything; if it throws,
   * nobody is, and the records are reconciled.
   * @throws {NothingAsked} when this node's lease has expired. If it throws another error, the outcome is unknown.
   */
  request<Outcome>(asker: Claim<View>, request: Request<State, Outcome>): Promise<Outcome>;
  /** As `request`, without an asker, or for what a node never grants: the lease is not looked at. @throws */
  transact<Outcome>(
    keys: readonly string[],
    rule: Rule<State, Outcome>,
    options?: TransactionOptions<View>,
  ): Promise<Outcome>;
  /**
   * Tries again until it is done: for ends, after which nobody asks again. Never rejects.
   * @param isFencing the outcome of an earlier request is unknown, and it may yet be on its way
   */
  end(keys: readonly string[], rule: Rule<State, void>, isFencing?: boolean): Promise<void>;
  /** Looks at the record at that time, or earlier, for what runs out. */
  lookBy(key: string, ms: number): void;
  /** Records that are kept although no connection holds them. */
  kept: Kept;
  close(): void;
}

export interface CoordinatorParts<State, View extends object> {
  domain: Domain<State, View>;
  store: RecordStore<State>;
  bus: MessageBus<StateChange<View>>;
  lease: Pick<NodeLease, 'isValid'>;
  claims: LocalClaims<View>;
  scheduler: Scheduler;
  counters: Counters;
  logger: Logger;
  /** It is unknown whether a write was made, or who was told about it. */
  onUnknown: (key: string, wasWritten: boolean) => void;
  /** Records that are kept although no connection holds them. Default: 50,000. */
  maxAbandoned?: number;
}

type Done<State, Outcome> = Committed<Transition<State, Outcome>>;

export function createCoordinator<State, View extends object>(
  parts: CoordinatorParts<State, View>,
): Coordinator<State, View> {
  const { domain, store, bus, lease, claims, scheduler, counters, logger, onUnknown } = parts;
  let isClosed = false;
  const retry = createRetries(retryMs, () => isClosed);
  const onFault = createFaultLog(logger, 'error', 'A transaction failed; it is tried again.', {
    records: domain.name,
  });

  const { maxAbandoned } = parts;
  const deadlines = createDeadlines({ domain, scheduler, transact, onFault, maxAbandoned });

  function newestApplied(keys: readonly string[]): number {
    let newest = 0;
    for (const key of keys) for (const { version } of claims.at(key)) newest = Math.max(newest, version);
    return newest;
  }

  async function commit<Outcome>(
    given: readonly string[],
    rule: Rule<State, Outcome>,
    isFencing = false,
  ): Promise<Done<State, Outcome>> {
    let keys = given;
    try {
      for (;;) {
        type Ran = ReturnType<typeof runRule<State, View, Outcome>>;
        const committed: Committed<Ran> = await store.transact(
          keys,
          (states, moment, dead) => {
            const ran = runRule(domain, rule, states, moment, dead);
            return { states: 'needs' in ran ? new Map() : ran.transition.changed, outcome: ran };
          },
          { isFencing, newerThan: newestApplied(keys) },
        );
        counters.count('transactions', 'records', domain.name);
        const { outcome: ran } = committed;
        if (!('needs' in ran)) return settle(keys, { ...committed, outcome: ran.transition });
        keys = [...new Set([...keys, ...ran.needs])];
      }
    } catch (cause) {
      counters.count('failed_transactions', 'records', domain.name);
      // What cannot be parsed now cannot be parsed later.
      if (!(cause instanceof UnreadableRecord)) for (const key of keys) onUnknown(key, false);
      throw cause;
    }
  }

  function settle<Outcome>(keys: readonly string[], done: Done<State, Outcome>): Done<State, Outcome> {
    const { outcome, now, hadUnknownWrite } = done;
    for (const key of keys) {
      deadlines.settle(key, outcome.after.get(key) ?? domain.none, now);
      if (hadUnknownWrite) onUnknown(key, true);
    }
    return done;
  }

  /** Each connection concerned is told once, in order: the asker first. */
  function tell(done: Done<State, unknown>, options: ChangeOptions, asker?: Claim<View>): void {
    const { outcome, now } = done;
    const due = dueIn(domain, outcome, now);
    for (const { address, key, views } of changesOf(domain, outcome, options)) {
      const version = done.versions?.get(key) ?? done.version;
      const change: StateChange<View> = { kind: 'state', key, version, views };
      if (due.length > 0) change.due = due;
      if (address === asker?.address) asker.apply(change);
      else bus.send(address, change, 'assured');
    }
  }

  function tellConcerned(done: Done<State, unknown>, asker?: Claim<View>, isNew = false): void {
    const { address = '', key } = asker ?? {};
    tell(done, key === undefined ? {} : { asker: { address, key, isNew } }, asker);
  }

  function tellAll(done: Done<State, unknown>): void {
    const forced = [...done.outcome.after].flatMap(([key, state]) => {
      const local = claims.at(key).map(({ address }) => address);
      return [...domain.connectionsOf(state), ...local].map((address) => [address, key] as const);
    });
    tell(done, { forced });
  }

  async function transact<Outcome>(
    keys: readonly string[],
    rule: Rule<State, Outcome>,
    { asker, isFencing, tellsAll }: TransactionOptions<View> = {},
  ): Promise<Outcome> {
    const done = await commit(keys, rule, isFencing);
    if (tellsAll) tellAll(done);
    else tellConcerned(done, asker);
    return done.outcome.outcome;
  }

  /** Others may have given away what this node holds: it grants nothing, whatever the store says. */
  function checkLease(): void {
    if (!lease.isValid()) throw new Error('The lease of this node has expired.');
  }

  return {
    async request(asker, { keys, rule, mayEnter, granted }) {
      if (!lease.isValid()) throw new NothingAsked();
      const denied = mayEnter && (await within(mayEnterMs, mayEnter(), 'mayEnter did not answer in time.'));
      if (denied !== undefined) return denied;
      const isNew = !asker.isHolder;
      const done = await commit(keys, rule);
      try {
        checkLease();
        granted?.(done.outcome.outcome);
      } catch (cause) {
        for (const key of keys) onUnknown(key, false);
        throw cause;
      }
      tellConcerned(done, asker, isNew);
      return done.outcome.outcome;
    },
    transact,
    async end(keys, rule, isFencing = false) {
      // If this node closes, its lease ends what is left.
      await retry(async (count) => {
        try {
          await transact(keys, rule, { isFencing: isFencing || count > 0 });
        } catch (cause) {
          onFault(cause);
          // p-retry gives up on a TypeError.
          if (!(cause instanceof UnreadableRecord)) throw new Error('A transaction failed.', { cause });
        }
      }).catch(onFault);
    },
    lookBy: deadlines.lookBy,
    kept: deadlines.kept,
    close() {
      isClosed = true;
      deadlines.close();
    },
  };
}
