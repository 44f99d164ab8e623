// The last minute of a call's numbers, as lines of a plot and as text with units. Pure.
import type { CallStats } from '../../index.js';

/** One look a second. */
export const historyLength = 60;

export interface History {
  roundTripMs: readonly Sample[];
  receivedBitsPerSecond: readonly Sample[];
  sentBitsPerSecond: readonly Sample[];
}

/** Undefined: nothing was known at that moment, which is a gap in the line. */
type Sample = number | undefined;

export const noHistory: History = { roundTripMs: [], receivedBitsPerSecond: [], sentBitsPerSecond: [] };

type Numbers = Pick<CallStats, keyof History>;

export function withStats(history: History, stats: Numbers): History {
  return {
    roundTripMs: [...history.roundTripMs, stats.roundTripMs].slice(-historyLength),
    receivedBitsPerSecond: [...history.receivedBitsPerSecond, stats.receivedBitsPerSecond].slice(
      -historyLength,
    ),
    sentBitsPerSecond: [...history.sentBitsPerSecond, stats.sentBitsPerSecond].slice(-historyLength),
  };
}

/** The top of the plot: a round number above all that is shown, so that a still line stays still. */
export function topOf(...lines: readonly (readonly Sample[])[]): number {
  const most = Math.max(1, ...lines.flat().map((sample) => sample ?? 0));
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 5].find((step) => step * power >= most) ?? 10) * power;
}

/** The `d` of an SVG path in a box of these measures; the newest number is at its right edge. */
export function pathOf(
  samples: readonly Sample[],
  top: number,
  { width, height }: { width: number; height: number },
): string {
  const first = historyLength - samples.length;
  return samples
    .map((sample, index) => {
      if (sample === undefined) return '';
      const x = ((first + index) / (historyLength - 1)) * width;
      const y = height - (Math.min(sample, top) / top) * height;
      const isBegin = samples[index - 1] === undefined;
      return `${isBegin ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

export function roundTripText(ms: Sample): string {
  if (ms === undefined) return 'unknown';
  return ms < 1 ? 'below 1 ms' : `${ms.toFixed(0)} ms`;
}

export function bitRateText(bitsPerSecond: Sample): string {
  if (bitsPerSecond === undefined) return 'unknown';
  const kilobits = bitsPerSecond / 1000;
  return kilobits < 1000 ? `${kilobits.toFixed(0)} kbit/s` : `${(kilobits / 1000).toFixed(1)} Mbit/s`;
}
