// `POST /leave`: a page announces that it closes, so its seat is kept only for the time of a reload. Anybody can post
// any number of these, so few are decided at a time and a limited number wait. [R26]
import pLimit from 'p-limit';
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
  return guard(onFault, 'leave', (body: string, address: string | undefined) => {
    // [R29]
    const asker = { address, hasFailed: true };
    if (limit.pendingCount >= maxWaiting || failures.msUntil(asker) > 0) return;
    const leaving = parseLeave(body);
    if (!leaving.ok) return failures.countFailure(asker);
    const { channel, seat } = leaving.value;
    return limit(async () => {
      // [R33]
      if (!lease.isReady()) return;
      const isSeat = await coordinator.transact([channel], onRoom(announce(seat)));
      if (!isSeat) failures.countFailure(asker);
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
