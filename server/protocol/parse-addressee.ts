// Reads whom a message names. [U2]
import { parseUserName, type UserName } from './parse-user-name.js';

/** A name, and how the sender wrote it, which is how the sender hears it back. */
export interface Addressee {
  name: UserName;
  written: string;
}

/** @returns undefined when it is no name */
export function parseAddressee(written: unknown): Addressee | undefined {
  const name = parseUserName(written);
  return name === undefined ? undefined : { name, written: written as string };
}
