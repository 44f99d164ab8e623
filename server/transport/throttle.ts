// What one connection may make the server do. In a turn of the event loop: its share, and the rest waits for the next one.
// In a second: a token bucket for its messages and one for their bytes; above them the connection is not read for a moment,
// and a client that goes on is told so, and then cut. [R34] [U29]
import type { Scheduler } from '../timing/scheduler.js';
import { costOf, costOfJson, longBytes, turns, type Turns, type Waiter } from '../timing/turns.js';
import { now, TokenBuckets, type Clock, type Rate } from './token-buckets.js';

/** The shortest and the longest time for which a connection is not read. */
const minPauseMs = 25;
const maxPauseMs = 250;

/** A client that sends too fast for so long is told, and then cut. */
const refuseAfterMs = 1000;
const cutAfterMs = 1500;

/** A client that has been read for so long without a pause is not too fast any more. */
const calmMs = 250;

/** Emitted by a WebSocket that has sent too fast for 1 s, with false, and with true when it has gone on. */
export const tooFast = 'too-fast';

/** What a throttle needs of a connection. */
export interface ThrottledConnection<Message> {
  pause(): void;
  resume(): void;
  /** Of the next part of what has been read. */
  readonly partBytes: number;
  /** Parses that part, into `receive`. @returns false: there is nothing more */
  parse(): boolean;
  handle(message: Message): void;
  /** It has sent too fast for 1 s. */
  refuse(): void;
  /** It goes on: for 1.5 s. Nothing of it is handled after this. */
  cut(): void;
  /** Everything that came before the end has been handled. */
  ended(): void;
}

interface Waiting<Message> {
  message: Message;
  /** That count in the rate. */
  counted: number;
  cost: number;
}

/** Of a part of what has been read, in units of a turn. */
function costOfPart(bytes: number): number {
  return 2 + bytes / 2048;
}

/** Of each message in it that waits. Only when its last part comes, the parts are joined and unmasked: 3 ms for 1 MiB. */
function costOfParsing(bytes: number): number {
  return 0.25 + bytes / 2048;
}

type OwnTurns = Pick<Turns, 'isBusy' | 'take' | 'spend' | 'wait'>;

/** A class: there is one for each connection, and methods cost no memory there. */
export class Throttle<Message> implements Waiter {
  served = 0;
  private readonly buckets: TokenBuckets;
  private readonly connection: ThrottledConnection<Message>;
  private readonly scheduler: Scheduler;
  private readonly clock: Clock;
  private readonly turns: OwnTurns;
  /** What was parsed before the pause began, in order; absent: it is not paused. */
  private waiting: Waiting<Message>[] | undefined = undefined;
  private hasUnparsed = false;
  /** Present while it is too fast; otherwise what waits is waiting for its turn. */
  private cancelPause: (() => void) | undefined = undefined;
  private overSince = 0;
  /** Infinity: it has been too fast, and has not been read since. */
  private resumedAt = -Infinity;
  private isRefused = false;
  private isEnding = false;
  private isStopped = false;

  constructor(
    rate: Rate,
    connection: ThrottledConnection<Message>,
    scheduler: Scheduler,
    clock: Clock = now,
    ofProcess: OwnTurns = turns,
  ) {
    this.buckets = new TokenBuckets(rate, clock);
    this.connection = connection;
    this.scheduler = scheduler;
    this.clock = clock;
    this.turns = ofProcess;
  }

  get isWaiting(): boolean {
    return this.waiting !== undefined && !this.isStopped;
  }

  /** Something has been read. Parses it now, or part by part in later turns. */
  read(): void {
    this.hasUnparsed = true;
    while (this.hasUnparsed && !this.waiting) {
      if (this.turns.take(costOfPart(this.connection.partBytes))) this.hasUnparsed = this.connection.parse();
      else this.waitForTurn();
    }
  }

  /** Of a message, in units of a turn: by its length, and by what is in it as soon as others may wait for it. */
  costOf(json: Buffer | string): number {
    return this.waiting || this.turns.isBusy ? costOfJson(json) : costOf(json.length);
  }

  /**
   * @param counted bytes that count in the rate: those of its fragments have been counted
   * @returns whether a message may be handled now. Otherwise it is to be given to `keep`: a long one always.
   */
  admits(bytes: number, cost = costOf(bytes), counted = bytes): boolean {
    return !this.waiting && bytes < longBytes && this.turns.take(cost) && this.buckets.take(counted);
  }

  /** The message is handled in a later turn, or after a pause. */
  keep(message: Message, bytes: number, cost = costOf(bytes), counted = bytes): void {
    if (this.isStopped) return;
    const kept = { message, counted, cost };
    this.turns.spend(costOfParsing(bytes));
    if (this.waiting) this.waiting.push(kept);
    else this.waitForTurn(kept);
  }

  /** Something has been read for which nothing waits, such as a part of a body. What comes later waits longer. */
  charge(events: number, bytes: number): void {
    this.turns.spend(costOfParsing(bytes));
    this.buckets.charge(events, bytes);
  }

  /** Handles the message now, in a later turn, or after a pause. */
  receive(message: Message, bytes: number, cost?: number, counted?: number): void {
    if (this.admits(bytes, cost, counted)) this.connection.handle(message);
    else this.keep(message, bytes, cost, counted);
  }

  /** The connection has ended: what waits is handled in its turn, and then `ended` is called. @returns false: nothing waits */
  end(): boolean {
    if (!this.waiting || this.isStopped) return false;
    this.isEnding = true;
    if (this.cancelPause) {
      this.cancelPause();
      this.cancelPause = undefined;
      this.turns.wait(this);
    }
    return true;
  }

  /** What waits is dropped, and so is all that comes. */
  stop(): void {
    this.cancelPause?.();
    this.cancelPause = undefined;
    this.isStopped = true;
    this.hasUnparsed = false;
    this.waiting = [];
  }

  nextCost(): number | undefined {
    // It has become too fast.
    if (this.cancelPause || this.isStopped) return undefined;
    const next = this.waiting?.[0];
    if (next) return next.cost;
    if (this.hasUnparsed) return costOfPart(this.connection.partBytes);
    this.finish();
    return undefined;
  }

  goOn(): void {
    const next = this.waiting?.[0];
    if (!next) this.hasUnparsed = this.connection.parse();
    else if (this.isEnding || this.buckets.take(next.counted)) {
      this.waiting?.shift();
      this.connection.handle(next.message);
    } else this.begin();
  }

  private waitForTurn(...first: Waiting<Message>[]): void {
    this.waiting = first;
    this.turns.wait(this);
  }

  private begin(): void {
    const at = this.clock();
    if (at - this.resumedAt > calmMs) {
      this.overSince = at;
      this.isRefused = false;
    }
    if (this.resumedAt !== Infinity) this.connection.pause();
    this.resumedAt = Infinity;
    const ms = this.buckets.msUntil(this.waiting?.length ?? 0);
    this.cancelPause = this.scheduler.after(Math.min(Math.max(ms, minPauseMs), maxPauseMs), () => {
      this.endPause();
    });
  }

  private endPause(): void {
    this.cancelPause = undefined;
    const overMs = this.clock() - this.overSince;
    if (overMs >= cutAfterMs) {
      this.stop();
      this.connection.cut();
      return;
    }
    if (overMs >= refuseAfterMs && !this.isRefused) {
      this.isRefused = true;
      this.connection.refuse();
    }
    this.turns.wait(this);
  }

  private finish(): void {
    this.waiting = undefined;
    if (this.resumedAt === Infinity) this.resumedAt = this.clock();
    if (this.isEnding) this.connection.ended();
    else this.connection.resume();
  }
}
