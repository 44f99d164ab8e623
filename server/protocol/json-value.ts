// What a message may be: JSON of a limited depth and size. Finds what a value has that cannot be sent, and copies one as
// JSON has it. [R8] [U6]
import { maxDepth } from './limits.js';

/** Stands for what is too long to be parsed. */
export const tooLong = Object.freeze({});

export type Flaw = 'binary' | 'too-deep' | 'too-large';

/** @param maxBytes maximum size of a value, in bytes of UTF-8; 0: unlimited */
export function findFlaw(value: unknown, maxBytes: number): Flaw | undefined {
  if (value === tooLong) return 'too-large';
  const flaw = findInside(value);
  if (flaw !== undefined) return flaw;
  return maxBytes > 0 && sizeOf(value) > maxBytes ? 'too-large' : undefined;
}

/** Walks without recursion: a value nested 100,000 deep must not end the process. */
function findInside(value: unknown): 'binary' | 'too-deep' | undefined {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (isBinary(next.value)) return 'binary';
    const depth = next.depth + 1;
    if (depth > maxDepth) return 'too-deep';
    for (const child of Object.values(next.value)) {
      if (typeof child === 'object' && child !== null) open.push({ value: child, depth });
    }
  }
  return undefined;
}

/** UTF-8 bytes of a text, or of the JSON of any other value. */
function sizeOf(value: unknown): number {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return utf8Length(text);
}

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // Each half of a surrogate pair stands for two of its four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/** Why there is no copy. `bad-value`: it is binary, or JSON cannot write it. */
export type CopyFlaw = 'bad-value' | 'too-deep';

/**
 * The value as it is when `JSON.stringify` has written it and `JSON.parse` has read it again, and the bytes of that JSON,
 * but without writing it: https://tc39.es/ecma262/#sec-serializejsonproperty
 */
export function copyJson(
  given: unknown,
  deepest = maxDepth,
): { value: unknown; bytes: number } | { flaw: CopyFlaw } {
  let bytes = 0;
  let flaw: CopyFlaw | undefined;

  /** @returns undefined: JSON leaves it out */
  function copy(written: unknown, key: string, depth: number): unknown {
    if (isBinary(written)) flaw ??= 'bad-value';
    const value = jsonValueOf(written, key);
    switch (typeof value) {
      case 'string':
        bytes += textBytes(value);
        return value;
      case 'boolean':
        bytes += value ? 4 : 5;
        return value;
      case 'number':
        if (!Number.isFinite(value)) return copyNull();
        bytes += String(value).length;
        // There is no negative zero in JSON.
        return value + 0;
      case 'bigint':
        flaw ??= 'bad-value';
        return undefined;
      case 'object':
        return value === null ? copyNull() : copyObject(value, depth + 1);
      case 'undefined':
      case 'function':
      case 'symbol':
        return undefined;
    }
  }

  function copyNull(): null {
    bytes += 4;
    return null;
  }

  function copyObject(value: object, depth: number): unknown {
    if (depth > deepest) flaw ??= 'too-deep';
    if (flaw !== undefined) return undefined;
    return Array.isArray(value) ? copyList(value, depth) : copyFields(value, depth);
  }

  function copyList(list: readonly unknown[], depth: number): unknown[] {
    bytes += 2 + Math.max(list.length - 1, 0);
    return Array.from(list, (item, index) => {
      const value = copy(item, String(index), depth);
      return value === undefined ? copyNull() : value;
    });
  }

  function copyFields(fields: object, depth: number): unknown {
    const entries: [string, unknown][] = [];
    for (const [name, field] of Object.entries(fields)) {
      const value = copy(field, name, depth);
      if (value !== undefined) entries.push([name, value]);
    }
    bytes += 2 + Math.max(entries.length - 1, 0);
    for (const [name] of entries) bytes += textBytes(name) + 1;
    // Makes an own field of `__proto__`, too.
    return Object.fromEntries(entries);
  }

  let value: unknown;
  try {
    value = copy(given, '', 0);
  } catch {
    // A getter or a `toJSON` of the program's own has thrown.
    flaw ??= 'bad-value';
  }
  if (flaw !== undefined) return { flaw };
  return value === undefined ? { flaw: 'bad-value' } : { value, bytes };
}

/** What an object says of itself, and without the objects around single values. */
function jsonValueOf(value: unknown, key: string): unknown {
  const isAsked = typeof value === 'bigint' || typeof value === 'function' || typeof value === 'object';
  const toJson = isAsked ? (value as { toJSON?: unknown } | null)?.toJSON : undefined;
  const said: unknown = typeof toJson === 'function' ? toJson.call(value, key) : value;
  const isWrapped = said instanceof Number || said instanceof String || said instanceof Boolean;
  return isWrapped ? said.valueOf() : said;
}

/** Those that JSON writes as two characters; other control characters are six. */
const shortEscapes: readonly number[] = [0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x22, 0x5c];

/** UTF-8 bytes of a text as JSON writes it, with its quotes. */
function textBytes(text: string): number {
  let bytes = 2;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80)
      bytes += unit >= 0x20 && unit !== 0x22 && unit !== 0x5c ? 1 : shortEscapes.includes(unit) ? 2 : 6;
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 3;
    else if (unit < 0xdc00 && isLowSurrogate(text.charCodeAt(index + 1))) {
      bytes += 4;
      index++;
    } else bytes += 6;
  }
  return bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function isBinary(value: unknown): boolean {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}
