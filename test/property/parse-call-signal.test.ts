// Values of any kind, taken for what the other side's call says. The seed is printed; `PROPERTY_SEED=<seed>` runs it again.
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseCallSignal } from '../../client/call/negotiation-rules.js';
import { inThousands, scaled } from '../support/scale.js';

const seed = Number(process.env['PROPERTY_SEED'] ?? randomInt(2 ** 31));
const runs = scaled(10_000, 1000);

const offer = { type: 'offer', sdp: 'v=0' };
const candidate = { candidate: 'candidate:1', sdpMid: '0' };

it(`a signal is found in ${inThousands(runs)} values of any kind without a throw, and then it is whole (seed ${seed})`, () => {
  const part = fc.option(
    fc.oneof(fc.anything(), fc.constant(offer), fc.constant(candidate), fc.constant(true)),
    {
      nil: undefined,
    },
  );
  const almost = fc.record(
    {
      from: fc.oneof({ weight: 3, arbitrary: fc.string() }, { weight: 1, arbitrary: fc.anything() }),
      to: fc.oneof(fc.string(), fc.constant(undefined), fc.anything()),
      description: fc.oneof(
        part,
        fc.record({ type: fc.constantFrom('offer', 'answer', 7), sdp: fc.anything() }),
      ),
      candidate: part,
      hello: part,
      restart: part,
      hangUp: part,
    },
    { requiredKeys: ['from'] },
  );
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(fc.anything({ withNullPrototype: true }), almost), (value) => {
      const signal = parseCallSignal(value);
      if (!signal) return;
      taken += 1;
      expect(typeof signal.from).toBe('string');
      expect(['string', 'undefined']).toContain(typeof signal.to);
      if ('description' in signal) {
        expect(['offer', 'answer']).toContain(signal.description.type);
        expect(typeof signal.description.sdp).toBe('string');
      } else if ('candidate' in signal) {
        expect(typeof signal.candidate).toBe('object');
      }
    }),
    { seed, numRuns: runs },
  );
  expect(taken).toBeGreaterThan(runs / 20);
});
