// An ICE candidate in a few words. Pure, and safe with any text (RFC 8839, section 5.1).
import type { Summary } from './ladder-row.js';

/** Foundation, component, transport, priority, address, port, then the type. */
const line = /^(?:a=)?candidate:\S{1,64} \d{1,5} (\S{1,16}) \d{1,20} \S{1,255} \d{1,5} typ (\w{1,16})/i;

export function isCandidate(text: string): boolean {
  return line.test(text);
}

/** @param text empty: there are no more; Firefox sends such a one at the end */
export function summariseCandidate(text: string): Summary {
  if (text.trim() === '') return { kind: 'end of candidates', words: '' };
  const [, transport = '', type = ''] = line.exec(text) ?? [];
  return { kind: 'candidate', words: type === '' ? '' : `${type}, ${transport.toLowerCase()}` };
}

/** `host`, `srflx`, `prflx` or `relay`; undefined when it is none of a candidate's lines. */
export function candidateType(text: string): string | undefined {
  return line.exec(text)?.[2];
}
