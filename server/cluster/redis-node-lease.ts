// The lease of this node in Redis: held by renewing it, lost by its own clock before others may think so, and begun
// anew when Redis answers again. What is known of other nodes is in other-nodes.
import { systemClock, type Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { NodeId } from './address.js';
import { leaseMs, type Leases } from './lease-scripts.js';
import type { HeldLease } from './node-lease.js';
import { createOtherNodes } from './other-nodes.js';

const renewEveryMs = 1000;

/** The pause after a try that failed. */
const retryMs = 200;

/** So much earlier than Redis this node believes that its lease is over. */
const marginMs = 500;

/** Without an answer for so long, Redis counts as away. */
const silenceMs = 1900;

export interface RedisNodeLeaseParts {
  leases: Leases;
  node: NodeId;
  /** Whether other nodes can reach this one. */
  isReachable?: () => boolean;
  logger: Logger;
  clock?: Clock;
}

export function createRedisNodeLease(parts: RedisNodeLeaseParts): HeldLease {
  const { leases, node, isReachable = () => true, logger, clock = systemClock } = parts;
  const others = createOtherNodes(leases, clock, () => isHeld());
  const reasserters: (() => Promise<void>)[] = [];
  let epoch = 0;
  /** When the current epoch is over in our own eyes, counted from the moment at which its renewal was sent. */
  let deadline = -Infinity;
  /** The epoch in which everything that this node holds has been taken up again. */
  let assertedEpoch: number | undefined;
  let answeredAt = -Infinity;
  let cancelNext: (() => void) | undefined;
  let isClosed = false;

  const isHeld = (): boolean => clock.now() < deadline;
  const isValid = (): boolean => assertedEpoch === epoch && isHeld() && !isClosed;

  function extend(sentAt: number): void {
    answeredAt = sentAt;
    deadline = sentAt + leaseMs - marginMs;
  }

  async function renew(): Promise<void> {
    const sentAt = clock.now();
    const isRenewed = await leases.renew(node, epoch);
    answeredAt = sentAt;
    if (isRenewed) extend(sentAt);
    else deadline = -Infinity;
  }

  async function begin(): Promise<void> {
    const isFirst = epoch === 0;
    const sentAt = clock.now();
    const begun = await leases.begin(node, epoch);
    answeredAt = sentAt;
    epoch = begun.epoch;
    if (!begun.hasBegun) return begin();
    extend(sentAt);
    if (isFirst) {
      assertedEpoch = epoch;
      return;
    }
    logger.warn({ epoch }, 'the lease of this node had run out; it takes up its seats again');
    void reassert(epoch);
  }

  async function reassert(inEpoch: number): Promise<void> {
    while (inEpoch === epoch && !isClosed) {
      try {
        await Promise.all(reasserters.map((each) => each()));
        if (inEpoch !== epoch) return;
        assertedEpoch = inEpoch;
        logger.info({ epoch }, 'this node grants again');
        return;
      } catch (cause) {
        logger.warn({ err: cause }, 'the seats could not be taken up again yet');
        await new Promise<void>((resolve) => clock.after(retryMs, resolve));
      }
    }
  }

  async function tick(): Promise<void> {
    let pauseMs = renewEveryMs;
    try {
      if (isHeld()) await renew();
      if (!isHeld() && !isClosed) await begin();
    } catch {
      // The connection to Redis logs its own outages.
      pauseMs = retryMs;
    }
    scheduleNext(pauseMs);
  }

  function scheduleNext(ms: number): void {
    if (!isClosed) cancelNext = clock.after(ms, () => void tick());
  }

  return {
    node,
    get epoch() {
      return epoch;
    },
    isValid,
    isReady: () => isValid() && clock.now() - answeredAt < silenceMs && isReachable(),
    stateOf: others.stateOf,
    watch: others.watch,
    onLapsed: others.onLapsed,
    onNewEpoch(reasserter) {
      reasserters.push(reasserter);
    },
    async open() {
      await begin();
      scheduleNext(renewEveryMs);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      cancelNext?.();
      others.close();
      if (!isHeld()) return;
      try {
        await leases.end(node, epoch);
      } catch (cause) {
        logger.warn({ err: cause }, 'the lease could not be given back; it runs out by itself');
      }
    },
  };
}
