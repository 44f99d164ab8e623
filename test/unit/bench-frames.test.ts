// The frames of the benchmark's load generator.
import { describe, expect, it } from 'vitest';
import { clientFrame, createFrameReader, maskKey, opcodes } from '../bench/frames.js';

/** A whole frame as a server sends it. */
function serverFrame(payload: Buffer, first = 0x81): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  const header = Buffer.alloc(length > 0xffff ? 10 : 4);
  header[0] = first;
  header[1] = length > 0xffff ? 127 : 126;
  if (length > 0xffff) header.writeBigUInt64BE(BigInt(length), 2);
  else header.writeUInt16BE(length, 2);
  return Buffer.concat([header, payload]);
}

function unmasked(frame: Buffer, headerBytes: number): string {
  const bytes = frame.subarray(headerBytes).map((byte, index) => byte ^ (maskKey[index & 3] ?? 0));
  return Buffer.from(bytes).toString('utf8');
}

/** All texts that a reader finds in these pieces. */
function textsIn(pieces: readonly Buffer[]): string[] {
  const texts: string[] = [];
  const read = createFrameReader((opcode, bytes, start, end) => {
    texts.push(`${opcode}:${bytes.toString('utf8', start, end)}`);
  });
  pieces.forEach(read);
  return texts;
}

describe('a frame of a client', () => {
  it('is final and masked with the key that it carries', () => {
    const frame = clientFrame(opcodes.text, Buffer.from('hello'));
    expect([...frame.subarray(0, 6)]).toEqual([0x81, 0x80 | 5, ...maskKey]);
    expect(unmasked(frame, 6)).toBe('hello');
  });

  it('has a mask that is not zero: a server must not save the unmasking', () => {
    expect(maskKey.every((byte) => byte !== 0)).toBe(true);
  });

  it.each([125, 126, 3000, 65_535])('holds a payload of %i bytes', (length) => {
    const payload = Buffer.alloc(length, 'x');
    const headerBytes = length < 126 ? 6 : 8;
    const frame = clientFrame(opcodes.text, payload);
    expect(frame.length).toBe(headerBytes + length);
    expect(unmasked(frame, headerBytes)).toBe(payload.toString());
  });

  it('refuses a payload above 65,535 bytes', () => {
    expect(() => clientFrame(opcodes.text, Buffer.alloc(65_536))).toThrow(/65536/);
  });
});

describe('the reader', () => {
  const payloads = ['', 'one', 'x'.repeat(125), 'y'.repeat(126), 'é'.repeat(300)];
  const stream = Buffer.concat(payloads.map((text) => serverFrame(Buffer.from(text))));
  const whole = payloads.map((text) => `1:${text}`);

  it('finds every frame in one piece', () => {
    expect(textsIn([stream])).toEqual(whole);
  });

  it.each([1, 2, 3, 127, 1460])('finds the same frames in pieces of %i bytes', (size) => {
    const pieces: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) pieces.push(stream.subarray(at, at + size));
    expect(textsIn(pieces)).toEqual(whole);
  });

  it('puts a frame above 65,535 bytes together from many pieces', () => {
    const text = 'z'.repeat(70_000);
    const frame = serverFrame(Buffer.from(text));
    expect(textsIn([frame.subarray(0, 5), frame.subarray(5, 50_000), frame.subarray(50_000)])).toEqual([
      `1:${text}`,
    ]);
  });

  it('tells pings and closes from texts', () => {
    const frames = [serverFrame(Buffer.from('p'), 0x89), serverFrame(Buffer.from('c'), 0x88)];
    expect(textsIn(frames)).toEqual(['9:p', '8:c']);
  });

  it.each([
    ['a fragment', Buffer.from([0x01, 1, 0x61])],
    ['a compressed frame', Buffer.from([0xc1, 1, 0x61])],
    ['a masked frame', Buffer.from([0x81, 0x81, 1, 2, 3, 4, 0x61])],
  ])('refuses %s, which no server here sends', (_, frame) => {
    expect(() => textsIn([frame])).toThrow(/fragmented, compressed or masked/);
  });

  it('refuses a frame above 1 MiB as soon as its length is read', () => {
    const header = serverFrame(Buffer.alloc(1024 * 1024 + 1)).subarray(0, 10);
    expect(() => textsIn([header])).toThrow(/1048577/);
  });
});
