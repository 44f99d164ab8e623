// The beginning of any value, on one line: what a row says about contents that it does not know. Pure.
import { oneLine } from './one-line.js';

const maxLength = 80;

/** Text in quotation marks, everything else as JSON; nothing for nothing. */
export function preview(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return `“${oneLine(value, maxLength)}”`;
  return oneLine(JSON.stringify(value), maxLength);
}

/** A name or a sentence, without quotation marks. */
export function words(value: unknown): string {
  return typeof value === 'string' ? oneLine(value, 2 * maxLength) : preview(value);
}
