// Every listener runs inside a guard, so that one that throws or rejects is a logged fault, not the end of the process.
import type { Logger } from '../platform/logger.js';

/** @param what names the listener in the log */
export function guard<Args extends unknown[]>(
  logger: Logger,
  what: string,
  listener: (...args: Args) => void | Promise<void>,
): (...args: Args) => void {
  const report = (cause: unknown): void => {
    logger.error({ err: cause, listener: what }, 'a listener failed');
  };
  return (...args) => {
    try {
      const result = listener(...args);
      if (result instanceof Promise) result.catch(report);
    } catch (cause) {
      report(cause);
    }
  };
}
