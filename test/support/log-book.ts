// A logger that keeps its lines, so that a test can read what was logged.
import { pino, type Logger } from 'pino';

export interface LogLine {
  level: number;
  msg: string;
  [field: string]: unknown;
}

/** Levels as pino numbers them. */
export const levels = { debug: 20, info: 30, warn: 40, error: 50 } as const;

export interface LogBook {
  logger: Logger;
  lines: LogLine[];
}

export function createLogBook(level = 'debug'): LogBook {
  const lines: LogLine[] = [];
  const logger = pino(
    { level, base: null },
    {
      write(text: string) {
        lines.push(JSON.parse(text) as LogLine);
      },
    },
  );
  return { logger, lines };
}
