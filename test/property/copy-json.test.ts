// A copy is what JSON makes of a value, and its size is that of the JSON, whatever the value is. The seed is printed;
// `PROPERTY_SEED=<seed>` runs it again.
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { copyJson } from '../../server/protocol/json-value.js';
import { inThousands, scaled } from '../support/scale.js';

const seed = Number(process.env['PROPERTY_SEED'] ?? randomInt(2 ** 31));
const runs = scaled(200_000, 10_000);

const text = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', '\udc00', '"', '\\', '\n', '\0')),
});

const value = fc.anything({
  key: fc.oneof(text, fc.constantFrom('__proto__', '0', 'toString')),
  values: [text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined)],
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  maxDepth: 5,
});

function viaJson(given: unknown): unknown {
  const json = JSON.stringify(given) as string | undefined;
  return json === undefined
    ? { flaw: 'bad-value' }
    : { value: JSON.parse(json) as unknown, bytes: Buffer.byteLength(json) };
}

it(`${inThousands(runs)} values are copied as JSON writes and reads them, and measured (seed ${seed})`, () => {
  fc.assert(
    fc.property(value, (given) => {
      expect(copyJson(given)).toEqual(viaJson(given));
    }),
    { seed, numRuns: runs },
  );
});
