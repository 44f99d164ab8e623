// Finds what makes a value unfit to be relayed: binary data, JSON nested too deep, more bytes than allowed.
import { maxDepth } from './limits.js';

export type Flaw = 'binary' | 'too-deep' | 'too-large';

/** @param maxBytes the most a value may have, in bytes of UTF-8; 0: no limit of its own */
export function findFlaw(value: unknown, maxBytes: number): Flaw | undefined {
  const flaw = findInside(value);
  if (flaw !== undefined) return flaw;
  return maxBytes > 0 && sizeOf(value) > maxBytes ? 'too-large' : undefined;
}

/** Walks without recursion: a value nested 100,000 deep must not end the process. */
function findInside(value: unknown): 'binary' | 'too-deep' | undefined {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.value instanceof ArrayBuffer || ArrayBuffer.isView(next.value)) return 'binary';
    const depth = next.depth + 1;
    if (depth > maxDepth) return 'too-deep';
    for (const child of Object.values(next.value)) {
      if (typeof child === 'object' && child !== null) open.push({ value: child, depth });
    }
  }
  return undefined;
}

/** Bytes in UTF-8: of a text, its own; of anything else, those of its JSON. */
function sizeOf(value: unknown): number {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return utf8Length(text);
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // Each half of a surrogate pair stands for two of its four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
