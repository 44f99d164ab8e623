// Parses a user name. It has to be visible: other users have to see whom they call. [U2]
import { maxUserNameLength } from './limits.js';
import { parseName } from './parse-name.js';

/** A checked name in Unicode NFC: two spellings that are equal after NFC name one user. */
export type UserName = string & { readonly brand: 'UserName' };

/** Anything but white space and invisible characters, such as joiners and direction marks. */
const visibleCharacter = /[^\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** @returns undefined if it is not a user name */
export function parseUserName(value: unknown): UserName | undefined {
  const name = parseName(value, maxUserNameLength);
  return name !== undefined && visibleCharacter.test(name) ? (name as UserName) : undefined;
}

/** The user that a message is for, and how the sender wrote the name: answers to the sender repeat it that way. */
export interface Addressee {
  name: UserName;
  written: string;
}

/** @returns undefined if it is not a user name */
export function parseAddressee(written: unknown): Addressee | undefined {
  const name = parseUserName(written);
  return name === undefined ? undefined : { name, written: written as string };
}
