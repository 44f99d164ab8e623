// Turns signals into one clean end of the process.
import type { Logger } from './logger.js';

/** npm hands Ctrl+C on although the terminal has sent it already, so the same signal comes twice at once. */
const secondSignalAfterMs = 1000;

/** The last moment at which the process ends, whatever is still open, once it has begun to close. */
const deadlineMs = 4500;

/**
 * On SIGTERM or SIGINT runs `close` and exits with 0; a second signal, 1 s later or more, exits at once.
 * @param drainMs so long `close` lets everything go on first
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
      logger.warn('not everything closed in time');
      process.exit(1);
    }, drainMs + deadlineMs).unref();
    close().then(
      () => {
        logger.info('closed');
        process.exit(0);
      },
      (cause: unknown) => {
        logger.error({ err: cause }, 'could not close cleanly');
        process.exit(1);
      },
    );
  }

  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
