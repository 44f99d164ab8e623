// What is read from the reports of real browsers (a call over loopback, trimmed), and from reports with odd contents.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readStats } from '../../client/call/call-stats.js';

type Entry = Record<string, unknown> & { id: string; type: string };

function toReport(...entries: Entry[]): Map<string, Entry> {
  return new Map(entries.map((entry) => [entry.id, entry]));
}

/** Two reports of the same call, about four seconds apart. */
function recorded(browser: string): Record<'before' | 'now', Map<string, Entry>> {
  const file = new URL(`../support/stats/${browser}.json`, import.meta.url);
  const { before, now } = JSON.parse(readFileSync(file, 'utf8')) as Record<'before' | 'now', Entry[]>;
  return { before: toReport(...before), now: toReport(...now) };
}

describe('a report', () => {
  it('of Chromium says how the call goes, also when another pair of addresses has taken over', () => {
    const { before, now } = recorded('chromium');
    const first = readStats(before);
    expect(first.sentBitsPerSecond).toBeUndefined();
    expect(readStats(now, first)).toEqual({
      atMs: 1795337588686.041,
      route: 'direct',
      roundTripMs: 1,
      sentBytes: 95_528,
      receivedBytes: 96_163,
      framesSent: 79,
      framesReceived: 79,
      receivedFramesPerSecond: 20,
      receivedWidth: 160,
      receivedHeight: 120,
      packetsLost: 0,
      jitterMs: 1,
      transport: 'udp',
      sentBitsPerSecond: expect.closeTo(((95_528 - 3403) * 8) / 4.00135, 0) as number,
      receivedBitsPerSecond: expect.closeTo(((96_163 - 3564) * 8) / 4.00135, 0) as number,
    });
  });

  it('of Firefox says the same, where only the pair counts', () => {
    const { before, now } = recorded('firefox');
    expect(readStats(now, readStats(before))).toEqual({
      atMs: 1795337603049,
      route: 'direct',
      roundTripMs: 1,
      sentBytes: 114_121,
      receivedBytes: 114_360,
      framesSent: 122,
      framesReceived: 122,
      receivedFramesPerSecond: 30,
      receivedWidth: 160,
      receivedHeight: 120,
      packetsLost: 0,
      jitterMs: 6,
      transport: 'udp',
      sentBitsPerSecond: expect.closeTo(((114_121 - 8539) * 8) / 4.007, 0) as number,
      receivedBitsPerSecond: expect.closeTo(((114_360 - 8418) * 8) / 4.007, 0) as number,
    });
  });

  it('with nothing in it says nothing', () => {
    expect(readStats(new Map())).toEqual({ atMs: 0 });
  });
});

const pair: Entry = {
  id: 'pair',
  type: 'candidate-pair',
  timestamp: 5000,
  state: 'succeeded',
  nominated: true,
  localCandidateId: 'here',
  remoteCandidateId: 'there',
  bytesSent: 1000,
};
const here: Entry = { id: 'here', type: 'local-candidate', candidateType: 'host', protocol: 'udp' };
const there: Entry = { id: 'there', type: 'remote-candidate', candidateType: 'srflx' };

describe('the route', () => {
  it.each([
    ['direct', 'host', 'srflx'],
    ['direct', 'prflx', 'prflx'],
    ['relay', 'relay', 'host'],
    ['relay', 'host', 'relay'],
  ])('is %s from %s to %s', (route, from, to) => {
    const report = toReport(pair, { ...here, candidateType: from }, { ...there, candidateType: to });
    expect(readStats(report).route).toBe(route);
  });

  it('is that of the pair which the transport names, not of another that has succeeded', () => {
    const relay: Entry = { id: 'relay', type: 'local-candidate', candidateType: 'relay' };
    const other: Entry = { ...pair, id: 'other', localCandidateId: 'relay' };
    const transport: Entry = { id: 't', type: 'transport', selectedCandidatePairId: 'other' };
    expect(readStats(toReport(pair, other, here, there, relay, transport)).route).toBe('relay');
  });

  it('is that of the pair which says so itself, as in older Firefox', () => {
    const relay: Entry = { id: 'relay', type: 'local-candidate', candidateType: 'relay' };
    const other: Entry = { ...pair, id: 'other', localCandidateId: 'relay', selected: true };
    expect(readStats(toReport(pair, other, here, there, relay)).route).toBe('relay');
  });

  it('is unknown before a pair has succeeded', () => {
    const waiting = toReport({ ...pair, state: 'in-progress' }, here, there);
    expect(readStats(waiting)).toMatchObject({ route: undefined, transport: undefined });
  });
});

describe('bit rates', () => {
  const at = (timestamp: number, bytesSent: number) => toReport({ ...pair, timestamp, bytesSent });

  it.each([
    ['are bits in a second', 6000, 2000, 8000],
    ['are over the time that has passed', 5500, 2000, 16_000],
    ['are 0 when nothing was sent', 6000, 1000, 0],
    ['are unknown when no time has passed', 5000, 2000, undefined],
    ['are unknown when another pair counts from zero', 6000, 10, undefined],
  ])('%s', (_fact, timestamp, bytes, bitsPerSecond) => {
    const before = readStats(at(5000, 1000));
    expect(readStats(at(timestamp, bytes), before).sentBitsPerSecond).toBe(bitsPerSecond);
  });
});

describe('tracks', () => {
  const inbound = (id: string, values: object): Entry => ({
    id,
    type: 'inbound-rtp',
    kind: 'video',
    ...values,
  });

  it('are counted together, and the one that moves is the one that is seen', () => {
    const report = toReport(
      inbound('old', { framesReceived: 100, framesPerSecond: 0, frameWidth: 640, packetsLost: 3 }),
      inbound('new', { framesReceived: 20, framesPerSecond: 25, frameWidth: 1280, frameHeight: 720 }),
      inbound('sound', { kind: 'audio', packetsLost: 2, jitter: 0.25 }),
    );
    expect(readStats(report)).toMatchObject({
      framesReceived: 120,
      receivedFramesPerSecond: 25,
      receivedWidth: 1280,
      receivedHeight: 720,
      packetsLost: 5,
      jitterMs: 250,
    });
  });
});
