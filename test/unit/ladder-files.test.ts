// What the ladder shows and saves: without secrets, bounded, and the peer's text always text.
import { describe, expect, it } from 'vitest';
import { ladderPicture } from '../../client/pages/ladder/ladder-picture.js';
import { oneLine } from '../../client/pages/ladder/one-line.js';
import { createTraceRecord } from '../../client/pages/ladder/trace-record.js';
import { hidden, withoutSecrets } from '../../client/pages/ladder/without-secrets.js';
import { hearAll, got, sent } from '../support/ladder-traces.js';

describe('secrets', () => {
  it('are masked wherever they are', () => {
    const told = [
      'room-42',
      { resume: true, seat: 's3cret', next: 's3cret', me: 'a', Token: 's3cret' },
      { iceServers: [{ urls: ['turn:x'], username: 'u', credential: 's3cret' }] },
      { deep: [[{ credential: { also: 's3cret' } }]] },
      '{"type":"login","seat":"s3cret","next" : "s3\\"cret"}',
    ];
    const shown = withoutSecrets(told);
    expect(JSON.stringify(shown)).not.toMatch(/s3/);
    expect(shown[1]).toEqual({ resume: true, seat: hidden, next: hidden, me: 'a', Token: hidden });
    expect(shown[4]).toBe(`{"type":"login","seat":"${hidden}","next" : "${hidden}"}`);
  });

  it('of ICE are masked in descriptions, and nothing else there is', () => {
    const sdp = (password: string): string =>
      `v=0\r\na=ice-ufrag:Ab1c\r\na=ice-pwd:${password}\r\na=fingerprint:sha-256 AA:BB\r\n`;
    const told = [{ type: 'offer', sdp: sdp('s3cret+/0') }, JSON.stringify({ sdp: sdp('s3cret') })];
    expect(withoutSecrets(told)).toEqual([
      { type: 'offer', sdp: sdp(hidden) },
      JSON.stringify({ sdp: sdp(hidden) }),
    ]);
  });

  it('stay what they are where there are none', () => {
    const told = [{ channel: 'room-42', message: ['a', 1, true, null, { seats: 2 }] }, undefined];
    expect(withoutSecrets(told)).toEqual(told);
  });
});

describe('a copy', () => {
  it('is plain JSON of anything', () => {
    const loop: Record<string, unknown> = {};
    loop['loop'] = loop;
    const trap = {
      get boom(): never {
        throw new Error('boom');
      },
    };
    const shown = withoutSecrets([NaN, 1n, Symbol('x'), () => {}, new Uint8Array(3), new Error('no'), trap]);
    expect(shown).toEqual([
      'NaN',
      '(bigint)',
      '(symbol)',
      '(function)',
      '(3 bytes)',
      'Error: no',
      '(unreadable)',
    ]);
    expect(JSON.stringify(withoutSecrets([loop])).length).toBeLessThan(2000);
    expect(withoutSecrets([{ toJSON: () => ({ type: 'offer', seat: 1 }) }])).toEqual([
      { type: 'offer', seat: hidden },
    ]);
    expect(withoutSecrets([JSON.parse('{"__proto__": {"a": 1}}')])).toEqual([
      JSON.parse('{"__proto__": {"a": 1}}'),
    ]);
  });

  it('is bounded', () => {
    const wide = Array.from({ length: 1000 }, () => Array.from({ length: 1000 }, () => [1]));
    expect(JSON.stringify(withoutSecrets([wide])).length).toBeLessThan(5_000_000);
  });
});

describe('the trace', () => {
  interface Saved {
    eventsLeftOut: number;
    events: { args: unknown[] }[];
  }

  function record(count: number, ...args: unknown[]): Saved {
    const trace = createTraceRecord();
    for (let at = 0; at < count; at += 1) trace.push({ at, direction: 'out', event: 'message', args });
    return JSON.parse(trace.toJson('2025-11-22T08:12:00.000Z')) as Saved;
  }

  it('is JSON with the events as they were told', () => {
    expect(record(1, 'Hello', { seq: 1 })).toEqual({
      parley: 1,
      savedAt: '2025-11-22T08:12:00.000Z',
      eventsLeftOut: 0,
      events: [{ at: 0, direction: 'out', event: 'message', args: ['Hello', { seq: 1 }] }],
    });
  });

  it('keeps the last 5,000 events, and says how many have gone', () => {
    const { events, eventsLeftOut } = record(5003);
    expect([events.length, eventsLeftOut]).toEqual([5000, 3]);
    expect(events[0]).toMatchObject({ at: 3 });
  });

  it('keeps fewer when they are large', () => {
    const { events, eventsLeftOut } = record(400, 'x'.repeat(65_536));
    expect(events.length).toBeGreaterThan(200);
    expect(events.length + eventsLeftOut).toBe(400);
    expect(events.length * 65_536).toBeLessThan(16_000_000);
  });
});

describe('the picture', () => {
  const savedAt = '2025-11-22 08:12:00 UTC';

  it('names its lanes, its time, and every step', () => {
    const { rows, gone } = hearAll([sent(1, 'Hello'), sent(1, 'Hello'), got(1, 'Hi')]);
    const svg = ladderPicture({ rows, gone, savedAt });
    for (const name of ['You', 'Server', 'Other', 'The live ladder']) expect(svg).toContain(`>${name}<`);
    expect(svg).toContain(`<title>The live ladder, ${savedAt}</title>`);
    expect(svg).toContain(`>Saved ${savedAt}. Times are seconds since the first step.<`);
    expect(svg).toContain('<title>0.010 s, You to the other: message: “Hello” [sent again]</title>');
    expect(svg).not.toContain('earlier');
  });

  it('says what is missing', () => {
    expect(ladderPicture({ rows: [], gone: 12, savedAt })).toContain(
      ' 12 earlier steps are not in this picture.<',
    );
    expect(ladderPicture({ rows: [], gone: 1, savedAt })).toContain(
      ' 1 earlier step is not in this picture.<',
    );
  });

  it('has text only, whatever a peer sends', () => {
    const evil = '</text><script>alert(1)</script><img src=x onerror="alert(1)">&amp;]]>\u0000\uFFFF';
    const { rows } = hearAll([got(1, evil), ['in', '</title><script/>', evil]]);
    const svg = ladderPicture({ rows, gone: 0, savedAt });
    expect(svg).not.toMatch(/<(?:script|img)/);
    expect(svg).toContain('&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(svg).not.toContain('\0');
    expect(svg).not.toContain('\uFFFF');
  });
});

describe('one line', () => {
  it.each([
    ['two\r\nlines\tand a tab', 'two lines and a tab'],
    ['\u202Ebackwards\u202C \u0007', 'backwards'],
    ['x'.repeat(30), `${'x'.repeat(19)}…`],
    [' '.repeat(100) + 'late', '…'],
    ['half \uD83D', 'half \uFFFD'],
    ['', ''],
  ])('%j becomes %j', (text, line) => {
    expect(oneLine(text, 20)).toBe(line);
  });
});
