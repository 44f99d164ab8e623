// Port: the lease of this node, which allows it to grant seats and names and is renewed every second, and the leases of
// other nodes.
//
// After its own deadline a node is *suspended*: it grants nothing and delivers nothing between nodes, because other
// nodes may already have given away what it holds. It resumes in a new *epoch*; epochs only go up.
import type { NodeId } from './address.js';

/** `expiredAt`: in ms of the store's clock. */
export type LeaseState = { isAlive: true } | { isAlive: false; expiredAt: number };

export interface NodeLease {
  /** Undefined on a single node, in memory. */
  readonly node: NodeId | undefined;
  /** The fencing token that is stored with each seat and name of this node. It may be set before it is valid. */
  readonly epoch: number;
  /** Checked before each grant and at each delivery between nodes. Only compares the clock. */
  isValid(): boolean;
  /** Whether new clients may come: the lease is valid, Redis answers, and other nodes can reach this one. */
  isReady(): boolean;
  /**
   * Whether the node still holds what it stored in this epoch.
   * @throws if Redis cannot be reached
   */
  stateOf(node: NodeId, epoch: number): Promise<LeaseState>;
  /** Checks the lease of that node every second, until every function that was returned for it is called. */
  watch(node: NodeId): () => void;
  /**
   * Runs `handler` for each watched node whose lease has expired, or that has begun a new epoch, about a second later.
   */
  onExpired(handler: (node: NodeId) => void): void;
  /**
   * Runs `reclaim` after each suspension, in the new epoch: it reclaims what this node holds. The lease is valid when
   * all of these have resolved; if one rejects, all run again.
   */
  onNewEpoch(reclaim: () => Promise<void>): void;
}

/** A lease that can be acquired and released. */
export interface HeldLease extends NodeLease {
  /**
   * Resolves when the lease is acquired. If Redis answers, but refuses to write for now, it resolves, too: the lease is
   * not valid then, and is acquired as soon as Redis writes.
   * @throws if Redis cannot be reached
   */
  open(): Promise<void>;
  /** Releases the lease: it has expired from now on, with all that this node still holds. Never rejects. */
  close(): Promise<void>;
}

/** The lease of a single node, in memory: it is always valid, since there are no other nodes. */
export const singleNodeLease: NodeLease = {
  node: undefined,
  epoch: 0,
  isValid: () => true,
  isReady: () => true,
  stateOf: () => Promise.resolve({ isAlive: true }),
  watch: () => () => {},
  onExpired() {
    // There are no other nodes.
  },
  onNewEpoch() {
    // There is one epoch only.
  },
};
