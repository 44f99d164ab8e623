// What this side has sent and has no receipt for, in order and numbered, and the port that it is written to. Pure: leaves
// writing to the sender.
//
// First come the messages that are addressed to one client instance of the other side, then those that wait for any.
import type { SignalKind, SignalMeta, Receipt } from '../../server/protocol/room-events.js';
import type { ChannelFailure } from '../transport/channel-failure.js';
import type { Turns } from './pace.js';

export interface Message {
  as: SignalKind;
  value: unknown;
  /** Of its JSON. */
  bytes: number;
  /** There is room for it also where there is none for others. */
  isUrgent: boolean;
  /** Tells the program that the message has arrived, or why it never will. */
  settle: (failure?: ChannelFailure) => void;
}

/** One that goes now: with its number, or without one to a client that numbers nothing. */
export interface NextMessage extends Message {
  meta: SignalMeta | undefined;
  isResent: boolean;
}

/** Enough for a loop without pauses, which takes minutes at the rate that a server allows. */
export const outboxLimits = { maxMessages: 200_000, maxBytes: 32 * 1024 * 1024 };

export interface Outbox {
  /** Messages that were written and have no receipt. */
  readonly written: number;
  /** Messages that have no receipt. */
  readonly length: number;
  /** @returns false when it is full */
  push(message: Message): boolean;
  /**
   * Everything is for this client instance, or without numbers for a client that has no id.
   * @returns what was for another one
   */
  address(to: string | undefined): Message[];
  /** The other side is gone: what is pushed from now on waits for the next. @returns what was for one that cannot return */
  keep(): Message[];
  /** One side is away: if the other has no instance id, what is pushed from now on waits for the next. */
  pause(): void;
  /**
   * The next messages to write, at most so many that `window` are without receipt, and in how many ms more may go; 0: now.
   * Takes them out if the other side has no client instance id.
   */
  write(window: number, turns: Turns): { messages: NextMessage[]; waitMs: number };
  /** Everything without receipt is to be written again. */
  rewind(): void;
  /** @returns the messages that a receipt for everything up to `upTo` is about */
  settle(upTo: number, from: string, to: string): Message[];
  /**
   * Takes out messages that can never arrive; those behind them move up, and all are to be written again.
   * @param isHopeless is given what a message travels with, if it is addressed
   */
  discard(isHopeless: (message: Message, meta?: SignalMeta) => boolean): Message[];
  /** Takes out everything. */
  clear(): Message[];
}

export function createOutbox(me: string, { maxMessages, maxBytes }: typeof outboxLimits): Outbox {
  const messages: Message[] = [];
  let bytes = 0;
  /** Whom the addressed ones are for, also while it is gone: the same one may come back. */
  let to: string | undefined;
  /** A new name for every new addressee: numbers that were given in vain are never counted on again. */
  let from = me;
  let renamed = 0;
  let firstSeq = 1;
  let addressed = 0;
  let isAddressing = false;
  let written = 0;
  /** Numbers below it were written at least once. */
  let freshSeq = 1;

  function take(start: number, count: number): Message[] {
    const taken = messages.splice(start, count);
    addressed -= Math.min(count, Math.max(0, addressed - start));
    for (const message of taken) bytes -= message.bytes;
    return taken;
  }

  /** Where the messages end that may go, from `start` on. */
  function findEnd(start: number, end: number, turns: Turns): { at: number; waitMs: number } {
    for (let at = start; at < end; at++) {
      const waitMs = turns(messages[at]?.bytes ?? 0);
      if (waitMs > 0) return { at, waitMs };
    }
    return { at: end, waitMs: 0 };
  }

  return {
    get written() {
      return written;
    },
    get length() {
      return messages.length;
    },
    push(message) {
      // One message fits always, however large the limit of one is.
      const isFull =
        messages.length >= maxMessages || (messages.length > 0 && bytes + message.bytes > maxBytes);
      if (isFull && !message.isUrgent) return false;
      messages.push(message);
      bytes += message.bytes;
      if (isAddressing) addressed++;
      return true;
    },
    address(addressee) {
      const lost = addressee === to ? [] : take(0, addressed);
      if (addressee !== to) {
        if (to !== undefined) from = `${me}/${(++renamed).toString(36)}`;
        to = addressee;
        firstSeq = freshSeq = 1;
        written = 0;
      }
      isAddressing = true;
      addressed = messages.length;
      return lost;
    },
    keep() {
      isAddressing = false;
      return to === undefined ? take(0, addressed) : [];
    },
    pause() {
      if (to === undefined) isAddressing = false;
    },
    write(window, turns) {
      const start = written;
      const end = Math.max(start, Math.min(addressed, to === undefined ? addressed : window));
      const { at, waitMs } = findEnd(start, end, turns);
      if (to === undefined) {
        const bare = take(0, at).map((each) => ({ ...each, meta: undefined, isResent: false }));
        return { messages: bare, waitMs };
      }
      const addressee = to;
      const next = messages.slice(start, at).map((message, index) => {
        const seq = firstSeq + start + index;
        return { ...message, meta: { seq, from, to: addressee }, isResent: seq < freshSeq };
      });
      written = at;
      freshSeq = Math.max(freshSeq, firstSeq + written);
      return { messages: next, waitMs };
    },
    rewind() {
      written = 0;
    },
    settle(upTo, receiver, sender) {
      if (receiver !== to || sender !== from) return [];
      const count = Math.min(upTo, freshSeq - 1) - firstSeq + 1;
      if (count <= 0) return [];
      firstSeq += count;
      written = Math.max(0, written - count);
      return take(0, count);
    },
    discard(isHopeless) {
      const hopeless: Message[] = [];
      for (let index = messages.length - 1; index >= 0; index--) {
        const message = messages[index];
        const meta = to === undefined ? undefined : { seq: firstSeq + index, from, to };
        if (message === undefined || !isHopeless(message, meta)) continue;
        hopeless.unshift(...take(index, 1));
      }
      if (hopeless.length > 0) {
        written = 0;
        freshSeq = Math.min(freshSeq, firstSeq + addressed);
      }
      return hopeless;
    },
    clear: () => take(0, messages.length),
  };
}

/** A receipt without the channel's name, which the sink adds. */
export type NumberReceipt = Omit<Receipt, 'channel'>;

/** Where messages go: an open connection, or nowhere while there is none. */
export interface Sink {
  /** Without `meta`: to a client that numbers nothing. */
  write(as: SignalKind, value: unknown, meta: SignalMeta | undefined): void;
  acknowledge(receipt: NumberReceipt): void;
  /** Levels of nesting that `write` puts around a value and that the server counts. */
  readonly addedDepth: number;
  /** Whether the server measures more than `maxBytes` in what `write` would send. */
  isAbove(maxBytes: number, message: { as: SignalKind; value: unknown }, meta?: SignalMeta): boolean;
  /** A receipt is overdue: is the server still there? */
  check(): void;
}
