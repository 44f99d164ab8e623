// Retries with p-retry, which costs a task nothing that succeeds at once.
import pRetry from 'p-retry';

/**
 * Runs the task until it succeeds, or `isOver`.
 * @param everyMs between a failure and the next attempt
 */
export async function retryUntil(
  task: (attempt: number) => Promise<void>,
  everyMs: number,
  isOver: () => boolean,
): Promise<void> {
  try {
    return await task(0);
  } catch {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  if (isOver()) return;
  const options = { retries: Infinity, minTimeout: everyMs, factor: 1, shouldRetry: () => !isOver() };
  await pRetry(task, options);
}
