// The kernel of one feature on this node: coordinator, reconciler and the index of its connections, wired together.
import { nodeOf, type NodeId } from '../cluster/address.js';
import type { MessageBus } from '../cluster/message-bus.js';
import type { NodeLease } from '../cluster/node-lease.js';
import type { Counters } from '../observability/counters.js';
import type { Logger } from '../observability/logger.js';
import type { Scheduler } from '../timing/scheduler.js';
import { createClaim, isLost, type Claim, type ClaimEvents, type StateChange } from './claim.js';
import { createCoordinator, type Coordinator } from './coordinator.js';
import type { Kept } from './deadlines.js';
import { createLocalClaims } from './local-claims.js';
import { createReconciler, type Reconciler } from './reconciler.js';
import type { RecordStore } from './record-store.js';
import type { Domain } from './rule.js';

export type { Kept };

export interface Kernel<State, View extends object> {
  coordinator: Coordinator<State, View>;
  reconcile: Reconciler['reconcile'];
  /** The claim of a new connection of this node; its `close` ends it. */
  openClaim(address: string, events: ClaimEvents<View>): Claim<View>;
  /** Records that are kept although no connection holds them, on this node. */
  kept: Kept;
  /** Nothing is reconciled any more. */
  close(): void;
}

export interface KernelParts<State, View extends object> {
  domain: Domain<State, View>;
  store: RecordStore<State>;
  bus: MessageBus<StateChange<View>>;
  lease: NodeLease;
  scheduler: Scheduler;
  counters: Counters;
  logger: Logger;
  maxAbandoned?: number;
}

export function createKernel<State, View extends object>(
  parts: KernelParts<State, View>,
): Kernel<State, View> {
  const { domain, lease } = parts;
  const claims = createLocalClaims<View>();
  const coordinator = createCoordinator<State, View>({
    ...parts,
    claims,
    onUnknown: (key, wasWritten) => {
      reconciler.reconcileSoon(key, wasWritten);
    },
  });
  const reconciler = createReconciler<State, View>({ ...parts, coordinator, claims });

  return {
    coordinator,
    reconcile: reconciler.reconcile,
    kept: coordinator.kept,
    openClaim(address, events) {
      let watched: NodeId | undefined;
      let stopWatching: (() => void) | undefined;
      /** Watches the lease of the node that this connection is linked to, as long as it is. */
      function watchLink(link: string | null): void {
        const node = link === null ? undefined : nodeOf(link);
        if (node === watched) return;
        watched = node;
        stopWatching?.();
        stopWatching = node === undefined || node === lease.node ? undefined : lease.watch(node);
      }
      const claim: Claim<View> = createClaim<View>({
        address,
        onChange(before, after) {
          watchLink(isLost(after) ? null : domain.linkOf(after));
          events.onChange(before, after);
        },
        onUnknownHold: events.onUnknownHold,
        onDue: coordinator.lookBy,
        onKey(key, before) {
          claims.move(claim, key, before);
        },
        onClose() {
          watchLink(null);
        },
      });
      return claim;
    },
    close() {
      reconciler.close();
      coordinator.close();
    },
  };
}
