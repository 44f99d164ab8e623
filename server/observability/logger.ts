// Creates the log: one JSON object per line, or short coloured lines for a terminal. Faults that thousands of requests can
// hit at the same moment are limited to one line a second.
import pretty from 'pino-pretty';
import { pino, type Logger } from 'pino';

export type { Logger };

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export const logFormats = ['auto', 'json', 'pretty'] as const;

export interface LogSettings {
  logLevel: (typeof logLevels)[number];
  /** `auto`: pretty when standard output is a terminal. */
  logFormat: (typeof logFormats)[number];
}

export function createLogger({ logLevel, logFormat }: LogSettings): Logger {
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && process.stdout.isTTY);
  const options = { level: logLevel, base: null };
  if (!isPretty) return pino(options);
  return pino(options, pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' }));
}

/** @param write is given the fault, and the number of faults since the last line, including this one */
export function createFaultLog(
  write: (cause: unknown, faults: number) => void,
  everyMs = 1000,
): (cause: unknown) => void {
  let writtenAt = -Infinity;
  let faults = 0;
  return (cause) => {
    faults++;
    const now = performance.now();
    if (now - writtenAt < everyMs) return;
    write(cause, faults);
    writtenAt = now;
    faults = 0;
  };
}
