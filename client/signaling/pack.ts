// Makes a parcel of what the app wants to send: a copy that nobody changes any more, and its size.
import { findFlaw } from '../../server/protocol/parse-signal.js';
import { ChannelFailure, type ChannelFailureReason } from './channel-failure.js';
import type { Parcel } from './outbox.js';
import type { SignalKind, SignalMeta } from '../../server/protocol/room-events.js';

/** Bytes of JSON. With what travels around it, it has to fit into a frame of 1 MiB. */
const maxPackedBytes = 1_000_000;

const encoder = new TextEncoder();

/** What the server looks at: the value, or what it travels in. */
export type Wrap = (as: SignalKind, value: unknown, meta?: SignalMeta) => unknown;

const bare: Wrap = (_as, value) => value;

/** @returns the parcel, or why the value cannot be sent */
export function pack(id: number, value: unknown, as: SignalKind, wrap = bare): Parcel | ChannelFailure {
  const flaw = findReason(wrap(as, value));
  if (flaw !== undefined) return new ChannelFailure(flaw);
  const text = JSON.stringify(value);
  const bytes = encoder.encode(text).length;
  if (bytes > maxPackedBytes) return new ChannelFailure('too-large', { limit: maxPackedBytes });
  return { id, as, value: JSON.parse(text), bytes };
}

/** Whether the server's own limit, in the server's own measure, is passed. */
export function isAbove(limit: number, { as, value }: Parcel, wrap = bare, meta?: SignalMeta): boolean {
  return findFlaw(wrap(as, value, meta), limit) === 'too-large';
}

/** Why a value cannot travel, in the library's words. */
function findReason(value: unknown): ChannelFailureReason | undefined {
  try {
    // With a limit, so that its JSON is looked at, which throws where there is none.
    const flaw = findFlaw(value, Infinity);
    return flaw === 'binary' ? 'bad-value' : flaw;
  } catch {
    // Undefined, a function, a BigInt: there is no JSON of it.
    return 'bad-value';
  }
}
