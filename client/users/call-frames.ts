// How a channel travels in the frames of the user protocol, which has offers, answers and candidates only.
//
// Between two libraries:
//   offer      { parley: { me, about } }            rings; `me` is the caller's instance id, `about` the app's own value
//   answer     { parley: { me } }                   takes the call
//   candidate  { parley: { as, value, meta } }      a message, numbered
//   candidate  { parley: { receipt } }              a receipt
//   candidate  { parley: { me } }                   this side was away and is back: send again what has no receipt
//   offer      { parley: { me, again: true } }      after a restart of the server: links the two again
// With a client of the tutorial's kind, frames are what they say: its offer is the call's `about`; `send` makes a
// candidate of a message and an answer of a response; its own frames come as messages and responses, without receipts.
import { isCount, isRecord, isToken } from '../../server/protocol/parsed.js';
import type { SignalKind, SignalMeta } from '../../server/protocol/room-events.js';
import type { NumberReceipt } from '../reliable/outbox.js';

export interface Ring {
  is: 'ring';
  me: string;
  about: unknown;
  /** The call is going on: it does not ring. */
  isAgain: boolean;
}

export type Frame =
  | Ring
  | { is: 'value'; as: SignalKind; value: unknown; meta: SignalMeta }
  | { is: 'receipt'; receipt: NumberReceipt };

export function writeRing(me: string, about?: unknown): unknown {
  return { parley: { me, about } };
}

export function writeRingAgain(me: string): unknown {
  return { parley: { me, again: true } };
}

/** @returns undefined when it comes from another kind of client */
export function readRing(value: unknown): Ring | undefined {
  const inside = readInside(value);
  const me = inside?.['me'];
  if (!isToken(me)) return undefined;
  return { is: 'ring', me, about: inside?.['about'], isAgain: inside?.['again'] === true };
}

/** @returns undefined when it comes from another kind of client, or is malformed */
export function readFrame(value: unknown): Frame | undefined {
  const { as, meta, receipt, value: sent } = readInside(value) ?? {};
  const ring = readRing(value);
  if (ring) return ring;
  const receiptWay = readWay(receipt, 'upTo');
  if (receiptWay) {
    const { from, to, number } = receiptWay;
    return { is: 'receipt', receipt: { from, to, upTo: number } };
  }
  const way = readWay(meta, 'seq');
  if (way === undefined || (as !== 'message' && as !== 'response')) return undefined;
  const { from, to, number } = way;
  return { is: 'value', as, value: sent, meta: { from, to, seq: number } };
}

/** Two client instance ids and a number under the given name. */
function readWay(value: unknown, name: string): { from: string; to: string; number: number } | undefined {
  if (!isRecord(value)) return undefined;
  const { from, to, [name]: number } = value;
  return isToken(from) && isToken(to) && isCount(number) ? { from, to, number } : undefined;
}

function readInside(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const inside = isRecord(value) ? value['parley'] : undefined;
  return isRecord(inside) ? inside : undefined;
}
