// Sends exactly once and in order, between two ends over a server that stores nothing: numbers, and sends again what has no
// receipt. Writes to a sink below it. Leaves what arrives to the receiver.
//
// Numbers count for a pair of client instances, not for a connection: when a server restarts and forgets everything, both
// sides enter anew and go on where they were. What was for an instance that was replaced fails as `peer-gone`: nothing that
// was meant for the peer that left reaches the one that came.
import { copyJson } from '../../server/protocol/json-value.js';
import { maxDepth } from '../../server/protocol/limits.js';
import type { SignalKind } from '../../server/protocol/room-events.js';
import { ChannelFailure } from '../transport/channel-failure.js';
import { createTimer, type Clock } from '../transport/clock.js';
import type { Tracer } from '../transport/connection-port.js';
import { createOutbox, outboxLimits, type Message, type NumberReceipt, type Sink } from './outbox.js';
import type { Pace } from './pace.js';

export interface SenderParts {
  /** The client instance id of this side. */
  me: string;
  clock: Clock;
  /** Of the connection. What is written here is counted by the transport. */
  pace: Pace;
  sink: Sink;
  trace: Tracer;
  /** Replaceable for tests. */
  limits?: typeof outboxLimits | undefined;
}

/** The other side: its client instance id, if its client has one. */
export interface Peer {
  me?: string | undefined;
}

export interface Sender {
  /** Whether the last one seen on the other side sends receipts. */
  readonly receipts: boolean;
  /** Whether the other side can be written to now. */
  canWrite(): boolean;
  /** @param isUrgent has room also where the app's own messages have none */
  send(value: unknown, as: SignalKind, isUrgent?: boolean): Promise<void>;
  /** Resolves when nothing waits for a receipt, or when the time is over. */
  settled(withinMs: number): Promise<void>;
  /** This side has entered: the connection is open, and this is the other side, if there is one. */
  enter(peer: Peer | null, isHere: boolean): void;
  /** The other side is there. `isBack`: it may have missed what was written to it. */
  meet(peer: Peer, isBack: boolean): void;
  /** The other side's connection is lost, and it may come back. */
  awayIs(): void;
  /** The other side's seat is free. The same client instance may come all the same; a client without an id does not. */
  goneIs(): void;
  /** This side's connection is lost. */
  drop(): void;
  receipt(receipt: NumberReceipt): void;
  /** The server refuses values above this many bytes. */
  limit(limit: number, message: string): void;
  /** Nothing more goes out; all that wait fail with this. */
  close(failure: ChannelFailure): void;
}

/** Bytes of JSON. With what travels around it, it has to fit into a frame of 1 MiB. */
const maxBytes = 1_000_000;
/** A receipt that is overdue for this long makes everything go again; each time it waits twice as long, up to the most. */
const patienceMs = 2000;
const maxPatienceMs = 10_000;
/** Messages on their way without receipt: enough for speed, few enough not to flood a peer after a lost connection. */
export const windowMessages = 128;

export function createSender({ me, clock, pace, sink, trace, limits = outboxLimits }: SenderParts): Sender {
  const outbox = createOutbox(me, limits);
  let idle: (() => void)[] = [];
  let isUp = false;
  let isHere = false;
  let peer: Peer | null = null;
  let overdueAt: number | undefined;
  /** More may be written then. */
  let pausedUntil: number | undefined;
  let patience = patienceMs;
  let serverLimit: { limit: number; message: string } | undefined;
  let over: ChannelFailure | undefined;
  const timer = createTimer(clock, (now) => {
    if (overdueAt !== undefined && overdueAt <= now) {
      patience = Math.min(patience * 2, maxPatienceMs);
      sink.check();
      rewind();
    }
    writeMore(now);
  });

  const canWrite = (): boolean => isUp && isHere && peer !== null && over === undefined;

  function fail(messages: Message[], failure: ChannelFailure): void {
    for (const { settle } of messages) settle(failure);
  }

  /** At the end of everything that may have changed what is due, or what waits. */
  function rest(): void {
    timer.set(over ? Infinity : Math.min(overdueAt ?? Infinity, pausedUntil ?? Infinity));
    if (outbox.length > 0) return;
    for (const resolve of idle) resolve();
    idle = [];
  }

  function pause(): void {
    overdueAt = pausedUntil = undefined;
    outbox.pause();
    rest();
  }

  function rewind(): void {
    outbox.rewind();
    overdueAt = undefined;
  }

  function writeMore(now: number): void {
    pausedUntil = undefined;
    if (!canWrite()) {
      overdueAt = undefined;
    } else {
      const { messages, waitMs } = outbox.write(windowMessages, pace.turns(now));
      for (const { as, value, meta, isResent, settle } of messages) {
        if (isResent) trace('here', 'again', [meta?.seq]);
        sink.write(as, value, meta);
        if (!meta) settle();
      }
      if (waitMs > 0) pausedUntil = now + waitMs;
      overdueAt = outbox.written === 0 ? undefined : (overdueAt ?? now + patience);
    }
    rest();
  }

  /** @param again it may have missed what was written to it */
  function find(other: Peer, here: boolean, again: boolean): void {
    peer = other;
    isHere = here;
    patience = patienceMs;
    fail(outbox.address(other.me), new ChannelFailure('peer-gone'));
    if (again) rewind();
    writeMore(clock.now());
  }

  function goneIs(): void {
    isHere = false;
    pause();
    fail(outbox.keep(), new ChannelFailure('peer-gone'));
    rest();
  }

  return {
    canWrite,
    get receipts() {
      return peer?.me !== undefined;
    },
    send(value, as, isUrgent = false) {
      const sent = new Promise<void>((resolve, reject) => {
        const settle = (failure?: ChannelFailure): void => (failure ? reject(failure) : resolve());
        const packed = over ?? pack(value, sink.addedDepth);
        if (packed instanceof ChannelFailure) settle(packed);
        else if (serverLimit && sink.isAbove(serverLimit.limit, { as, value: packed.value }))
          settle(new ChannelFailure('too-large', serverLimit));
        else if (!outbox.push({ as, ...packed, isUrgent, settle })) settle(new ChannelFailure('overflow'));
        else if (clock.now() >= (pausedUntil ?? 0)) writeMore(clock.now());
      });
      // A program that does not wait for its message must not end because of it.
      sent.catch(() => {});
      return sent;
    },
    settled(withinMs) {
      if (outbox.length === 0) return Promise.resolve();
      return new Promise((resolve) => {
        idle.push(clock.after(withinMs, resolve), resolve);
      });
    },
    enter(other, here) {
      isUp = true;
      if (other) find(other, here, true);
      else goneIs();
    },
    meet(other, isBack) {
      find(other, true, isBack || !isHere || peer?.me !== other.me);
    },
    awayIs() {
      isHere = false;
      pause();
    },
    goneIs,
    drop() {
      isUp = false;
      pause();
    },
    receipt({ upTo, from, to }) {
      const settled = outbox.settle(upTo, from, to);
      if (settled.length === 0) return;
      for (const { settle } of settled) settle();
      patience = patienceMs;
      overdueAt = undefined;
      writeMore(clock.now());
    },
    limit(limit, message) {
      serverLimit = { limit, message };
      const hopeless = outbox.discard((each, meta) => sink.isAbove(limit, each, meta));
      fail(hopeless, new ChannelFailure('too-large', serverLimit));
      if (hopeless.length === 0) return;
      rewind();
      writeMore(clock.now());
    },
    close(failure) {
      over ??= failure;
      fail(outbox.clear(), over);
      rest();
    },
  };
}

/** @returns the copy that is sent, or why the value cannot be sent */
export function pack(value: unknown, addedDepth: number): { value: unknown; bytes: number } | ChannelFailure {
  const copy = copyJson(value, maxDepth - addedDepth);
  if ('flaw' in copy) return new ChannelFailure(copy.flaw);
  return copy.bytes > maxBytes ? new ChannelFailure('too-large', { limit: maxBytes }) : copy;
}
