// Chance from a seed: the same seed makes the same choices. The seed is drawn, and printed, once a run.

export interface Chance {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number;
  /** True once in so many times, on average. */
  oneIn(times: number): boolean;
  pick<Value>(values: readonly [Value, ...Value[]]): Value;
}

/** @param label keeps the choices of one test apart from those of another */
export function createChance(label: string): Chance {
  let state = hash(`${process.env['CHAOS_SEED'] ?? '0'} ${label}`);

  // The generator known as mulberry32: 32 bits of state, good enough to choose faults.
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  const whole = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    whole,
    oneIn: (times) => next() * times < 1,
    pick: (values) => values[whole(0, values.length - 1)] ?? values[0],
  };
}

function hash(text: string): number {
  let state = 0x811c9dc5;
  for (const unit of text) state = Math.imul(state ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  return state;
}
