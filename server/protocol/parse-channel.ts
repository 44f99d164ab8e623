// Reads a channel name. [R1]
import { maxChannelLength } from './limits.js';
import { accept, refuse, refusals, type Parsed } from './refusals.js';

/** A checked name in Unicode NFC: two people who type it differently meet all the same. */
export type ChannelName = string & { readonly brand: 'ChannelName' };

const controlCharacter = /\p{Cc}/u;

/** NFC shortens a text to a quarter at most (UAX #15, table of expansion factors); above it, don't even try. */
const maxWrittenLength = maxChannelLength * 4;

export function parseChannel(value: unknown): Parsed<ChannelName> {
  if (typeof value !== 'string' || value.length > maxWrittenLength) return refuse(refusals.badChannel());
  const name = value.normalize('NFC');
  const fits = name.length >= 1 && name.length <= maxChannelLength;
  if (!fits || !name.isWellFormed() || controlCharacter.test(name)) return refuse(refusals.badChannel());
  return accept(name as ChannelName);
}

/** Whether a channel as a client wrote it is the one called `name`. */
export function isSameChannel(written: string, name: ChannelName): boolean {
  return written.length <= maxWrittenLength && written.normalize('NFC') === name;
}
