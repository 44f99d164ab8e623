// Median, quantiles and an interval of the median that assumes nothing about the distribution.

/** @throws {Error} without values */
export function median(values: readonly number[]): number {
  const sorted = sortedCopy(values);
  const middle = sorted.length >> 1;
  const upper = at(sorted, middle);
  return sorted.length % 2 === 1 ? upper : (at(sorted, middle - 1) + upper) / 2;
}

/**
 * The smallest value that at least this share of the values do not exceed.
 * @param share from 0 to 1
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = sortedCopy(values);
  return at(sorted, Math.max(0, Math.ceil(sorted.length * share) - 1));
}

export interface Interval {
  low: number;
  high: number;
  /** The probability, from 0 to 1, that the interval covers the median of the distribution. */
  coverage: number;
}

export const wantedCoverage = 0.95;

/**
 * The interval between two order statistics: the narrowest symmetric one that covers the median with 95 %; with fewer than 6 values the
 * smallest and the largest one, which cover it with less. The number of values below the median has a binomial distribution, so this
 * holds for every continuous distribution.
 */
export function intervalOfMedian(values: readonly number[]): Interval {
  const sorted = sortedCopy(values);
  const count = sorted.length;
  let outside = 0;
  let best = 0;
  let coverage = 1 - 2 * chanceBelow(count, 0);
  for (let trim = 0; trim < count / 2; trim++) {
    outside += chanceBelow(count, trim);
    if (1 - 2 * outside < wantedCoverage) break;
    best = trim;
    coverage = 1 - 2 * outside;
  }
  return { low: at(sorted, best), high: at(sorted, count - 1 - best), coverage: Math.max(0, coverage) };
}

/** The probability that exactly `below` of so many values are below the median. */
function chanceBelow(count: number, below: number): number {
  let chance = 0.5 ** count;
  for (let chosen = 1; chosen <= below; chosen++) chance *= (count - chosen + 1) / chosen;
  return chance;
}

function sortedCopy(values: readonly number[]): number[] {
  if (values.length === 0) throw new Error('There are no values.');
  return [...values].sort((one, other) => one - other);
}

function at(sorted: readonly number[], index: number): number {
  const value = sorted[index];
  if (value === undefined) throw new Error(`There is no value ${index}.`);
  return value;
}
