// The token buckets of one connection: how many messages and bytes it may send in a second, and at once. [R34]
import type { RateGrant } from '../protocol/rate-grant.js';

/** What one connection may send in a second; 0: any number. */
export interface Rate {
  events: number;
  bytes: number;
}

/** What is told to a client; nothing if there is no limit. */
export function grantOf(rate: Rate): RateGrant {
  return rate.events > 0 || rate.bytes > 0 ? { rateLimit: rate } : {};
}

/** So many seconds' worth may come at once. */
const burstSeconds = 4;

export type Clock = () => number;

export const now: Clock = () => performance.now();

/** The share of one connection. Something is taken as long as anything is left: one message may be larger than the burst. */
export class TokenBuckets {
  private readonly rate: Rate;
  private readonly clock: Clock;
  private events: number;
  private bytes: number;
  private filledAt: number;

  constructor(rate: Rate, clock = now) {
    this.rate = rate;
    this.clock = clock;
    this.events = burstOf(rate.events);
    this.bytes = burstOf(rate.bytes);
    this.filledAt = clock();
  }

  /** @returns false: nothing is left, and nothing is taken */
  take(bytes: number): boolean {
    if (this.isEmpty) this.fill();
    if (this.isEmpty) return false;
    this.events -= 1;
    this.bytes -= bytes;
    return true;
  }

  /** Takes it, also if it is not there. */
  charge(events: number, bytes: number): void {
    this.events -= events;
    this.bytes -= bytes;
  }

  /** Milliseconds until so many messages may be taken, as far as their bytes are not counted. */
  msUntil(events: number): number {
    this.fill();
    const { rate } = this;
    const ofEvents = rate.events === 0 ? 0 : (events - this.events) / rate.events;
    const ofBytes = rate.bytes === 0 ? 0 : -this.bytes / rate.bytes;
    return Math.max(ofEvents, ofBytes, 0) * 1000;
  }

  private get isEmpty(): boolean {
    return this.events < 1 || this.bytes <= 0;
  }

  /** Only when it is empty: the clock costs more than all the rest. */
  private fill(): void {
    const at = this.clock();
    const seconds = (at - this.filledAt) / 1000;
    this.filledAt = at;
    this.events = filled(this.events, this.rate.events, seconds);
    this.bytes = filled(this.bytes, this.rate.bytes, seconds);
  }
}

function burstOf(perSecond: number): number {
  return perSecond === 0 ? Infinity : perSecond * burstSeconds;
}

function filled(left: number, perSecond: number, seconds: number): number {
  return perSecond === 0 ? Infinity : Math.min(left + seconds * perSecond, burstOf(perSecond));
}
