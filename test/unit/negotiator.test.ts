// The negotiation rules on a connection: what is said to the other side, and what becomes of what cannot be done.
import { describe, expect, it } from 'vitest';
import type { NegotiationSignal } from '../../client/call/negotiation-rules.js';
import { createNegotiator, type Negotiator } from '../../client/call/negotiator.js';
import { settle, standInForBrowser } from '../support/call-scene.js';
import { FakeConnection } from '../support/fake-connection.js';

interface Scene {
  negotiator: Negotiator;
  connection: FakeConnection;
  said: NegotiationSignal[];
  faults: string[];
  settled: () => number;
}

async function open({ isPolite = false } = {}): Promise<Scene> {
  standInForBrowser();
  const connection = new RTCPeerConnection();
  const said: NegotiationSignal[] = [];
  const faults: string[] = [];
  let settled = 0;
  const negotiator = createNegotiator({
    connection,
    isPolite,
    send: (signal) => said.push(signal),
    onSettled: () => (settled += 1),
    onFault: (what, cause) => faults.push(`${what}: ${String(cause)}`),
  });
  connection.createDataChannel('text');
  await settle();
  return { negotiator, connection: FakeConnection.newest(), said, faults, settled: () => settled };
}

const offer: NegotiationSignal = { description: { type: 'offer', sdp: 'the offer' } };
const answer: NegotiationSignal = { description: { type: 'answer', sdp: 'the answer' } };

function typesOf(said: NegotiationSignal[]): string[] {
  return said.map((signal) => ('description' in signal ? signal.description.type : 'candidate'));
}

describe('the impolite one', () => {
  it('offers, and is settled with the answer', async () => {
    const { negotiator, said, settled } = await open();
    expect(typesOf(said)).toEqual(['offer', 'candidate']);
    expect(settled()).toBe(0);
    negotiator.receive(answer);
    await settle();
    expect(settled()).toBe(1);
  });
});

describe('the polite one', () => {
  it('leaves the first offer to the other, and makes later ones', async () => {
    const { negotiator, connection, said, settled } = await open({ isPolite: true });
    expect(said).toEqual([]);
    negotiator.receive(offer);
    await settle();
    expect(typesOf(said)).toEqual(['answer', 'candidate']);
    expect(settled()).toBe(1);
    connection.restartIce();
    await settle();
    expect(typesOf(said).slice(2)).toEqual(['offer', 'candidate']);
  });
});

describe('what is said', () => {
  it('is plain data', async () => {
    const { connection, said } = await open();
    expect(said).toEqual([
      { description: { type: 'offer', sdp: `${connection.number} offer 1` } },
      { candidate: { candidate: `${connection.number} host 1`, sdpMid: '0' } },
    ]);
  });

  it('has the empty candidate, with which Firefox ends a generation, and nothing at the end of all', async () => {
    const { connection, said } = await open();
    const count = said.length;
    connection.find({ candidate: '', sdpMid: '0' });
    connection.find(null);
    expect(said.slice(count)).toEqual([{ candidate: { candidate: '', sdpMid: '0' } }]);
  });
});

describe('what cannot be done', () => {
  it('is told, and the next offer is answered', async () => {
    const { negotiator, connection, faults, said } = await open({ isPolite: true });
    const { setRemoteDescription } = FakeConnection.prototype;
    connection.setRemoteDescription = () => Promise.reject(new Error('Nonsense.'));
    negotiator.receive(offer);
    await settle();
    expect(faults).toEqual(['description: Error: Nonsense.']);
    connection.setRemoteDescription = setRemoteDescription;
    negotiator.receive(offer);
    await settle();
    expect(typesOf(said)).toEqual(['answer', 'candidate']);
  });

  it('with a candidate is told, and harms nobody', async () => {
    const { negotiator, connection, faults, settled } = await open();
    connection.addIceCandidate = () => Promise.reject(new Error('Unknown.'));
    negotiator.receive({ candidate: { candidate: 'early' } });
    negotiator.receive(answer);
    negotiator.receive({ candidate: { candidate: 'late' } });
    await settle();
    expect(faults).toEqual(['candidate: Error: Unknown.', 'candidate: Error: Unknown.']);
    expect(settled()).toBe(1);
  });

  it('because the connection is closed, is no fault', async () => {
    const { negotiator, connection, faults, said } = await open({ isPolite: true });
    connection.setRemoteDescription = () => Promise.reject(new Error('Closed.'));
    connection.close();
    negotiator.receive(offer);
    await settle();
    expect([faults, said]).toEqual([[], []]);
  });
});
