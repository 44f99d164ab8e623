// Port and default: how long to wait before each attempt to come back, and in line; how long an attempt may take.

export interface ReconnectPolicy {
  /**
   * Milliseconds before the next attempt.
   * @param attempt 0 right after the connection was lost, then one more for each that failed
   * @param isKept the server may still keep the seat or the name, and somebody else may be waiting for it
   */
  delayMs(attempt: number, isKept: boolean): number;
}

/** A short loss is over at once; after that the pauses grow, and then stay. */
const firstDelaysMs = [0, 300, 1200, 2700, 4800];
const laterDelayMs = 7000;

/** Added to each pause but the first, so that a thousand clients do not return in the same instant. */
const maxJitterMs = 1000;

/** Together 1.5 s: an owner in a tunnel tries several times before its seat is yielded. [R36] [U31] */
const maxKeptDelayMs = 1000;
const maxKeptJitterMs = 500;

/** @param random from 0 to below 1 */
export function createReconnectPolicy(random: () => number = Math.random): ReconnectPolicy {
  return {
    delayMs(attempt, isKept) {
      const fullDelayMs = firstDelaysMs[attempt] ?? laterDelayMs;
      const delayMs = isKept ? Math.min(fullDelayMs, maxKeptDelayMs) : fullDelayMs;
      return delayMs + random() * Math.min(delayMs, isKept ? maxKeptJitterMs : maxJitterMs);
    },
  };
}

/** Nothing tells a client that waits in line that somebody has left, so it asks this often. */
const maxAskAgainMs = 1500;
const minAskAgainMs = 100;

/** @param freeInMs until a seat or a name that is away can be free */
export function askAgainMs(freeInMs = maxAskAgainMs): number {
  return Math.min(Math.max(freeInMs, minAskAgainMs), maxAskAgainMs);
}

/** Connecting and entering, longer after each failure. The transports' own limits for connecting are below it. */
const attemptWithinMs = 12_000;
const moreAfterFailureMs = 6000;
const longestAttemptMs = 30_000;

export function attemptLimitMs(failures: number): number {
  return Math.min(attemptWithinMs + failures * moreAfterFailureMs, longestAttemptMs);
}
