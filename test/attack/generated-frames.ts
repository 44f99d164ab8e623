// Frames that no client of ours sends: valid shapes with wrong values, recorded frames that are changed, noise. Those that
// may end their connection are kept apart from those that must not: behind one of the former nothing is read.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Chance } from '../support/chance.js';
import { frameOf, opcodes } from '../support/raw-websocket.js';
import { beforeConnect, connects, structured, type Protocol } from './structured-frames.js';

/** What is written for one text of a client, or the text of a packet for long-polling. */
export interface Generated {
  /** The text frames are valid, and none of them ends the connection. */
  harmless: (Buffer | string)[];
  /** One that may end it. */
  last: Buffer;
}

const recorded: Record<Protocol, string[]> = { rooms: [], names: [] };
for (const line of readFileSync(new URL('recorded-frames.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')) {
  recorded[line.startsWith('rooms ') ? 'rooms' : 'names'].push(line.slice(6));
}

export interface FrameSource {
  /** @param isText for long-polling: no binary attachments */
  next(protocol: Protocol, count: number, isText?: boolean): Generated;
  /** The first packets of a connection of the rooms. */
  connect(): string[];
  /** A body of `POST /leave`. */
  leave(): string;
}

export function createFrameSource(chance: Chance, seed: number): FrameSource {
  const pools: Record<Protocol, string[]> = { rooms: [], names: [] };
  let samples = 0;
  const below = (limit: number): number => chance.whole(0, limit - 1);
  const pickOf = (values: readonly string[]): string => values[below(values.length)] ?? '';

  function draw(protocol: Protocol): string {
    const pool = pools[protocol];
    if (pool.length === 0) {
      pool.push(...fc.sample(structured[protocol], { numRuns: 500, seed: seed + samples++ }));
    }
    return pool.pop() ?? '';
  }

  const anyRecorded = (protocol: Protocol): string => pickOf(recorded[protocol]);

  /** Another value in one place of the JSON of a recorded frame. */
  function withOtherValue(protocol: Protocol): string {
    const [, head = '', json = '{}'] = /^(42\d*|)(.*)$/s.exec(anyRecorded(protocol)) ?? [];
    if (protocol === 'rooms' && !json.startsWith('[')) return draw(protocol);
    const other: unknown = JSON.parse(draw('names'));
    const root: unknown = JSON.parse(json);
    for (let place = root; isContainer(place);) {
      const keys = Object.keys(place).filter(
        (key) => !(Array.isArray(place) && place === root && key === '0'),
      );
      if (keys.length === 0) break;
      const key = pickOf(keys);
      const inside = place[key];
      if (isContainer(inside) && chance.oneIn(2)) {
        place = inside;
        continue;
      }
      place[key] = other;
      break;
    }
    return head + JSON.stringify(root);
  }

  /** A few characters of a text are cut out, doubled, or others. */
  function garbled(whole: string): string {
    let garbledText = whole;
    for (let times = 0; times <= below(3); times++) {
      const at = below(garbledText.length + 1);
      const until = Math.min(garbledText.length, at + 1 + below(8));
      const cut = garbledText.slice(at, until);
      const put = ['', cut + cut, String.fromCharCode(below(0x3000)), '"', '\\', '{', ']'];
      garbledText = garbledText.slice(0, at) + pickOf(put) + garbledText.slice(until);
    }
    return garbledText;
  }

  function binaryEvent(): Buffer {
    const attachments = 1 + below(3);
    const head = `45${attachments}-${chance.oneIn(2) ? '7' : ''}["message",{"_placeholder":true,"num":0}]`;
    return Buffer.concat([
      frameOf(head),
      ...Array.from({ length: attachments }, () => frameOf(randomBytes(below(50)), opcodes.binary)),
    ]);
  }

  /** An event longer than any that is parsed. */
  function longEvent(): string {
    const start = pickOf(['42', '427', '42/,', '42/admin,9']);
    const name = pickOf(['"message",', '"no event",', '"with \\"quotes\\"",', '']);
    return `${start}[${name}"${'x'.repeat(220_000)}"]`;
  }

  function harmless(protocol: Protocol, isText: boolean): Buffer | string {
    if (protocol === 'rooms' && chance.oneIn(200)) return longEvent();
    if (chance.oneIn(2)) return draw(protocol);
    if (protocol === 'names' && chance.oneIn(2)) return garbled(anyRecorded('names'));
    if (!isText && protocol === 'rooms' && chance.oneIn(20)) return binaryEvent();
    const changed = withOtherValue(protocol);
    return !isText && chance.oneIn(10) ? fragments(changed, 1 + below(6), chance) : changed;
  }

  function last(protocol: Protocol): Buffer {
    const whole = chance.oneIn(2) ? draw(protocol) : anyRecorded(protocol);
    switch (below(8)) {
      case 0:
      case 1:
      case 2:
        return frameOf(garbled(whole));
      case 3:
        return frameOf(randomBytes(below(300)));
      case 4:
        return frameOf(randomBytes(below(300)), opcodes.binary);
      case 5:
        return randomBytes(1 + below(300));
      case 6:
        return fragments(whole, 30 + below(80), chance);
      default:
        return badFrame(whole, chance);
    }
  }

  return {
    next: (protocol, count, isText = false) => ({
      harmless: Array.from({ length: count }, () => harmless(protocol, isText)),
      last: last(protocol),
    }),
    connect() {
      const auth = chance.oneIn(2) ? pickOf(connects) : garbled(pickOf(connects));
      return [pickOf(beforeConnect), auth, draw('rooms'), pickOf(['', '40', '451-["message",1]'])].flatMap(
        (packet) => (packet === '' ? [] : `4${packet}`),
      );
    },
    leave() {
      const body = { channel: pickOf(['Test', 'attack 1', '\n', '']), seat: pickOf(['attack', '']) };
      const other = chance.oneIn(2) ? JSON.stringify(body) : draw('names');
      return chance.oneIn(5) ? garbled(other) : other;
    },
  };
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** One message in so many frames, with pings between them. */
function fragments(whole: string, count: number, chance: Chance): Buffer {
  const bytes = Buffer.from(whole);
  const size = Math.max(1, Math.ceil(bytes.length / count));
  const parts: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += size) {
    const frame = frameOf(bytes.subarray(at, at + size), at === 0 ? opcodes.text : 0);
    if (at + size < bytes.length) frame[0] = (frame[0] ?? 0) & 0x7f;
    parts.push(frame);
    if (chance.oneIn(5)) parts.push(frameOf('', opcodes.pong));
  }
  return Buffer.concat(parts);
}

/** A frame that RFC 6455 forbids: reserved bits and opcodes, no mask, a length that lies, a continuation of nothing. */
function badFrame(whole: string, chance: Chance): Buffer {
  const frame = frameOf(whole.slice(0, 100));
  switch (chance.whole(0, 4)) {
    case 0:
      frame[0] = chance.whole(0, 255);
      break;
    case 1:
      frame[1] = (frame[1] ?? 0) & 0x7f;
      break;
    case 2:
      frame[1] = 0x80 | chance.whole(0, 127);
      break;
    case 3:
      return frameOf(whole, 0);
    default:
      return frameOf('x'.repeat(126), opcodes.ping);
  }
  return frame;
}
