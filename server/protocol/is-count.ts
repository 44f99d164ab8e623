// What counts: attempts and receipts from 0, messages from 1. [R6] [R14] [U21]

/** A whole number that a double can tell from the next, not below `least`. */
export function isCount(value: unknown, least: 0 | 1 = 0): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}
