// Reads a user name. [U2]
import { maxUserNameLength } from './limits.js';

/** A checked name in Unicode NFC: who types it differently means the same person. */
export type UserName = string & { readonly brand: 'UserName' };

const controlCharacter = /\p{Cc}/u;

/** NFC shortens a text to a quarter at most (UAX #15, table of expansion factors); above it, don't even try. */
const maxWrittenLength = maxUserNameLength * 4;

/** @returns undefined when it is no name */
export function parseUserName(value: unknown): UserName | undefined {
  if (typeof value !== 'string' || value.length > maxWrittenLength) return undefined;
  const name = value.normalize('NFC');
  const fits = name.length >= 1 && name.length <= maxUserNameLength;
  return fits && name.isWellFormed() && !controlCharacter.test(name) ? (name as UserName) : undefined;
}
