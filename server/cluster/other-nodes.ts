// The leases of other nodes: whether one is valid for an epoch, and which of the watched ones have expired.
import type { Clock } from '../timing/clock.js';
import type { NodeId } from './address.js';
import { outageGraceMs, type LeaseReading, type Leases } from './lease-scripts.js';
import type { LeaseState } from './node-lease.js';

const checkEveryMs = 1000;

const alive: LeaseState = { isAlive: true };

export interface OtherNodes {
  stateOf(node: NodeId, epoch: number): Promise<LeaseState>;
  watch(node: NodeId): () => void;
  onExpired(handler: (node: NodeId) => void): void;
  close(): void;
}

interface Watched {
  times: number;
  /** The epoch in which it was alive at the last check. */
  epoch: number | undefined;
  isExpired: boolean;
}

/** @param mayJudge while it returns false, every node counts as alive */
export function createOtherNodes(
  leases: Pick<Leases, 'read'>,
  clock: Clock,
  mayJudge: () => boolean,
): OtherNodes {
  /** Nodes that are certainly alive until some time. An expired lease is not cached, but read each time. */
  const known = new Map<NodeId, { epoch: number; aliveUntil: number }>();
  const reading = new Map<NodeId, Promise<LeaseReading>>();
  const watched = new Map<NodeId, Watched>();
  const handlers: ((node: NodeId) => void)[] = [];
  let cancelCheck: (() => void) | undefined;

  /** Concurrent calls share one request. */
  function read(node: NodeId): Promise<LeaseReading> {
    const pending = reading.get(node);
    if (pending) return pending;
    const sentAt = clock.now();
    const answer = leases.read(node).then((reading) => {
      const { lease, now } = reading;
      if (lease && lease.until > now) {
        known.set(node, { epoch: lease.epoch, aliveUntil: sentAt + lease.until - now });
      } else {
        known.delete(node);
      }
      return reading;
    });
    const forget = (): void => {
      reading.delete(node);
    };
    reading.set(node, answer);
    answer.then(forget, forget);
    return answer;
  }

  function certainEpoch(node: NodeId): number | undefined {
    const entry = known.get(node);
    return entry && clock.now() < entry.aliveUntil ? entry.epoch : undefined;
  }

  async function check(node: NodeId, entry: Watched): Promise<void> {
    let epoch = certainEpoch(node);
    if (epoch === undefined) {
      const reading = await read(node);
      if (isTooEarly(reading)) {
        // An expiry that was reported before may have been read too early, too: it is reported again.
        entry.isExpired = false;
        return;
      }
      const { lease, now } = reading;
      if (lease && lease.until > now) epoch = lease.epoch;
    }
    const isNew = epoch === undefined ? !entry.isExpired : entry.epoch !== undefined && entry.epoch !== epoch;
    entry.isExpired = epoch === undefined;
    if (epoch !== undefined) entry.epoch = epoch;
    if (isNew && watched.has(node)) for (const handler of handlers) handler(node);
  }

  function checkAll(): void {
    const checks = mayJudge() ? [...watched].map(([node, entry]) => check(node, entry)) : [];
    // A lease that cannot be read now is read at the next check.
    void Promise.allSettled(checks).then(() => {
      if (cancelCheck) cancelCheck = watched.size > 0 ? clock.after(checkEveryMs, checkAll) : undefined;
    });
  }

  return {
    async stateOf(node, epoch) {
      if (certainEpoch(node) === epoch || !mayJudge()) return alive;
      const reading = await read(node);
      if (isTooEarly(reading)) return alive;
      const { lease, now } = reading;
      if (!lease) return { isAlive: false, expiredAt: 0 };
      if (lease.epoch > epoch) return { isAlive: false, expiredAt: lease.before };
      return lease.until > now ? alive : { isAlive: false, expiredAt: lease.until };
    },
    watch(node) {
      const entry = watched.get(node) ?? { times: 0, epoch: undefined, isExpired: false };
      entry.times++;
      // A new watcher gets an expiry that was reported before.
      entry.isExpired = false;
      watched.set(node, entry);
      cancelCheck ??= clock.after(checkEveryMs, checkAll);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        entry.times--;
        if (entry.times === 0) watched.delete(node);
      };
    },
    onExpired(handler) {
      handlers.push(handler);
    },
    close() {
      cancelCheck?.();
      cancelCheck = undefined;
      watched.clear();
    },
  };
}

/** The node may just not have had time yet to begin a new epoch after an outage. */
function isTooEarly({ lease, now, outage }: LeaseReading): boolean {
  return now < outage.to + outageGraceMs && (lease === undefined || lease.until > outage.from);
}
