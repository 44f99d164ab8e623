// The time that one undertaking of several steps may take.
import { within } from './within.js';

export interface Budget {
  /** What is left, in ms. @throws when nothing is */
  leftMs(): number;
  /** The result, unless the time is over before. */
  of<Result>(step: Promise<Result>): Promise<Result>;
}

export function createBudget(ms: number): Budget {
  const deadline = performance.now() + ms;
  const late = `It was not done within ${ms} ms.`;

  function leftMs(): number {
    const left = deadline - performance.now();
    // A timer may ring a moment before its time.
    if (left < 1) throw new Error(late);
    return left;
  }

  return {
    leftMs,
    of: async (step) => within(leftMs(), step, late),
  };
}
