// Parses a channel name. [R1]
import { maxChannelNameLength } from './limits.js';
import { parseName } from './parse-name.js';
import { accept, refuse, type Parsed } from './parsed.js';
import { refusals } from './refusals.js';
import type { Refusal } from './room-events.js';

/** A checked name in Unicode NFC: two spellings that are equal after NFC name one channel. */
export type ChannelName = string & { readonly brand: 'ChannelName' };

export function parseChannel(value: unknown): Parsed<ChannelName, Refusal> {
  const name = parseName(value, maxChannelNameLength);
  return name === undefined ? refuse(refusals.badChannel()) : accept(name as ChannelName);
}

/** Whether a channel name as a client wrote it means the channel `name`. */
export function isSameChannel(written: string, name: ChannelName): boolean {
  return parseName(written, maxChannelNameLength) === name;
}
