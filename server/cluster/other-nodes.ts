// What is known of other nodes: whether what they wrote still stands, and which of those we deal with have lapsed.
import type { Clock } from '../platform/clock.js';
import type { NodeId } from './address.js';
import { patienceMs, type LeaseReading, type Leases } from './lease-scripts.js';
import type { LeaseState } from './node-lease.js';

const lookEveryMs = 1000;

const alive: LeaseState = { isAlive: true };

export interface OtherNodes {
  stateOf(node: NodeId, epoch: number): Promise<LeaseState>;
  watch(node: NodeId): () => void;
  onLapsed(listener: (node: NodeId) => void): void;
  close(): void;
}

interface Watched {
  times: number;
  /** The epoch it was alive in when last looked at. */
  epoch: number | undefined;
  isLapsed: boolean;
}

/** @param mayJudge while it says no, everybody counts as alive */
export function createOtherNodes(
  leases: Pick<Leases, 'read'>,
  clock: Clock,
  mayJudge: () => boolean,
): OtherNodes {
  /** Who is certainly alive for a while; that somebody has lapsed is never kept, always read. */
  const known = new Map<NodeId, { epoch: number; aliveUntil: number }>();
  const reading = new Map<NodeId, Promise<LeaseReading>>();
  const watched = new Map<NodeId, Watched>();
  const listeners: ((node: NodeId) => void)[] = [];
  let stopLooking: (() => void) | undefined;

  /** All who ask at the same time share one question. */
  function read(node: NodeId): Promise<LeaseReading> {
    const asked = reading.get(node);
    if (asked) return asked;
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

  async function look(node: NodeId, entry: Watched): Promise<void> {
    let epoch = certainEpoch(node);
    if (epoch === undefined) {
      const reading = await read(node);
      if (isTooEarly(reading)) {
        // Whoever was told of it before may have looked too early, too.
        entry.isLapsed = false;
        return;
      }
      const { lease, now } = reading;
      if (lease && lease.until > now) epoch = lease.epoch;
    }
    const isNew = epoch === undefined ? !entry.isLapsed : entry.epoch !== undefined && entry.epoch !== epoch;
    entry.isLapsed = epoch === undefined;
    if (epoch !== undefined) entry.epoch = epoch;
    if (isNew && watched.has(node)) for (const listener of listeners) listener(node);
  }

  function lookAtAll(): void {
    const looks = mayJudge() ? [...watched].map(([node, entry]) => look(node, entry)) : [];
    // What cannot be read now is read the next time.
    void Promise.allSettled(looks).then(() => {
      if (stopLooking) stopLooking = watched.size > 0 ? clock.after(lookEveryMs, lookAtAll) : undefined;
    });
  }

  return {
    async stateOf(node, epoch) {
      if (certainEpoch(node) === epoch || !mayJudge()) return alive;
      const reading = await read(node);
      if (isTooEarly(reading)) return alive;
      const { lease, now } = reading;
      if (!lease) return { isAlive: false, lapsedAt: 0 };
      if (lease.epoch > epoch) return { isAlive: false, lapsedAt: lease.before };
      return lease.until > now ? alive : { isAlive: false, lapsedAt: lease.until };
    },
    watch(node) {
      const entry = watched.get(node) ?? { times: 0, epoch: undefined, isLapsed: false };
      entry.times++;
      // Who watches anew is told anew.
      entry.isLapsed = false;
      watched.set(node, entry);
      stopLooking ??= clock.after(lookEveryMs, lookAtAll);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        entry.times--;
        if (entry.times === 0) watched.delete(node);
      };
    },
    onLapsed(listener) {
      listeners.push(listener);
    },
    close() {
      stopLooking?.();
      stopLooking = undefined;
      watched.clear();
    },
  };
}

/** It may only have had no time yet to come back after an outage. */
function isTooEarly({ lease, now, outage }: LeaseReading): boolean {
  return now < outage.to + patienceMs && (lease === undefined || lease.until > outage.from);
}
