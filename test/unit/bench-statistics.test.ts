// The benchmark's medians, intervals and ratios.
import { describe, expect, it } from 'vitest';
import { createResults } from '../bench/results.js';
import { intervalOfMedian, median, quantile } from '../bench/statistics.js';

/** From 1 to `count`, out of order. */
function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1).reverse();
}

describe('median', () => {
  it.each([
    [[5], 5],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('refuses no values', () => {
    expect(() => median([])).toThrow();
  });
});

describe('quantile', () => {
  it('is the smallest value that such a share does not exceed', () => {
    expect([0, 0.5, 0.99, 1].map((share) => quantile(upTo(100), share))).toEqual([1, 50, 99, 100]);
    expect(quantile([7], 0.99)).toBe(7);
  });
});

// The coverage is 1 - 2 P(B < k), with B binomial for n and 1/2, as tables of the sign test have it.
describe('interval of the median', () => {
  it.each([
    { count: 1, low: 1, high: 1, coverage: 0 },
    { count: 3, low: 1, high: 3, coverage: 0.75 },
    { count: 5, low: 1, high: 5, coverage: 0.9375 },
    { count: 6, low: 1, high: 6, coverage: 0.96875 },
    { count: 8, low: 1, high: 8, coverage: 0.9921875 },
    { count: 9, low: 2, high: 8, coverage: 0.9609375 },
    { count: 11, low: 2, high: 10, coverage: 0.98828125 },
    { count: 20, low: 6, high: 15, coverage: 0.958610534667969 },
  ])('of $count values reaches from the one at $low to the one at $high', ({ count, ...expected }) => {
    const { low, high, coverage } = intervalOfMedian(upTo(count));
    expect({ low, high }).toEqual({ low: expected.low, high: expected.high });
    expect(coverage).toBeCloseTo(expected.coverage, 12);
  });
});

describe('results', () => {
  it('compare the values of the same round', () => {
    const results = createResults();
    [10, 20, 40].forEach((value, round) => results.record('row', 'base', round, value));
    [20, 60, 80].forEach((value, round) => results.record('row', 'other', round, value));
    expect(results.ratio('row', 'other', 'base')).toMatchObject({ median: 2, low: 2, high: 3 });
  });

  it('leave out rounds in which one of the two is missing', () => {
    const results = createResults();
    results.record('row', 'base', 1, 2);
    results.record('row', 'other', 0, 100);
    results.record('row', 'other', 1, 3);
    expect(results.ratio('row', 'other', 'base')?.median).toBe(1.5);
    expect(results.ratio('row', 'other', 'nobody')).toBeUndefined();
    expect(results.values('row', 'other')).toEqual([100, 3]);
  });
});
