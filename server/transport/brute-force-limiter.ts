// Delays the answers to wrong resume tokens after too many of them for one channel or name from one address. Answers to
// right ones are never delayed. [R29] [U25]
import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const freeGuesses = 100;
const perSeconds = 60;

/** Delay of the answer to a wrong token when the free guesses are used up. */
const delayMs = 1000;

export interface BruteForceLimiter {
  /**
   * Counts a wrong token. Resolves when it may be answered.
   * @param address undefined: not known; all of these are counted together
   * @param place the channel or the name that it was sent for
   */
  countFailure(address: string | undefined, place: string): Promise<void>;
}

/**
 * The counter of an address and a place, one of 65,536, so that nobody can make them more. Two of them may share one:
 * only answers to wrong tokens are delayed by that.
 */
export function counterOf(address: string | undefined, place: string): number {
  return createHash('sha256').update(`${address} ${place}`).digest().readUInt16BE();
}

export function createBruteForceLimiter(): BruteForceLimiter {
  const failures = new RateLimiterMemory({ points: freeGuesses, duration: perSeconds });
  return {
    async countFailure(address, place) {
      try {
        await failures.consume(counterOf(address, place));
      } catch (limit) {
        if (!(limit instanceof RateLimiterRes)) throw limit;
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    },
  };
}
