// Creates the log: one JSON object a line, or short coloured lines for a person at a terminal.
import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

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
