// Ends the process cleanly on a signal.
import type { Logger } from './observability/logger.js';

/** After Ctrl+C the signal comes twice at once, from the terminal and from npm. A later one is a second request. */
const secondSignalAfterMs = 1000;

/** The process stops closing at this time after it has begun, whatever is still open. */
const deadlineMs = 4500;

/** At the end the last log lines are written. If their reader stands still, the process exits without them. */
const longestFlushMs = 1000;
const exitMs = 4900;

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
    const deadline = setTimeout(() => {
      logger.warn('Not everything closed in time. The process exits with code 1.');
      exitWhenLogged(1, now);
    }, drainMs + deadlineMs).unref();
    void close()
      .then(
        () => {
          logger.info('closed');
          return 0;
        },
        (cause: unknown) => {
          logger.error({ err: cause }, 'Closing failed. The process exits with code 1.');
          return 1;
        },
      )
      .then((code) => {
        clearTimeout(deadline);
        exitWhenLogged(code, now);
      });
  }

  function exitWhenLogged(code: number, beganAt: number): void {
    const exit = (): void => process.exit(code);
    const leftMs = beganAt + drainMs + exitMs - performance.now();
    setTimeout(exit, Math.max(0, Math.min(longestFlushMs, leftMs)));
    logger.flush(exit);
  }

  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
