// What passes through the server to the other, or from there: messages, receipts, offers, goodbyes. Pure.
import { isRecord } from '../../../server/protocol/parsed.js';
import { findSignal } from './find-signal.js';
import type { Step, Summary } from './ladder-row.js';
import { preview, words } from './preview.js';
import { summariseCandidate } from './summarise-candidate.js';
import { summariseSdp } from './summarise-sdp.js';

type Direction = 'in' | 'out';
type Fields = Readonly<Record<string, unknown>>;

/** Undefined: it is between you and the server. */
export function readRelayed(direction: Direction, event: string, args: readonly unknown[]): Step | undefined {
  const way = direction === 'out' ? wayThere : wayBack;
  const [first, meta] = args;
  const fields: Fields = isRecord(first) ? first : {};
  switch (event) {
    case 'message':
    case 'response': {
      const value = direction === 'out' ? withoutEnvelope(first) : first;
      return { ...way, ...readContents(event, value, direction), ...numberOf(meta) };
    }
    case 'received':
      return { ...way, ...readReceipt(fields) };
    case 'Bye':
      // `expelled` is the server's own word.
      if (direction === 'in' && 'reason' in fields && fields['reason'] !== 'said') return undefined;
      return { ...way, kind: event, words: 'ends the conversation' };
    case 'offer':
    case 'answer':
    case 'candidate':
      return { ...way, ...readFrame(event, fields, direction) };
    case 'leave':
      // Of a call by name; that of a channel is between one and the server. [R35]
      return 'name' in fields ? { ...way, kind: event, words: 'hangs up' } : undefined;
    default:
      return undefined;
  }
}

const wayThere = { from: 'you', to: 'other' } as const;
const wayBack = { from: 'other', to: 'you' } as const;

/** Of a frame of the user protocol. What the library puts into one: client/users/call-frames. */
function readFrame(
  type: 'offer' | 'answer' | 'candidate',
  frame: Fields,
  direction: Direction,
): Omit<Step, 'from' | 'to'> {
  const value = frame[type];
  const parcel = isRecord(value) && isRecord(value['parley']) ? value['parley'] : undefined;
  if (parcel === undefined) return readContents(type, value, direction);
  const { as, receipt, meta, about, again } = parcel;
  if (isRecord(receipt)) return readReceipt(receipt);
  if (typeof as === 'string') {
    return { ...readContents(words(as), parcel['value'], direction), ...numberOf(meta) };
  }
  if (type === 'candidate') {
    return { kind: 'back', words: 'was away; asks for what it has missed', mark: 'resumed' };
  }
  if (again === true) return { kind: type, words: 'links the two again', mark: 'resumed' };
  if (type === 'answer') return { kind: type, words: 'takes the call' };
  if (findSignal(about)) return readContents(type, about, direction);
  const name = words(frame['name']);
  return { kind: type, words: direction === 'out' ? `rings ${name}` : `${name} rings` };
}

/** An offer, an answer or a candidate, in whatever it is wrapped; else the beginning of the value. */
function readContents(kind: string, value: unknown, direction: Direction): Summary {
  const signal = findSignal(value);
  if (signal?.is === 'candidate') return summariseCandidate(signal.candidate);
  if (signal) {
    const { type = kind === 'offer' || kind === 'answer' ? kind : undefined, sdp } = signal.description;
    return summariseSdp({ type, sdp }, direction === 'out' ? 'you' : 'other');
  }
  const inside = isRecord(value) && isRecord(value['parley']) ? value['parley'] : undefined;
  if (inside?.['hangUp'] === true) return { kind: 'hang up', words: 'ends the call' };
  if (inside?.['hello'] === true) return { kind: 'hello', words: 'is ready for an offer' };
  if (inside?.['restart'] === true) return { kind: 'restart', words: 'asks for a new path' };
  return { kind, words: preview(value) };
}

function readReceipt({ upTo }: Fields): Omit<Step, 'from' | 'to'> {
  const kind = 'receipt';
  return { kind, words: `has everything up to ${preview(upTo)}`, isThin: true, gathersAs: kind };
}

/** The sender's envelope names the channel; the server takes it off. */
function withoutEnvelope(value: unknown): unknown {
  const isEnvelope = isRecord(value) && typeof value['channel'] === 'string' && 'message' in value;
  return isEnvelope ? value['message'] : value;
}

function numberOf(meta: unknown): Pick<Step, 'number'> {
  if (!isRecord(meta)) return {};
  const { seq, from, to } = meta;
  return typeof seq === 'number' ? { number: { seq, between: `${words(from)} ${words(to)}` } } : {};
}
