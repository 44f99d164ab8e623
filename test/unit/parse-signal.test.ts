// What one peer may send to the other: envelope or bare, its size, depth and binary data, its number. [R7] [R8] [R14]
import { describe, expect, it } from 'vitest';
import { maxDepth } from '../../server/protocol/limits.js';
import { parseReceipt, parseSignal } from '../../server/protocol/parse-signal.js';
import { refusals } from '../../server/protocol/refusals.js';

const limit = 65_536;

describe('envelopes and bare values', () => {
  const rows: [what: string, whole: unknown, signal: { channel?: string; value: unknown }][] = [
    ['an envelope', { channel: 'room', message: 'hi' }, { channel: 'room', value: 'hi' }],
    ['an envelope with null', { channel: 'room', message: null }, { channel: 'room', value: null }],
    ['an envelope with more in it', { channel: 'r', message: 1, x: 2 }, { channel: 'r', value: 1 }],
    ['a bare text', 'got user media', { value: 'got user media' }],
    ['an empty text', '', { value: '' }],
    ['null', null, { value: null }],
    ['false', false, { value: false }],
    ['a description', { type: 'offer', sdp: 'v=0' }, { value: { type: 'offer', sdp: 'v=0' } }],
    ['a channel that is no text', { channel: 7, message: 'hi' }, { value: { channel: 7, message: 'hi' } }],
    ['a channel without message', { channel: 'room' }, { value: { channel: 'room' } }],
    ['a list', ['room', 'hi'], { value: ['room', 'hi'] }],
  ];
  it.each(rows)('[R7] %s', (_what, whole, signal) => {
    expect(parseSignal([whole], limit)).toEqual({ ok: true, value: signal });
  });

  it('[R7] an inherited message is none: the value goes whole', () => {
    const value: unknown = JSON.parse('{"channel":"room","__proto__":{"message":"hi"}}');
    expect(parseSignal([value], limit)).toEqual({ ok: true, value: { value } });
  });

  it.each([
    ['nothing', []],
    ['only an acknowledgement', [() => {}]],
  ])('[R8] %s instead of a value is refused', (_what, args) => {
    expect(parseSignal(args, limit)).toEqual({
      ok: false,
      refusal: refusals.badMessage('A message needs a value.'),
    });
  });
});

describe('size', () => {
  const fits: [what: string, value: unknown][] = [
    ['65,536 letters', 'x'.repeat(limit)],
    ['32,768 letters of two bytes', 'é'.repeat(limit / 2)],
    ['16,384 faces of four bytes', '😀'.repeat(limit / 4)],
    ['21,845 letters of three bytes and one of one', '€'.repeat(21_845) + 'x'],
    ['JSON of 65,536 bytes, quotes and brackets counted', ['x'.repeat(limit - 4)]],
    ['the same in an envelope, which does not count', { channel: 'room', message: 'x'.repeat(limit) }],
  ];
  it.each(fits)('[R8] %s fit', (_what, value) => {
    expect(parseSignal([value], limit).ok).toBe(true);
  });

  const tooLarge: [what: string, value: unknown][] = [
    ['65,537 letters', 'x'.repeat(limit + 1)],
    ['32,768 letters of two bytes and one', 'é'.repeat(limit / 2) + 'x'],
    ['16,384 faces and one letter', '😀'.repeat(limit / 4) + 'x'],
    ['21,846 letters of three bytes', '€'.repeat(21_846)],
    ['JSON of 65,537 bytes', ['x'.repeat(limit - 3)]],
    ['60,000 numbers', Array.from({ length: 60_000 }, () => 7)],
    ['a text in an envelope', { channel: 'room', message: 'x'.repeat(limit + 1) }],
  ];
  it.each(tooLarge)('[R8] %s are too large', (_what, value) => {
    expect(parseSignal([value], limit)).toEqual({ ok: false, refusal: refusals.tooLarge(limit) });
  });

  it('[R8] 0 is no limit', () => {
    expect(parseSignal(['x'.repeat(1_000_000)], 0).ok).toBe(true);
  });
});

describe('depth and binary data', () => {
  it('[R8] 64 levels fit, 65 do not', () => {
    expect(parseSignal([lists(maxDepth)], limit).ok).toBe(true);
    expect(parseSignal([lists(maxDepth + 1)], limit)).toEqual({ ok: false, refusal: refusals.tooDeep() });
  });

  it('[R8] objects count as lists do, and the envelope does not', () => {
    const objects = (depth: number): unknown => (depth === 1 ? {} : { in: objects(depth - 1) });
    expect(parseSignal([{ channel: 'room', message: objects(maxDepth) }], limit).ok).toBe(true);
    expect(parseSignal([objects(maxDepth + 1)], limit)).toEqual({ ok: false, refusal: refusals.tooDeep() });
  });

  it.each([100_000, 1_000_000])('[R8] %d levels are refused like 65', (depth) => {
    expect(parseSignal([lists(depth)], 0)).toEqual({ ok: false, refusal: refusals.tooDeep() });
  });

  const binary: [what: string, value: unknown][] = [
    ['a buffer', Buffer.from('hi')],
    ['an array buffer', new ArrayBuffer(2)],
    ['a typed array', new Float32Array(2)],
    ['a data view', new DataView(new ArrayBuffer(2))],
    ['bytes inside', { files: [{ data: Buffer.from('hi') }] }],
    ['bytes in an envelope', { channel: 'room', message: Buffer.from('hi') }],
    ['bytes in a large value', ['x'.repeat(limit), Buffer.from('hi')]],
  ];
  it.each(binary)('[R8] %s is binary', (_what, value) => {
    expect(parseSignal([value], limit)).toEqual({ ok: false, refusal: refusals.binary() });
  });
});

describe('numbers and receipts', () => {
  const meta = { seq: 1, from: 'a1', to: 'b1' };

  it('[R14] the number and the two incarnations are handed on, and nothing else', () => {
    expect(parseSignal(['hi', { ...meta, colour: 'red' }], limit)).toEqual({
      ok: true,
      value: { value: 'hi', meta },
    });
  });

  it.each([undefined, null, () => {}])('[R14] %s after the value is no number', (last) => {
    expect(parseSignal(['hi', last], limit)).toEqual({ ok: true, value: { value: 'hi' } });
  });

  it.each([
    { ...meta, seq: 1.5 },
    { ...meta, seq: 0 },
    { ...meta, seq: -1 },
    { ...meta, seq: '1' },
    { ...meta, seq: 2 ** 53 },
    { ...meta, from: '' },
    { ...meta, to: 'x'.repeat(129) },
    { seq: 1, from: 'a1' },
    'text',
    [1, 'a1', 'b1'],
  ])('[R14] %o is refused', (bad) => {
    expect(parseSignal(['hi', bad], limit)).toEqual({
      ok: false,
      refusal: refusals.badMessage('A numbered message has seq (a whole number from 1), from and to.'),
    });
  });

  it('[R14] a receipt is read field by field', () => {
    const receipt = { channel: 'room', upTo: 7, from: 'a1', to: 'b1' };
    expect(parseReceipt([{ ...receipt, more: 1 }])).toEqual({ ok: true, value: receipt });
    expect(parseReceipt([{ ...receipt, upTo: 0 }]).ok).toBe(true);
  });

  it.each([
    undefined,
    null,
    'room',
    [],
    {},
    { channel: 'room', upTo: -1, from: 'a', to: 'b' },
    { channel: 'room', upTo: 1.5, from: 'a', to: 'b' },
    { channel: 'room', upTo: 1, from: 'a' },
    { channel: 'room', upTo: 1, from: 'a', to: '' },
    { channel: 7, upTo: 1, from: 'a', to: 'b' },
  ])('[R14] the receipt %o is refused', (bad) => {
    expect(parseReceipt([bad])).toEqual({
      ok: false,
      refusal: refusals.badMessage('A receipt has channel, upTo (a whole number), from and to.'),
    });
  });
});

/** Lists nested `depth` deep. */
function lists(depth: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level++) value = [value];
  return value;
}
