// The numbers of a call's last minute: the lines of the plot, and the text beside them.
import { describe, expect, it } from 'vitest';
import {
  bitRateText,
  historyLength,
  noHistory,
  pathOf,
  roundTripText,
  topOf,
  withStats,
} from '../../client/pages/call/call-history.js';

const box = { width: 59, height: 10 };

describe('the plot', () => {
  it('keeps a minute', () => {
    let history = noHistory;
    for (let ms = 0; ms < 100; ms += 1) history = withStats(history, { roundTripMs: ms });
    expect(history.roundTripMs).toHaveLength(historyLength);
    expect(history.roundTripMs.at(-1)).toBe(99);
    expect(history.sentBitsPerSecond.at(-1)).toBeUndefined();
  });

  it('ends at the right edge, and has a gap where nothing was known', () => {
    expect(pathOf([5, 10, undefined, 0], 10, box)).toBe('M56.0 5.0L57.0 0.0M59.0 10.0');
    expect(pathOf([], 10, box)).toBe('');
  });

  it('nothing sticks out above it', () => {
    expect(pathOf([500], 10, box)).toBe('M59.0 0.0');
  });

  it.each([
    [[], 1],
    [[undefined], 1],
    [[3], 5],
    [[10], 10],
    [[11, 19], 20],
    [[320_000], 500_000],
    [[501_000], 1_000_000],
  ])('%j has a round number at its top: %d', (samples, top) => {
    expect(topOf(samples)).toBe(top);
  });
});

describe('the text', () => {
  it.each([
    [undefined, 'unknown'],
    [0.4, 'below 1 ms'],
    [23.4, '23 ms'],
  ])('%s is %s', (ms, text) => {
    expect(roundTripText(ms)).toBe(text);
  });

  it.each([
    [undefined, 'unknown'],
    [0, '0 kbit/s'],
    [317_900, '318 kbit/s'],
    [1_250_000, '1.3 Mbit/s'],
  ])('%s bits are %s', (bits, text) => {
    expect(bitRateText(bits)).toBe(text);
  });
});
