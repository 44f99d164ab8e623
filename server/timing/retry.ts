// Retries with p-retry, which costs a task nothing that succeeds at once.
import pLimit from 'p-limit';
import pRetry from 'p-retry';

/** Tasks that are tried again at the same time: while a dependency is away there may be one for each connection. */
const atOnce = 64;

/**
 * Runs a task until it succeeds, or `isOver`. All tasks of one `createRetries` share a limit of attempts that run at the
 * same time, except first attempts.
 * @param everyMs between a failure and the next attempt
 */
export function createRetries(
  everyMs: number,
  isOver: () => boolean,
): (task: (attempt: number) => Promise<void>) => Promise<void> {
  const limit = pLimit(atOnce);
  const options = { retries: Infinity, minTimeout: everyMs, factor: 1, shouldRetry: () => !isOver() };
  return async (task) => {
    try {
      return await task(0);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    await pRetry((attempt) => limit(() => (isOver() ? Promise.resolve() : task(attempt))), options);
  };
}
