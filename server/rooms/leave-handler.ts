// `POST /leave`: a page announces that it closes, so its seat is kept only for the time of a reload. Anybody can post
// any number of these, so few are decided at a time and a limited number wait, of each address and of all. [R26]
import pLimit, { type LimitFunction } from 'p-limit';
import type { NodeLease } from '../cluster/node-lease.js';
import type { Coordinator } from '../kernel/coordinator.js';
import { parseLeave } from '../protocol/parse-enter.js';
import type { FailureLimiter } from '../transport/failure-limiter.js';
import { guard } from '../transport/guard.js';
import { hashToken } from '../transport/hash-token.js';
import { onRoom } from './room-domain.js';
import { announceLeaving } from './room-rules.js';
import type { RoomView } from './room-view.js';
import type { Room, RoomRule } from './room.js';

const atOnce = 16;

/** Queue limit. One that is dropped only means that the seat is kept for the whole grace time. */
const maxWaiting = 10_000;

/** The same for each address: what others announce comes in between. */
const atOnceOfAddress = 2;
const maxWaitingOfAddress = 100;

export interface LeaveHandlerParts {
  coordinator: Pick<Coordinator<Room, RoomView>, 'transact'>;
  lease: Pick<NodeLease, 'isReady'>;
  failures: FailureLimiter;
  onFault: Parameters<typeof guard>[0];
}

/** @returns is given the body and the address of a request; never throws */
export function createLeaveHandler({
  coordinator,
  lease,
  failures,
  onFault,
}: LeaveHandlerParts): (body: string, address: string | undefined) => void {
  const limit = pLimit(atOnce);
  const addresses = new Map<string, { limit: LimitFunction; count: number }>();
  /** Channel and token of each that waits or is being decided. */
  const pending = new Set<string>();

  /** @param decide waits for its turn among those of its address first, then among all */
  async function inTurn(address: string | undefined, decide: () => Promise<void>): Promise<void> {
    if (address === undefined) return limit(decide);
    const own = addresses.get(address) ?? { limit: pLimit(atOnceOfAddress), count: 0 };
    addresses.set(address, own);
    own.count += 1;
    try {
      await own.limit(() => limit(decide));
    } finally {
      own.count -= 1;
      if (own.count === 0) addresses.delete(address);
    }
  }

  function isFull(address: string | undefined): boolean {
    const own = address === undefined ? undefined : addresses.get(address);
    if (own && own.count >= atOnceOfAddress + maxWaitingOfAddress) return true;
    return pending.size >= atOnce + maxWaiting;
  }

  return guard(onFault, 'leave', (body: string, address: string | undefined) => {
    // [R29]
    const asker = { address, hasFailed: true };
    if (isFull(address) || failures.msUntil(asker) > 0) return;
    const leaving = parseLeave(body);
    if (!leaving.ok) return failures.countFailure(asker);
    const { channel, seat } = leaving.value;
    const id = JSON.stringify([channel, seat]);
    if (pending.has(id)) return;
    pending.add(id);
    return inTurn(address, async () => {
      // [R33]
      if (!lease.isReady()) return;
      const isSeat = await coordinator.transact([channel], onRoom(announce(seat)));
      if (!isSeat) failures.countFailure(asker);
    }).finally(() => {
      pending.delete(id);
    });
  });
}

/** The outcome: whether the token is that of a seat. */
function announce(seat: string): RoomRule<boolean> {
  const rule = announceLeaving(hashToken(seat));
  return (room, moment) => {
    const decision = rule(room, moment);
    return { ...decision, outcome: decision.room !== room };
  };
}
