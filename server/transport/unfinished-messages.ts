// Messages of which only a part has come: what is kept of them has a bound in the process, and an end in time. [R8] [U15]
import type { Scheduler } from '../timing/scheduler.js';

/** A message is complete so long after its first byte, or its connection is closed. */
const maxMs = 10_000;

/** Of all that are unfinished in this process. */
const maxBytes = 64 * 1024 * 1024;

/** A part that is kept takes so much beside its bytes. */
const bytesBesidePart = 256;

/** A connection with such a message. */
export interface Holder {
  /** Closes the connection, and keeps nothing of the message. */
  closeUnfinished(): void;
}

interface Kept {
  bytes: number;
  cancel: () => void;
}

export class UnfinishedMessages {
  /** The oldest first. */
  private readonly kept = new Map<Holder, Kept>();
  private readonly maxBytes: number;
  private bytes = 0;

  constructor(most = maxBytes) {
    this.maxBytes = most;
  }

  get count(): number {
    return this.kept.size;
  }

  /** A part of what has come has been parsed. */
  look(holder: Holder, receiver: Receiver, scheduler: Scheduler): void {
    const bytes = bytesUnfinished(receiver);
    if (bytes > 0) this.keep(holder, bytes, scheduler);
    else this.forget(holder);
  }

  /** So much is kept of the message now. Above the bound, a connection that keeps more than the average is closed. */
  keep(holder: Holder, bytes: number, scheduler: Scheduler): void {
    const known = this.kept.get(holder);
    this.bytes += bytes - (known?.bytes ?? 0);
    if (known) known.bytes = bytes;
    else this.kept.set(holder, { bytes, cancel: scheduler.after(maxMs, () => this.close(holder)) });
    while (this.bytes > this.maxBytes) this.close(this.isLarge(bytes) ? holder : this.oldestLarge());
  }

  /** The message is complete, or its connection is closed. */
  forget(holder: Holder): void {
    const known = this.kept.get(holder);
    if (!known) return;
    known.cancel();
    this.bytes -= known.bytes;
    this.kept.delete(holder);
  }

  private close(holder: Holder | undefined): void {
    if (!holder) return;
    this.forget(holder);
    holder.closeUnfinished();
  }

  /** Those of honest clients are small, or complete within milliseconds. */
  private isLarge(bytes: number): boolean {
    return bytes * this.kept.size >= this.bytes;
  }

  private oldestLarge(): Holder | undefined {
    for (const [holder, { bytes }] of this.kept) if (this.isLarge(bytes)) return holder;
    return undefined;
  }
}

/** Of the process, however many parleys run in it. */
export const unfinishedMessages = new UnfinishedMessages();

/** What ws keeps of a message that it reads (ws 8.23, lib/receiver.js). It has no public names. */
export interface Receiver {
  /** Read, and not yet a whole frame. */
  _buffers: Buffer[];
  _bufferedBytes: number;
  /** Of the frames before. */
  _fragments: Buffer[];
  _messageLength: number;
  /** The opcode of a message that has begun; 0: none has. */
  _fragmented: number;
  /** Of the frame that is read: what comes next. 0: its first byte. */
  _state: number;
  _payloadLength: number;
  _fin: boolean;
  _mask: Buffer | undefined;
  /** Called with each whole frame of a message. */
  dataMessage(onParsed: (error?: Error) => void): void;
}

/** @param onFragment is called with each whole frame that does not end its message, and the bytes of its payload */
export function watchFragments(receiver: Receiver, onFragment: (bytes: number) => void): void {
  const { dataMessage } = receiver;
  receiver.dataMessage = (onParsed) => {
    if (!receiver._fin) {
      const last = receiver._payloadLength > 0 ? receiver._fragments.pop() : undefined;
      if (last) receiver._fragments.push(alone(last));
      onFragment(receiver._payloadLength);
    }
    dataMessage.call(receiver, onParsed);
  };
}

/** @returns the bytes that are kept of an unfinished message; 0: there is none */
function bytesUnfinished(receiver: Receiver): number {
  const { _buffers: buffers, _fragments: fragments, _mask: mask } = receiver;
  if (receiver._fragmented === 0 && receiver._state === 0 && receiver._bufferedBytes === 0) return 0;
  // The others have been read after the head of the frame, and are whole.
  if (buffers[0]) buffers[0] = alone(buffers[0]);
  if (mask) receiver._mask = alone(mask);
  const parts = buffers.length + fragments.length + 1;
  return receiver._bufferedBytes + receiver._messageLength + parts * bytesBesidePart;
}

/** Not while it parses. */
export function dropUnfinished(receiver: Receiver): void {
  receiver._buffers = [];
  receiver._bufferedBytes = 0;
  receiver._fragments = [];
}

/** A part of what was read at once keeps all of it in memory. */
function alone(part: Buffer): Buffer {
  if (part.length * 2 >= part.buffer.byteLength) return part;
  const copy = Buffer.allocUnsafeSlow(part.length);
  copy.set(part);
  return copy;
}
