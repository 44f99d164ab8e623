// Decides whether a process is short of memory or of processor time, from what has been measured. [U17]

export interface MemorySample {
  /** Of the heap that V8 may use, from 0 to 1; garbage included. */
  heapShare: number;
  /** Of the memory that this process may use (a container's limit); 0: it has no limit. */
  rssShare: number;
}

/** It begins at one share and ends below the other. */
const heapLimits = { begin: 0.85, end: 0.75 };
const rssLimits = { begin: 0.92, end: 0.87 };

/** It is over when memory has been enough for so long, so that it does not alternate, and fill the log. */
const calmMs = 5000;

export interface Memory {
  isShort: boolean;
  /** When it was short last, in ms. */
  shortAt: number;
}

export const enoughMemory: Memory = { isShort: false, shortAt: -Infinity };

export function judgeMemory(before: Memory, { heapShare, rssShare }: MemorySample, atMs: number): Memory {
  const limit = before.isShort ? 'end' : 'begin';
  if (heapShare >= heapLimits[limit] || rssShare >= rssLimits[limit]) return { isShort: true, shortAt: atMs };
  return { ...before, isShort: before.isShort && atMs - before.shortAt < calmMs };
}

/** After a garbage collection: it has not been enough. */
export function isHeapShort({ heapShare }: MemorySample): boolean {
  return heapShare >= heapLimits.end;
}

export function isRssShort({ rssShare }: MemorySample): boolean {
  return rssShare >= rssLimits.begin;
}

/** A task that should have run by then runs so much later: far above what a slow machine shows. */
const lateMs = 2000;
const punctualMs = 500;

/** Looks in a row that decide. A process that was suspended is late once. */
const looksToBegin = 3;
const looksToEnd = 3;
const looksToClose = 10;

export interface Lag {
  isHigh: boolean;
  /** Looks in a row that were late, or, while it is high, that were punctual. */
  late: number;
  punctual: number;
}

export const noLag: Lag = { isHigh: false, late: 0, punctual: 0 };

/** @param byMs how late the event loop was this time */
export function judgeLag(before: Lag, byMs: number): Lag {
  const late = byMs >= lateMs ? before.late + 1 : 0;
  const punctual = byMs < punctualMs ? before.punctual + 1 : 0;
  const isHigh = before.isHigh ? punctual < looksToEnd : late >= looksToBegin;
  return { isHigh, late, punctual };
}

/**
 * A process that is late because others have the processor, as on a machine that runs tests, has not too much to do itself.
 * Its share may be limited to a part of one, so a quarter of the time is enough.
 * @param cpuMs processor time that it has used meanwhile
 */
export function ownLateness(byMs: number, cpuMs: number): number {
  return Math.min(byMs, 4 * cpuMs);
}

/** It lasts: connections without a seat are closed. */
export function isLagLasting({ isHigh, late }: Lag): boolean {
  return isHigh && late >= looksToClose;
}

/** At each step a tenth of what is left is given up: at least and at most so many, which takes some 50 ms. */
const minStep = 100;
const maxStep = 1000;

export function stepOf(left: number): number {
  return Math.min(left, maxStep, Math.max(minStep, Math.ceil(left / 10)));
}
