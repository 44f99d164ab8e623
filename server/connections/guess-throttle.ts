// Slows down whoever tries many secrets on one channel or name from one address. Right ones are never slowed.
// [R29] [U25]
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const freeGuesses = 100;
const perSeconds = 60;

/** How much later an answer to a wrong secret comes, once the free guesses are used up. */
const delayMs = 1000;

export interface GuessThrottle {
  /**
   * Resolves when the failed guess may be answered.
   * @param place the channel or the name that was tried
   */
  countFailure(address: string, place: string): Promise<void>;
}

export function createGuessThrottle(): GuessThrottle {
  const failures = new RateLimiterMemory({ points: freeGuesses, duration: perSeconds });
  return {
    async countFailure(address, place) {
      try {
        await failures.consume(`${address} ${place}`);
      } catch (limit) {
        if (!(limit instanceof RateLimiterRes)) throw limit;
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    },
  };
}
