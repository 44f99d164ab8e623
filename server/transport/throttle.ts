// The rate limit of one connection: a token bucket for its messages and one for their bytes. Above them the connection is
// not read for a moment; a client that goes on is told so, and then cut. [R34] [U29]
import type { RateGrant } from '../protocol/rate-grant.js';
import type { Scheduler } from '../timing/scheduler.js';

/** What one connection may send in a second; 0: any number. */
export interface Rate {
  events: number;
  bytes: number;
}

/** What is told to a client; nothing if there is no limit. */
export function grantOf(rate: Rate): RateGrant {
  return hasLimit(rate) ? { rateLimit: rate } : {};
}

export function hasLimit({ events, bytes }: Rate): boolean {
  return events > 0 || bytes > 0;
}

/** So many seconds' worth may come at once. */
const burstSeconds = 4;

/** The shortest and the longest time for which a connection is not read. */
const minPauseMs = 25;
export const maxPauseMs = 250;

/** A client that sends too fast for so long is told, and then cut. */
const refuseAfterMs = 1000;
const cutAfterMs = 2000;

/** A client that has been read for so long without a pause is not too fast any more. */
const calmMs = 250;

/** Emitted by a WebSocket that has sent too fast for 1 s, with false, and with true when it has gone on. */
export const tooFast = 'too-fast';

type Clock = () => number;

const now: Clock = () => performance.now();

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
    this.spend(bytes);
    return true;
  }

  /** Also below zero. */
  spend(bytes: number): void {
    this.events -= 1;
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

  /** More than a whole burst has been spent that was not there. */
  get isOverdrawn(): boolean {
    return this.events < -burstOf(this.rate.events) || this.bytes < -burstOf(this.rate.bytes);
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

/** What a throttle needs of a connection. */
export interface ThrottledConnection<Message> {
  pause(): void;
  resume(): void;
  handle(message: Message): void;
  /** It has sent too fast for 1 s. */
  refuse(): void;
  /** It goes on: for 2 s. Nothing of it is handled after this. */
  cut(): void;
}

interface Waiting<Message> {
  message: Message;
  bytes: number;
}

/** A class: there is one for each connection, and methods cost no memory there. */
export class Throttle<Message> {
  private readonly buckets: TokenBuckets;
  private readonly connection: ThrottledConnection<Message>;
  private readonly scheduler: Scheduler;
  private readonly clock: Clock;
  /** What was read before the pause began, in order; absent: it is not paused. */
  private waiting: Waiting<Message>[] | undefined = undefined;
  private cancelPause: (() => void) | undefined = undefined;
  private overSince = 0;
  private resumedAt = -Infinity;
  private isRefused = false;

  constructor(rate: Rate, connection: ThrottledConnection<Message>, scheduler: Scheduler, clock = now) {
    this.buckets = new TokenBuckets(rate, clock);
    this.connection = connection;
    this.scheduler = scheduler;
    this.clock = clock;
  }

  /** Handles the message now, or after the pause. */
  receive(message: Message, bytes: number): void {
    if (this.waiting) this.waiting.push({ message, bytes });
    else if (this.buckets.take(bytes)) this.connection.handle(message);
    else {
      this.waiting = [{ message, bytes }];
      this.begin();
    }
  }

  /** The connection has ended. What it sent before that is handled. */
  end(): void {
    this.cancelPause?.();
    const { waiting = [] } = this;
    this.waiting = undefined;
    for (const { message } of waiting) this.connection.handle(message);
  }

  private begin(): void {
    const at = this.clock();
    if (at - this.resumedAt > calmMs) {
      this.overSince = at;
      this.isRefused = false;
    }
    this.connection.pause();
    this.pause();
  }

  private pause(): void {
    const ms = this.buckets.msUntil(this.waiting?.length ?? 0);
    this.cancelPause = this.scheduler.after(Math.min(Math.max(ms, minPauseMs), maxPauseMs), () => {
      this.goOn();
    });
  }

  private goOn(): void {
    const overMs = this.clock() - this.overSince;
    if (overMs >= cutAfterMs) {
      this.waiting = [];
      this.connection.cut();
      return;
    }
    if (overMs >= refuseAfterMs && !this.isRefused) {
      this.isRefused = true;
      this.connection.refuse();
    }
    // The connection may end while one of them is handled.
    const { waiting = [] } = this;
    for (let next = waiting[0]; next && this.waiting === waiting; next = waiting[0]) {
      if (!this.buckets.take(next.bytes)) break;
      waiting.shift();
      this.connection.handle(next.message);
    }
    if (this.waiting !== waiting) return;
    if (waiting.length > 0) {
      this.pause();
      return;
    }
    this.waiting = undefined;
    this.resumedAt = this.clock();
    this.connection.resume();
  }
}
