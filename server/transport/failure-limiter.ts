// Limits the requests of one address that fail: joins and logins that are refused, wrong resume tokens, wrong announcements
// of pages that close. Never limits what succeeds. [R29] [U25]
import { AddressBuckets } from './address-buckets.js';

/** Four times as many at once. An office of 1,500 people passes, each of whom tries again every 1.5 s. */
const failuresPerSecond = 1000;

/** Who asks. */
export interface Asker {
  /** Undefined: not known, and not limited. */
  readonly address: string | undefined;
  /** A request on its connection has failed already; the first one of each connection is always decided. */
  hasFailed: boolean;
}

/** So long a client waits at least that is told to wait. */
const minWaitMs = 1000;

export interface FailureLimiter {
  /** @returns ms until a request of this connection is decided again; 0: now */
  msUntil(asker: Asker): number;
  countFailure(asker: Asker): void;
}

/** Any number may fail. */
export const noFailureLimit: FailureLimiter = { msUntil: () => 0, countFailure: () => {} };

export function createFailureLimiter(clock?: () => number): FailureLimiter {
  const failures = new AddressBuckets(failuresPerSecond, clock);
  return {
    msUntil({ address, hasFailed }) {
      const ms = hasFailed ? failures.msUntil(address) : 0;
      return ms > 0 ? Math.max(Math.ceil(ms), minWaitMs) : 0;
    },
    countFailure(asker) {
      asker.hasFailed = true;
      failures.take(asker.address);
    },
  };
}
