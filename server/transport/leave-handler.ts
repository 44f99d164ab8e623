// `POST /leave`: a page announces that it closes, so its seat or name is kept only for the time of a reload. Anybody can
// post any number of these, so few are decided at a time and a limited number wait, of each address and of all. [R26] [U30]
import type { IncomingMessage } from 'node:http';
import pLimit, { type LimitFunction } from 'p-limit';
import type { ChannelName } from '../protocol/parse-channel.js';
import { parseLeave } from '../protocol/parse-leave.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { TokenHash } from '../protocol/resume-tokens.js';
import type { ClientAddress } from './client-address.js';
import type { FailureLimiter } from './failure-limiter.js';
import { guard } from './guard.js';
import { hashToken } from './hash-token.js';

const atOnce = 16;

/** Queue limit. One that is dropped only means that the seat or name is kept for the whole grace time. */
const maxWaiting = 10_000;

/** The same for each address: what others announce comes in between. */
const atOnceOfAddress = 2;
const maxWaitingOfAddress = 100;

export interface LeaveHandlerParts {
  /** Both return whether the token fits. */
  announceSeat: (channel: ChannelName, token: TokenHash) => Promise<boolean>;
  announceName: (name: UserName, token: TokenHash) => Promise<boolean>;
  /** Redis can be reached. */
  isReady: () => boolean;
  addressOf: ClientAddress;
  failures: FailureLimiter;
  onFault: Parameters<typeof guard>[0];
}

/** @returns is given the body of a request; never throws */
export function createLeaveHandler(
  parts: LeaveHandlerParts,
): (body: string, request: IncomingMessage) => void {
  const { announceSeat, announceName, isReady, addressOf, failures, onFault } = parts;
  const limit = pLimit(atOnce);
  const addresses = new Map<string, { limit: LimitFunction; count: number }>();
  /** What each announces that waits or is being decided. */
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

  return guard(onFault, 'leave', (body: string, request: IncomingMessage) => {
    const address = addressOf(request);
    // [R29]
    const asker = { address, hasFailed: true };
    if (isFull(address) || failures.msUntil(asker) > 0) return;
    const leaving = parseLeave(body);
    if (!leaving) return failures.countFailure(asker);
    const id = JSON.stringify(leaving);
    if (pending.has(id)) return;
    pending.add(id);
    return inTurn(address, async () => {
      // [R33]
      if (!isReady()) return;
      const token = hashToken(leaving.seat);
      const fits =
        'channel' in leaving
          ? await announceSeat(leaving.channel, token)
          : await announceName(leaving.name, token);
      if (!fits) failures.countFailure(asker);
    }).finally(() => {
      pending.delete(id);
    });
  });
}
