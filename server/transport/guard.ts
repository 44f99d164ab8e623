// Every event handler runs inside a guard: if it throws or rejects, the fault is logged and the process goes on.
import type { Logger } from '../observability/logger.js';

/** @param what names the handler in the log */
export function guard<Args extends unknown[]>(
  logger: Logger,
  what: string,
  handler: (...args: Args) => void | Promise<void>,
): (...args: Args) => void {
  const report = (cause: unknown): void => {
    logger.error(
      { err: cause, handler: what },
      'An event handler failed. Its event is dropped; the server goes on.',
    );
  };
  return (...args) => {
    try {
      const result = handler(...args);
      if (result instanceof Promise) result.catch(report);
    } catch (cause) {
      report(cause);
    }
  };
}
