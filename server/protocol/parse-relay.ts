// Reads and writes an offer, an answer or a candidate without taking it apart: the value is checked, and goes on as the text that it
// is. Only what JSON.stringify writes is read so, with the fields in one of the two orders that clients use; anything else
// is left to parse-user-message. [U6] [U8] [U9]
import { findFlaw } from './json-value.js';
import { parseAddressee, type Addressee } from './parse-user-name.js';
import type { RelayedMessage } from './user-messages.js';

/** A value of a client as JSON: kept and sent on without being parsed again, which takes long for many small values. */
export type JsonText = string & { readonly brand: 'JsonText' };

export type RelayType = Exclude<RelayedMessage['type'], 'leave'>;

/** An offer, an answer or a candidate: its addressee, and the value to relay. */
export interface CheckedSignal {
  type: RelayType;
  to: Addressee;
  value: JsonText;
}

/** @param name of the sender */
export function writeRelay(type: RelayType, value: JsonText, name: string): string {
  return `{"type":"${type}","${type}":${value},"name":${JSON.stringify(name)}}`;
}

/** A value's JSON has at most so many times the bytes of the text that it was read from: `1e20`. */
const mostGrowth = 6;

const start = /^\{"type":"(offer|answer|candidate)","(?:\1":|name":"((?:[^"\\]|\\.)*)","\1":)/;

/** The grammar of RFC 8259, without lists and white space, for offers and candidates as clients send them: no value is built. */
const plain = /[ !#-[\]-\uffff]*/.source;
const jsonText = `"${plain}(?:\\\\(?:["\\\\/bfnrt]|u[\\da-fA-F]{4})${plain})*"`;
const jsonNumber = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.source;
const scalar = `${jsonText}|${jsonNumber}|true|false|null`;
const objectOf = (value: string): string => {
  const member = `${jsonText}:(?:${value})`;
  return `\\{${member}(?:,${member})*\\}`;
};
/** Nested three deep: the library has its own envelope around a description. */
const threeDeep = [1, 2].reduce((object) => objectOf(`${scalar}|${object}`), objectOf(scalar));
const shallowObject = new RegExp(`^${threeDeep}$`);

const nameKey = ',"name":';

/**
 * @param maxBytes of the value; 0: no limit
 * @returns undefined if it has to be read as a whole, also if it is to be refused
 */
export function parseRelay(text: string, maxBytes: number): CheckedSignal | undefined {
  if (maxBytes > 0 && text.length * mostGrowth > maxBytes) return undefined;
  const found = start.exec(text);
  if (!found) return undefined;
  const [opening, type, firstName] = found;
  // The name stands before the value, or behind it.
  const nameAt = firstName === undefined ? text.lastIndexOf(nameKey) : text.length - 1;
  const value = text.slice(opening.length, nameAt);
  const name = firstName === undefined ? text.slice(nameAt + nameKey.length, -1) : `"${firstName}"`;
  // Each of the two is JSON by itself, so the whole has these three fields and no other.
  const to = text.endsWith('}') ? parseAddressee(parseJson(name)) : undefined;
  if (!to || !(shallowObject.test(value) || isSoundJson(value))) return undefined;
  return { type: type as RelayType, to, value: value as JsonText };
}

function isSoundJson(text: string): boolean {
  const value = parseJson(text);
  return value !== undefined && findFlaw(value, 0) === undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
