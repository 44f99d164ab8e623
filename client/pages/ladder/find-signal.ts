// Finds the session description or the candidate in what travelled, wherever the sending client has put it: bare, in
// an envelope, under a name of its own, or as JSON text. Pure; looks at a bounded part of anything.
import { isRecord } from '../../../server/protocol/parsed.js';
import type { Description } from './summarise-sdp.js';
import { isCandidate } from './summarise-candidate.js';

export type Signal =
  | { is: 'description'; description: Description }
  /** Empty: the end of the candidates. */
  | { is: 'candidate'; candidate: string };

const maxDepth = 10;
const maxValues = 500;
const maxTextLength = 200_000;

const types = ['offer', 'answer', 'pranswer', 'rollback'];
const sdpBegins = /^v=0\r?\n/;

/** Breadth first: what is nearest to the outside is what was meant. */
export function findSignal(value: unknown): Signal | undefined {
  let level: unknown[] = [value];
  let seen = 0;
  for (let depth = 0; depth < maxDepth && level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const item of level) {
      if (++seen > maxValues) return undefined;
      const signal = readSignal(item);
      if (signal) return signal;
      next.push(...insideOf(item).slice(0, maxValues));
    }
    level = next;
  }
  return undefined;
}

function readSignal(value: unknown): Signal | undefined {
  if (typeof value === 'string') {
    if (sdpBegins.test(value)) return { is: 'description', description: { sdp: value } };
    return isCandidate(value) ? { is: 'candidate', candidate: value } : undefined;
  }
  if (!isRecord(value)) return undefined;
  const { type, sdp, candidate } = value;
  const known = typeof type === 'string' && types.includes(type) ? type : undefined;
  if (typeof sdp === 'string' && (known !== undefined || sdpBegins.test(sdp))) {
    return { is: 'description', description: { type: known, sdp } };
  }
  if (known === 'rollback') return { is: 'description', description: { type: known, sdp: '' } };
  if (candidate === null || candidate === '') return { is: 'candidate', candidate: '' };
  return typeof candidate === 'string' && isCandidate(candidate) ? { is: 'candidate', candidate } : undefined;
}

function insideOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (isRecord(value)) return Object.values(value);
  const parsed = typeof value === 'string' ? parse(value) : undefined;
  return parsed === undefined ? [] : [parsed];
}

/** A description or a candidate that was made a text before it was sent. */
function parse(text: string): unknown {
  const mayBe = /^\s*[{["]/.test(text) && /sdp|candidate/.test(text) && text.length <= maxTextLength;
  if (!mayBe) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
