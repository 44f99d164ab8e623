// Parses what one peer sends to the other. Checks depth, size and kind; does not interpret the value. [R7] [R8] [R14]
import { isCount, isRecord, accept, refuse, type Parsed, isToken } from './parsed.js';
import { findFlaw } from './json-value.js';
import { refusals } from './refusals.js';
import type { Receipt, Refusal, SignalMeta } from './room-events.js';

export interface Signal {
  /** The channel that the envelope names; absent for a bare value, which goes to the sender's own channel. */
  channel?: string;
  value: unknown;
  meta?: SignalMeta;
}

/** @param maxBytes maximum size of a message, in bytes of UTF-8; 0: unlimited */
export function parseSignal(args: readonly unknown[], maxBytes: number): Parsed<Signal, Refusal> {
  const [whole, meta] = args;
  if (whole === undefined || typeof whole === 'function') {
    return refuse(refusals.badMessage('A message needs a value.'));
  }
  const signal: Signal = isEnvelope(whole)
    ? { channel: whole.channel, value: whole.message }
    : { value: whole };
  const checked = checkValue(signal.value, maxBytes);
  if (!checked.ok) return checked;
  if (meta === undefined || meta === null || typeof meta === 'function') return accept(signal);
  if (!isSignalMeta(meta)) {
    return refuse(refusals.badMessage('A numbered message has seq (a whole number from 1), from and to.'));
  }
  return accept({ ...signal, meta: { seq: meta.seq, from: meta.from, to: meta.to } });
}

export function parseReceipt(args: readonly unknown[]): Parsed<Receipt, Refusal> {
  const value = args[0];
  if (
    isRecord(value) &&
    typeof value['channel'] === 'string' &&
    isCount(value['upTo']) &&
    isToken(value['from']) &&
    isToken(value['to'])
  ) {
    return accept({ channel: value['channel'], upTo: value['upTo'], from: value['from'], to: value['to'] });
  }
  return refuse(refusals.badMessage('A receipt has channel, upTo (a whole number), from and to.'));
}

/** Clients of chapter 4 send `{ channel, message }`; those of chapter 5 and the codelab send the bare value. */
function isEnvelope(value: unknown): value is { channel: string; message: unknown } {
  return isRecord(value) && typeof value['channel'] === 'string' && Object.hasOwn(value, 'message');
}

function checkValue(value: unknown, maxBytes: number): Parsed<unknown, Refusal> {
  switch (findFlaw(value, maxBytes)) {
    case 'binary':
      return refuse(refusals.binary());
    case 'too-deep':
      return refuse(refusals.tooDeep());
    case 'too-large':
      return refuse(refusals.tooLarge(maxBytes));
    case undefined:
      return accept(value);
  }
}

function isSignalMeta(value: unknown): value is SignalMeta {
  return isRecord(value) && isCount(value['seq'], 1) && isToken(value['from']) && isToken(value['to']);
}
