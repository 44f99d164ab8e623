// Texts with a sequence number, which the benchmark sends and compares.
import { describe, expect, it } from 'vitest';
import { maskKey } from '../bench/frames.js';
import { createNumberedFrames, createNumberedText, numberPlace } from '../bench/numbered-text.js';
import { payloadOf, payloadSizes } from '../bench/payloads.js';

/** What is in a frame with a short or a long header. */
function payloadIn(frame: Buffer): string {
  const headerBytes = ((frame[1] ?? 0) & 0x7f) === 126 ? 8 : 6;
  const bytes = frame.subarray(headerBytes).map((byte, index) => byte ^ (maskKey[index & 3] ?? 0));
  return Buffer.from(bytes).toString('utf8');
}

describe('a numbered text', () => {
  it('has the number where its place is, with leading zeros', () => {
    const text = createNumberedText(`before ${numberPlace} after`);
    expect(text.withNumber(42).toString()).toBe('before 00000042 after');
    expect(text.withNumber(12_345_678).toString()).toBe('before 12345678 after');
    expect(text.withNumber(7).toString()).toBe('before 00000007 after');
  });

  it.each(['none', `${numberPlace} and ${numberPlace}`])('refuses the text "%s"', (text) => {
    expect(() => createNumberedText(text)).toThrow(/exactly once/);
  });
});

describe('numbered frames', () => {
  it.each(payloadSizes)('carry the same text as the numbered text, at %i bytes', (size) => {
    const frames = createNumberedFrames(payloadOf(size), 3);
    const text = createNumberedText(payloadOf(size));
    for (const number of [0, 1, 2, 3, 4, 99_999]) {
      expect(payloadIn(frames.withNumber(number))).toBe(text.withNumber(number).toString());
    }
  });

  it('keep each frame until its turn comes again: it may still wait in the socket', () => {
    const frames = createNumberedFrames(`[${numberPlace}]`, 2);
    const [first, second] = [frames.withNumber(0), frames.withNumber(1)];
    expect([first, second].map(payloadIn)).toEqual(['[00000000]', '[00000001]']);
    expect(frames.withNumber(2)).toBe(first);
  });
});

describe('a payload', () => {
  it.each(payloadSizes)('is JSON of exactly %i bytes', (size) => {
    const payload = payloadOf(size);
    expect(Buffer.byteLength(payload)).toBe(size);
    expect(JSON.stringify(JSON.parse(payload))).toBe(payload);
  });
});
