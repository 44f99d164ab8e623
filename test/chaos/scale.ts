// How much chaos: the full form with the figures to reach (`npm run chaos`), or the short one inside `npm test`.
import { vi } from 'vitest';

/** `CHAOS=full`, which `npm run chaos` sets. */
export const isFull = process.env['CHAOS'] === 'full';

/** The full form's number, or the short one's. */
export function scaled<Value>(full: Value, short: Value): Value {
  return isFull ? full : short;
}

/** A slow machine makes chaos slower, not wrong. */
vi.setConfig({ testTimeout: scaled(3_600_000, 90_000) });
