// How fast one connection may send, so that the server, which limits it, has no reason to hold it up. Pure: the time goes
// in. Two token buckets. What has to go at once goes at once and is only counted; messages wait until there is room.
import type { RateGrant } from '../../server/protocol/rate-grant.js';

/** Asked for one message after another. @returns 0: it may go; otherwise the ms after which to ask again */
export type Turns = (bytes: number) => number;

export interface Pace {
  /** There is a new connection, on which nothing was sent. Without a limit nothing waits. */
  start(limit: RateGrant['rateLimit'], now: number): void;
  /** A frame was sent. */
  spend(bytes: number, now: number): void;
  /** For messages that are to go in one go, in order. */
  turns(now: number): Turns;
  /** Receipts are gathered for this long; under a low limit for longer, so that half of it is left for messages. */
  readonly receiptWaitMs: number;
}

/** The rest is for what does not wait, and for the server's clock, which may be slower. */
const usedShare = 0.8;

/** What may be sent at once, as the time in which it is earned. */
const burstMs = 4000;

/** Around a message there are a name, a number and two ids. What a frame really was is counted when it is sent. */
const aroundBytes = 300;

/** So that a few messages go together, and not each at a timer of its own. */
const leastPauseMs = 20;

/** Longer than any sensible limit needs; a browser's timer runs at once when it is asked for more than 24 days. */
const maxPauseMs = 60_000;

const leastReceiptWaitMs = 20;

/** A sender takes a receipt for overdue after 2 s. */
const maxReceiptWaitMs = 500;

export function createPace(): Pace {
  let events = createBucket(0);
  let bytes = createBucket(0);
  return {
    start(limit, now) {
      events = createBucket(limit?.events, now);
      bytes = createBucket(limit?.bytes, now);
    },
    spend(size, now) {
      events.spend(1, now);
      bytes.spend(size, now);
    },
    turns(now) {
      let count = 0;
      let size = 0;
      return (more) => {
        const next = more + aroundBytes;
        const waitMs = Math.max(events.waitMs(count, 1, now), bytes.waitMs(size, next, now));
        if (waitMs > 0) return Math.min(Math.max(waitMs, leastPauseMs), maxPauseMs);
        count++;
        size += next;
        return 0;
      };
    },
    get receiptWaitMs() {
      const everyMs = 2 * Math.max(events.msEach, bytes.msEach * aroundBytes);
      return Math.min(Math.max(everyMs, leastReceiptWaitMs), maxReceiptWaitMs);
    },
  };
}

/** @param perSecond 0: no limit */
function createBucket(perSecond = 0, now = 0) {
  const msEach = perSecond > 0 ? 1000 / (perSecond * usedShare) : 0;
  let fullAt = now;
  return {
    /** The time in which one is earned. */
    msEach,
    spend(amount: number, now: number): void {
      fullAt = Math.max(fullAt, now) + amount * msEach;
    },
    /** After what is `ahead`. What is more than the whole bucket goes when that is full. */
    waitMs(ahead: number, amount: number, now: number): number {
      const missingMs = Math.max(fullAt - now, 0);
      return missingMs + ahead * msEach + Math.min(amount * msEach - burstMs, 0);
    },
  };
}
