// Port and default: how long to wait before each attempt to come back.

export interface ReconnectPolicy {
  /**
   * Milliseconds before the next attempt.
   * @param attempt 0 right after the connection was lost, then one more for each that failed
   */
  delayMs(attempt: number): number;
}

/** A short loss is over at once; after that the pauses grow, and then stay. */
const firstDelaysMs = [0, 300, 1200, 2700, 4800];
const laterDelayMs = 7000;

/** Added to each pause but the first, so that a thousand clients do not return in the same instant. */
const maxJitterMs = 1000;

/** @param random from 0 to below 1 */
export function createReconnectPolicy(random: () => number = Math.random): ReconnectPolicy {
  return {
    delayMs(attempt) {
      const delayMs = firstDelaysMs[attempt] ?? laterDelayMs;
      return delayMs === 0 ? 0 : delayMs + random() * Math.min(delayMs, maxJitterMs);
    },
  };
}
