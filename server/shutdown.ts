// Ends the process cleanly on a signal.
import type { Logger } from './observability/logger.js';

/** After Ctrl+C the signal comes twice at once, from the terminal and from npm. A later one is a second request. */
const secondSignalAfterMs = 1000;

/** The process exits at this time after it has begun to close, whatever is still open. */
const deadlineMs = 4500;

/**
 * On SIGTERM or SIGINT runs `close` and exits with code 0. A second signal, 1 s later or more, exits at once.
 * @param drainMs the time for which `close` lets everything go on first
 */
export function closeOnSignal(close: () => Promise<void>, drainMs: number, logger: Logger): void {
  let firstAt: number | undefined;

  function onSignal(signal: NodeJS.Signals): void {
    const now = performance.now();
    if (firstAt !== undefined) {
      if (now - firstAt >= secondSignalAfterMs) process.exit(1);
      return;
    }
    firstAt = now;
    logger.info('%s: closing', signal);
    setTimeout(() => {
      logger.warn('Not everything closed in time. The process exits with code 1.');
      process.exit(1);
    }, drainMs + deadlineMs).unref();
    close().then(
      () => {
        logger.info('closed');
        process.exit(0);
      },
      (cause: unknown) => {
        logger.error({ err: cause }, 'Closing failed. The process exits with code 1.');
        process.exit(1);
      },
    );
  }

  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
