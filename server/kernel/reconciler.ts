// Keeps this node's claims and the store in agreement: after a write with an unknown outcome, after messages between nodes
// may have been lost, after another node has died, after this node's own lease had expired, and against records being
// forgotten. Always the same way: the record is written anew, this node's connections hold what they hold, and every
// connection is told how it stands.
import pLimit from 'p-limit';
import { nodeOf, type NodeId } from '../cluster/address.js';
import type { MessageBus } from '../cluster/message-bus.js';
import type { NodeLease } from '../cluster/node-lease.js';
import { createFaultLog, type Logger } from '../observability/logger.js';
import { createKeyedTimers } from '../timing/keyed-timers.js';
import type { Scheduler } from '../timing/scheduler.js';
import type { Coordinator } from './coordinator.js';
import type { LocalClaims } from './local-claims.js';
import { heldRecordMs } from './record-scripts.js';
import { UnreadableRecord } from './record-store.js';
import type { Domain } from './rule.js';

/** Records reconciled at the same time: enough to keep Redis busy, not enough to make others wait long. */
const atOnce = 64;

/** How soon a record is reconciled after a write whose outcome is unknown. */
const unknownRetryMs = 1000;

/** Three times before a record that nobody touches would be forgotten. */
const refreshEveryMs = heldRecordMs / 3;

export interface ReconcilerParts<State, View extends object> {
  domain: Domain<State, View>;
  coordinator: Pick<Coordinator<State, View>, 'transact'>;
  bus: Pick<MessageBus<unknown>, 'onLoss'>;
  lease: NodeLease;
  claims: LocalClaims<View>;
  scheduler: Scheduler;
  logger: Logger;
}

export interface Reconciler {
  /** @throws what the store throws; it is tried again by itself, too */
  reconcile(key: string): Promise<void>;
  /** The outcome of a write to this record is unknown. @param wasWritten it was made, but not everybody may know */
  reconcileSoon(key: string, wasWritten: boolean): void;
  close(): void;
}

export function createReconciler<State, View extends object>(
  parts: ReconcilerParts<State, View>,
): Reconciler {
  const { domain, coordinator, bus, lease, claims, scheduler, logger } = parts;
  const limit = pLimit(atOnce);
  const unknowns = createKeyedTimers(scheduler);
  const onFault = createFaultLog(logger, 'warn', 'Records could not be reconciled; they are tried again.', {
    records: domain.name,
  });
  const onUnreadable = createFaultLog(
    logger,
    'warn',
    'A record cannot be parsed, so the connections of this node hold nothing there any more.',
    { records: domain.name },
  );
  /** The keys that this epoch has reclaimed already. */
  let reclaimed = new Set<string>();
  let reclaimedIn: number | undefined;

  async function reconcile(key: string): Promise<void> {
    const present = (): string[] =>
      claims
        .at(key)
        .filter(({ isHolder, isClosed }) => isHolder && !isClosed)
        .map(({ address }) => address);
    try {
      await coordinator.transact([key], (states, moment) => domain.reclaim(present())(states, moment), {
        isFencing: true,
        tellsAll: true,
      });
    } catch (cause) {
      if (!(cause instanceof UnreadableRecord)) throw cause;
      onUnreadable(cause);
      // Their clients come back and ask.
      for (const claim of claims.at(key)) {
        claim.apply({ kind: 'state', key, version: claim.version + 1, views: [{ lost: 'unknown' }] });
      }
    }
  }

  function reconcileIn(key: string, ms: number): void {
    unknowns.set(key, ms, () => {
      // Until the lease is valid again nothing is granted, and everything is reconciled then.
      if (!lease.isValid()) reconcileIn(key, unknownRetryMs);
      // What fails is reported as unknown again.
      else limit(() => reconcile(key)).catch(onFault);
    });
  }

  async function reconcileAll(keys: readonly string[], onDone?: (key: string) => void): Promise<void> {
    const all = keys.map((key) =>
      limit(async () => {
        await reconcile(key);
        onDone?.(key);
      }),
    );
    const failed = (await Promise.allSettled(all)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  function reconcileNow(keys: readonly string[], why: string): void {
    if (keys.length === 0) return;
    logger.debug({ records: keys.length }, why);
    reconcileAll(keys).catch(onFault);
  }

  function keysLinkedTo(node: NodeId): string[] {
    const keys = new Set<string>();
    for (const { key, view } of claims.all()) {
      const link = view && domain.linkOf(view);
      if (key !== undefined && link && nodeOf(link) === node) keys.add(key);
    }
    return [...keys];
  }

  bus.onLoss(() => {
    reconcileNow(claims.keys(), 'Reconciling: messages from other nodes may have been lost.');
  });
  lease.onExpired((node) => {
    reconcileNow(keysLinkedTo(node), 'Reconciling: the lease of another node has expired.');
  });
  lease.onNewEpoch(async () => {
    if (reclaimedIn !== lease.epoch) reclaimed = new Set();
    reclaimedIn = lease.epoch;
    await reconcileAll(
      claims.keys().filter((key) => !reclaimed.has(key)),
      (key) => reclaimed.add(key),
    );
  });
  const stopRefreshing =
    lease.node === undefined
      ? undefined
      : scheduler.every(refreshEveryMs, () => {
          reconcileNow(claims.keys(), 'Reconciling: records are kept from being forgotten.');
        });

  return {
    reconcile,
    reconcileSoon(key, wasWritten) {
      reconcileIn(key, wasWritten ? 0 : unknownRetryMs);
    },
    close() {
      stopRefreshing?.();
      unknowns.close();
    },
  };
}
