// The lease of this node in Redis. It is renewed each second. By the clock of this node it expires before it does for
// other nodes; when Redis answers again, a new epoch begins. Leaves the leases of other nodes to other-nodes.
import { systemClock, type Clock } from '../timing/clock.js';
import { createFaultLog, type Logger } from '../observability/logger.js';
import type { NodeId } from './address.js';
import { leaseMs, type Leases } from './lease-scripts.js';
import type { HeldLease } from './node-lease.js';
import { createOtherNodes } from './other-nodes.js';
import { RedisRefusal } from './redis-client.js';

const renewEveryMs = 1000;

/** Pause after an attempt that failed. */
const retryMs = 200;

/** For this node its lease expires this much earlier than in Redis. */
const marginMs = 500;

/** Without an answer for this time, this node is not ready. */
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
  const reclaimers: (() => Promise<void>)[] = [];
  let epoch = 0;
  /** When the lease expires for this node, counted from the moment at which the last renewal was sent. */
  let deadline = -Infinity;
  /** The last epoch in which everything that this node holds was reclaimed. */
  let reclaimedEpoch: number | undefined;
  let answeredAt = -Infinity;
  let cancelNext: (() => void) | undefined;
  /** Redis answers, but does not write. */
  let isRefused = false;
  let isClosed = false;
  const onReclaimFault = createFaultLog(
    logger,
    'warn',
    'Seats and names could not be reclaimed. This node tries again.',
  );

  const isHeld = (): boolean => clock.now() < deadline;
  const isValid = (): boolean => reclaimedEpoch === epoch && isHeld() && !isClosed;

  function extend(sentAt: number): void {
    answeredAt = sentAt;
    deadline = sentAt + leaseMs - marginMs;
    if (isRefused) logger.info('Redis writes again.');
    isRefused = false;
  }

  /** Logged once, until Redis writes again. @returns whether it may pass */
  function logRefusal(cause: unknown): boolean {
    const advice = cause instanceof RedisRefusal ? cause.advice : undefined;
    if (advice === undefined) return false;
    if (!isRefused) {
      logger.error(
        { err: cause },
        'Redis refuses to write. %s Until it writes again, this node is not ready and grants nothing.',
        advice,
      );
    }
    isRefused = true;
    return true;
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
      reclaimedEpoch = epoch;
      return;
    }
    logger.warn({ epoch }, 'The lease of this node had expired. It now reclaims its seats and names.');
    void reclaim(epoch);
  }

  async function reclaim(inEpoch: number): Promise<void> {
    while (inEpoch === epoch && !isClosed) {
      try {
        await Promise.all(reclaimers.map((each) => each()));
        if (inEpoch !== epoch) return;
        reclaimedEpoch = inEpoch;
        logger.info({ epoch }, 'Seats and names are reclaimed. This node grants again.');
        return;
      } catch (cause) {
        onReclaimFault(cause);
        await new Promise<void>((resolve) => clock.after(retryMs, resolve));
      }
    }
  }

  async function tick(): Promise<void> {
    let pauseMs = renewEveryMs;
    try {
      if (isHeld()) await renew();
      if (!isHeld() && !isClosed) await begin();
    } catch (cause) {
      // The Redis client logs outages.
      logRefusal(cause);
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
    onExpired: others.onExpired,
    onNewEpoch(reclaimer) {
      reclaimers.push(reclaimer);
    },
    async open() {
      try {
        await begin();
      } catch (cause) {
        if (!logRefusal(cause)) throw cause;
      }
      scheduleNext(isHeld() ? renewEveryMs : retryMs);
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
        logger.warn(
          { err: cause },
          'The lease could not be released. Other nodes take this one for dead when it expires, in 5 s at most.',
        );
      }
    },
  };
}
