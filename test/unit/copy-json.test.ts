// The copy of a value that is to be sent: what JSON makes of it, its size, and what has none.
import { describe, expect, it } from 'vitest';
import { maxDepth } from '../../server/protocol/limits.js';
import { copyJson } from '../../server/protocol/json-value.js';

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

describe('a copy', () => {
  it.each<[what: string, value: unknown]>([
    ['a text with everything that is escaped', '\b\t\n\f\r"\\\u0000\u001f\u007f/'],
    ['texts of two, three and four bytes', ['é', '你', '👍', '👍👍']],
    ['half of a character', ['\ud83d', '\udc4d', '\udc4d\ud83d', 'a\ud83d']],
    ['numbers', [0, -0, 1e21, 1e-7, 1.5, -12, NaN, Infinity]],
    ['what JSON leaves out', { a: undefined, b: () => {}, c: Symbol('c'), d: [undefined, () => {}] }],
    ['what has a way of its own', { at: new Date(0), own: { toJSON: (key: string) => `own ${key}` } }],
    ['an object around a value', [Object(1), Object('two'), Object(true)]],
    ['a hole', Object.assign([1], { 2: 3 })],
    ['nothing inside', [{}, [], '']],
    ['fields with odd names', JSON.parse('{"__proto__":{"a":1},"constructor":2,"":3}')],
  ])('of %s is what JSON makes of it', (_what, value) => {
    const json = JSON.stringify(value);
    expect(copyJson(value)).toEqual({ value: JSON.parse(json) as unknown, bytes: Buffer.byteLength(json) });
  });

  it('is nobody else’s: a change of the value does not change it', () => {
    const value = { list: [1], inside: { a: 1 } };
    const copy = copyJson(value);
    value.list.push(2);
    value.inside.a = 2;
    expect(copy).toEqual({ value: { list: [1], inside: { a: 1 } }, bytes: 29 });
  });

  it.each<[flaw: string, what: string, value: unknown]>([
    ['bad-value', 'nothing', undefined],
    ['bad-value', 'a function', () => {}],
    ['bad-value', 'a big number', { big: [10n] }],
    ['bad-value', 'bytes', { bytes: new Uint8Array(1) }],
    ['bad-value', 'bytes with a JSON of their own', [Buffer.from('hello')]],
    ['bad-value', 'a buffer', new ArrayBuffer(1)],
    ['too-deep', 'what is nested one too deep', nested(maxDepth + 1)],
    ['too-deep', 'what is nested far too deep', nested(5000)],
  ])('%s: there is none of %s', (flaw, _what, value) => {
    expect(copyJson(value)).toEqual({ flaw });
  });

  it('is made of what is nested as deep as it may be, and never of a circle', () => {
    expect(copyJson(nested(maxDepth))).toEqual({ value: nested(maxDepth), bytes: 2 * maxDepth + 1 });
    const circle: unknown[] = [];
    circle.push(circle);
    expect(copyJson(circle)).toEqual({ flaw: 'too-deep' });
  });
});
