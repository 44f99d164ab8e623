// Reads a user name: a name that others can see, because they have to know whom they call. [U2]
import { maxUserNameLength } from './limits.js';
import { parseName } from './parse-name.js';

/** A checked name in Unicode NFC: who types it differently means the same person. */
export type UserName = string & { readonly brand: 'UserName' };

/** Anything but white space and characters that show nothing, such as joiners and marks of direction. */
const visibleCharacter = /[^\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** @returns undefined when it is no name */
export function parseUserName(value: unknown): UserName | undefined {
  const name = parseName(value, maxUserNameLength);
  return name !== undefined && visibleCharacter.test(name) ? (name as UserName) : undefined;
}
