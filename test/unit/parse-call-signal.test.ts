// What the other side's call may say, and that everything else means nothing and harms nobody.
import { describe, expect, it } from 'vitest';
import { parseCallSignal } from '../../client/call/negotiation-rules.js';

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
});
