// Port: a node's right to hold seats and names, which it renews every second, and what is known of that of others.
//
// Past its own deadline a node is *suspended*: it grants nothing and delivers nothing between nodes, because others
// may already have given away what it holds. It comes back in a new *epoch*, which only goes up.
import type { NodeId } from './address.js';

/** `lapsedAt`: in ms of the store's clock. */
export type LeaseState = { isAlive: true } | { isAlive: false; lapsedAt: number };

export interface NodeLease {
  /** Absent on one node alone, in memory. */
  readonly node: NodeId | undefined;
  /** What this node writes beside each seat and name that it holds. It may be newer than what is valid. */
  readonly epoch: number;
  /** Looked at before each grant and at each delivery between nodes. Costs a look at a clock. */
  isValid(): boolean;
  /** Valid, the store answers, and other nodes can reach this one: whether new people are welcome. */
  isReady(): boolean;
  /**
   * Whether what this node wrote in this epoch still stands.
   * @throws when the store cannot be reached
   */
  stateOf(node: NodeId, epoch: number): Promise<LeaseState>;
  /** Looks at this node every second, until the function that it returns has been called as often as `watch`. */
  watch(node: NodeId): () => void;
  /** `listener` hears of each watched node that has lapsed, or has begun a new epoch, about a second later. */
  onLapsed(listener: (node: NodeId) => void): void;
  /**
   * Runs after each suspension, in the new epoch: takes up again what this node holds. The lease is valid when all
   * of them are done; one that rejects runs again.
   */
  onNewEpoch(reassert: () => Promise<void>): void;
}

/** A lease that can be held and given back. */
export interface HeldLease extends NodeLease {
  /** Resolves when the lease is held. @throws when the store cannot be reached */
  open(): Promise<void>;
  /** Gives it back: what this node still holds counts as lapsed from now on. Never rejects. */
  close(): Promise<void>;
}
