// The name of a channel as a person or a link writes it: `/call#room-42`. Pure.
import { maxChannelNameLength } from '../../../server/protocol/limits.js';
import { parseChannel } from '../../../server/protocol/parse-channel.js';

export type ReadName = { channel: string } | { problem: string };

/** Keyboards of phones like to add a space; two people would wait in two channels. */
export function readName(written: string): ReadName {
  const parsed = parseChannel(written.trim());
  return parsed.ok ? { channel: parsed.value } : { problem: badName };
}

export const badName = `This name cannot be used. A name has 1 to ${maxChannelNameLength} letters, digits and signs.`;

/** @param hash of an address, with its `#`; empty: it names none */
export function nameOfHash(hash: string): string {
  const written = hash.replace(/^#/, '');
  try {
    return decodeURIComponent(written).trim();
  } catch {
    // A lone % that somebody has typed.
    return written.trim();
  }
}

export function hashOf(channel: string): string {
  return channel === '' ? '' : `#${encodeURIComponent(channel)}`;
}

const kinds =
  'amber brave calm clear cosy early fair gentle golden green happy kind light lively lucky merry mild open proud quick quiet red silver sunny swift tidy warm white wild wise young blue';
const beings =
  'badger beaver bee bear crane crow dove duck finch fox frog gull hare hawk heron horse ibis jay kite lark lynx mole newt otter owl raven robin seal stork swan toad wren';
const places =
  'bay beach bridge brook camp cliff coast cove creek dale dune farm field ford gate glen grove hill island lake marsh meadow mill moor park path pond reef river shore spring valley';

/** A name that is easily said on the telephone, and one of some 30 million. @param chance from 0 to below 1, as `Math.random` */
export function suggestName(chance: () => number): string {
  const pick = (words: string): string => {
    const list = words.split(' ');
    return list[Math.floor(chance() * list.length)] ?? 'room';
  };
  return `${pick(kinds)}-${pick(beings)}-${pick(places)}-${100 + Math.floor(chance() * 900)}`;
}
