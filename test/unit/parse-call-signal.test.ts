// What the other side's call may say, and that everything else means nothing and harms nobody.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCallSignal } from '../../client/call/parse-call-signal.js';

const offer = { type: 'offer', sdp: 'v=0' };
const candidate = { candidate: 'candidate:1', sdpMid: '0' };

describe('a signal of a call', () => {
  it.each([
    { from: 'bob 1', description: offer },
    { from: 'bob 1', to: 'ann 1', description: { type: 'answer', sdp: 'v=0' } },
    { from: 'bob 1', to: 'ann 1', candidate },
    { from: 'bob 1', candidate: { candidate: '' } },
    { from: 'bob 1', hello: true },
    { from: 'bob 1', to: 'ann 1', restart: true },
    { from: 'bob 1', to: 'ann 1', hangUp: true },
  ])('%j is taken as it is', (signal) => {
    expect(parseCallSignal(signal)).toEqual(signal);
  });

  it('is taken without what does not belong to it', () => {
    const signal = { from: 'bob 1', description: { ...offer, more: 1 }, more: 2 };
    expect(parseCallSignal(signal)).toEqual({ from: 'bob 1', description: offer });
  });

  it.each([
    undefined,
    null,
    'offer',
    [],
    {},
    { from: 'bob 1' },
    { description: offer },
    { from: 1, description: offer },
    { from: 'bob 1', to: 1, description: offer },
    { from: 'bob 1', to: null, description: offer },
    { from: 'bob 1', description: 'v=0' },
    { from: 'bob 1', description: { type: 'offer' } },
    { from: 'bob 1', description: { type: 'rollback', sdp: '' } },
    { from: 'bob 1', description: { type: 'pranswer', sdp: 'v=0' } },
    { from: 'bob 1', candidate: null },
    { from: 'bob 1', candidate: 'candidate:1' },
    { from: 'bob 1', hangUp: 'yes' },
    { from: 'bob 1', hello: 1 },
  ])('%j is none', (value) => {
    expect(parseCallSignal(value)).toBeUndefined();
  });

  it('is found in anything at all without a throw, and then it is whole', () => {
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
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(1000);
  });
});
