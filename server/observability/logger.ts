// Creates the log: one JSON object per line, or short coloured lines for a terminal. Faults that thousands of requests can
// hit at the same moment are limited to one line a second.
import { prettyFactory } from 'pino-pretty';
import { pino, type Logger } from 'pino';
import { openStandardOutput, type LogDestination } from './log-destination.js';

export type { Logger };

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export const logFormats = ['auto', 'json', 'pretty'] as const;

export interface LogSettings {
  logLevel: (typeof logLevels)[number];
  /** `auto`: pretty when standard output is a terminal. */
  logFormat: (typeof logFormats)[number];
}

/** All loggers of a process that write alike share one destination. */
const destinations = new Map<'json' | 'pretty', LogDestination>();

export function createLogger({ logLevel, logFormat }: LogSettings): Logger {
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && process.stdout.isTTY);
  const format = isPretty ? 'pretty' : 'json';
  const lineOf = isPretty ? prettyLines() : escapeJson;
  let destination = destinations.get(format);
  if (!destination) {
    destination = openStandardOutput((lines) => lineOf(droppedLine(lines)));
    destinations.set(format, destination);
  }
  const { write, flush } = destination;
  const stream = {
    write(line: string) {
      write(lineOf(line));
    },
    // `logger.flush` calls it.
    flush,
  };
  return pino({ level: logLevel, base: null }, stream);
}

export function droppedLine(lines: number): string {
  const msg = `${lines} lines were dropped: standard output could not be written. Its reader is slow or gone, or the disk is full.`;
  return `${JSON.stringify({ level: pino.levels.values['warn'], time: Date.now(), lines, msg })}\n`;
}

/** What a terminal obeys or a viewer of text takes for an end of line: a client may have chosen the text. */
const controls = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const controlsInLine = /(?!\n$)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

const codeOf = (character: string): string => character.charCodeAt(0).toString(16).padStart(4, '0');

/** The value stays the same: JSON itself allows these characters, except those below U+0020. */
export function escapeJson(line: string): string {
  return line.replace(controlsInLine, (character) => `\\u${codeOf(character)}`);
}

/**
 * @param options default: colours if standard output is a terminal
 * @returns a function that makes a short line of a JSON line
 */
export function prettyLines(options: { colorize?: boolean } = {}): (line: string) => string {
  const prettify = prettyFactory({ ...options, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' });
  const shown = (character: string): string => `<U+${codeOf(character).toUpperCase()}>`;
  return (line) => {
    const entry: unknown = JSON.parse(line, (key, value: unknown) => {
      if (typeof value !== 'string') return value;
      const parts = key === 'stack' ? value.split('\n') : [value];
      return parts.map((part) => part.replace(controls, shown)).join('\n');
    });
    return prettify(entry);
  };
}

/**
 * Logs a fault at most once in `everyMs`, with `faults`: how many there were since the last line, this one included.
 * @param always fields of each line
 * @returns logs the fault, with more fields of this one
 */
export function createFaultLog(
  logger: Logger,
  level: 'warn' | 'error',
  message: string,
  always: object = {},
  everyMs = 1000,
): (cause: unknown, fields?: object) => void {
  let writtenAt = -Infinity;
  let faults = 0;
  return (cause, fields) => {
    faults++;
    const now = performance.now();
    if (now - writtenAt < everyMs) return;
    logger[level]({ err: cause, faults, ...always, ...fields }, message);
    writtenAt = now;
    faults = 0;
  };
}
