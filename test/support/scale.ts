// How long a test runs: in the long form with the numbers to reach (`npm run chaos`), or in the short one of `npm test`.

/** `CHAOS=full`, which `npm run chaos` sets. */
export const isFull = process.env['CHAOS'] === 'full';

/** The long form's number, or the short one's. */
export function scaled<Value>(full: Value, short: Value): Value {
  return isFull ? full : short;
}

/** A number for a test's title: `10,000`. */
export function inThousands(count: number): string {
  return count.toLocaleString('en-US');
}
