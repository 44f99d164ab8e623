// Session descriptions and candidates in plain words: those of real browsers, and texts that are none.
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { findSignal } from '../../client/pages/ladder/find-signal.js';
import { lineOf } from '../../client/pages/ladder/ladder-row.js';
import { summariseCandidate } from '../../client/pages/ladder/summarise-candidate.js';
import { summariseSdp } from '../../client/pages/ladder/summarise-sdp.js';

/** As the browser wrote it. */
function readSdp(name: string): string {
  return readFileSync(new URL(`../support/sdp/${name}.sdp`, import.meta.url), 'utf8');
}

const audio = 'audio (opus, G722, PCMU, PCMA)';

test.each([
  [
    'chromium-offer',
    'offer',
    'you',
    `offer: ${audio}, video (VP8, H264, AV1, VP9), data channel; you send and receive; 12 candidates (host)`,
  ],
  [
    'firefox-offer',
    'offer',
    'other',
    `offer: ${audio}, video (VP8, VP9, AV1), data channel; the other sends and receives; 20 candidates (host)`,
  ],
  [
    'chromium-receive-only-answer',
    'answer',
    'other',
    `answer: ${audio}, video (VP8, H264, AV1, VP9), data channel; the other only receives`,
  ],
  [
    'firefox-receive-only-answer',
    'answer',
    'you',
    `answer: ${audio}, video (VP8, VP9, AV1), data channel; you only receive`,
  ],
  ['chromium-data-offer', 'offer', 'you', 'offer: data channel'],
  ['firefox-data-offer', undefined, 'you', 'session description: data channel'],
] as const)('%s', (name, type, by, line) => {
  expect(lineOf(summariseSdp({ type, sdp: readSdp(name) }, by))).toBe(line);
});

describe('the words', () => {
  const words = (...lines: string[]): string =>
    summariseSdp({ sdp: ['v=0', 's=-', 't=0 0', ...lines].join('\r\n') }, 'you').words;

  it.each([
    [['m=audio 9 RTP/AVP 0', 'm=video 0 RTP/AVP 96'], 'audio (PCMU), video refused; you send and receive'],
    [
      ['m=video 0 RTP/AVP 96', 'a=bundle-only', 'a=rtpmap:96 VP8/90000', 'a=sendonly'],
      'video (VP8); you only send',
    ],
    [
      ['m=audio 9 RTP/AVP 0', 'a=sendonly', 'm=video 9 RTP/AVP', 'a=inactive'],
      'audio (PCMU), video; audio: you only send, video: nobody sends',
    ],
    [
      ['m=video 9 RTP/AVP 0', 'm=video 9 RTP/AVP 0', 'm=audio 9 RTP/AVP 8'],
      '2 × video (PCMU), audio (PCMA); you send and receive',
    ],
    [['a=recvonly', 'm=audio 9 RTP/AVP 0'], 'audio (PCMU); you only receive'],
    [
      [
        'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
        'a=candidate:1 1 udp 1 192.0.2.1 9 typ relay raddr 0.0.0.0 rport 0',
        'a=candidate:2 1 tcp 1 192.0.2.1 9 typ host tcptype active',
        'a=candidate:broken',
      ],
      'data channel; 3 candidates (relay, host)',
    ],
    [['m=a 9 x', 'm=b 9 x', 'm=c 9 x', 'm=d 9 x', 'm=e 9 x'], 'a, b, c, d, 1 more; you send and receive'],
    [['m='], 'you send and receive'],
  ])('%j: %s', (lines, expected) => {
    expect(words(...lines)).toBe(expected);
  });

  it('of the other say what the other does', () => {
    const sdp = ['v=0', 'm=audio 9 RTP/AVP 0', 'a=sendonly'].join('\r\n');
    expect(summariseSdp({ sdp }, 'other').words).toBe('audio (PCMU); the other only sends');
  });

  it('say nothing about nothing', () => {
    expect(summariseSdp({ type: 'rollback', sdp: '' }, 'you')).toEqual({ kind: 'rollback', words: '' });
    expect(words()).toBe('');
  });

  it('stay short, whatever the text is', () => {
    const media = Array.from({ length: 5000 }, (_, index) => `m=${'x'.repeat(50)}${index} 9 RTP 0 8 9`);
    expect(words(...media).length).toBeLessThan(400);
    expect(words(`m=\u202Eoidua 9 RTP ${'1 '.repeat(50_000)}`)).toBe('oidua; you send and receive');
  });
});

describe('a candidate', () => {
  it.each([
    [
      'candidate:725335278 1 udp 2122194687 192.0.2.2 60607 typ host generation 0 ufrag 2H0S',
      'candidate: host, udp',
    ],
    [
      'candidate:2 1 TCP 2105458943 7ce1e192-3397-4389-b98d-a26e983d1f02.local 9 typ host tcptype active',
      'candidate: host, tcp',
    ],
    [
      'a=candidate:3 1 udp 92217087 192.0.2.9 52000 typ relay raddr 192.0.2.2 rport 60607',
      'candidate: relay, udp',
    ],
    ['candidate:4 1 udp 1 fd00::2 9 typ srflx', 'candidate: srflx, udp'],
    ['', 'end of candidates'],
    ['a way to ann', 'candidate'],
    ['candidate: ann for president', 'candidate'],
  ])('%j is "%s"', (text, line) => {
    expect(lineOf(summariseCandidate(text))).toBe(line);
  });
});

describe('finds', () => {
  const candidate = 'candidate:4 1 udp 1 fd00::2 9 typ srflx';
  const sdp = 'v=0\r\ns=-\r\n';

  it.each<[where: string, value: unknown]>([
    ['bare', { type: 'offer', sdp }],
    ['under a name', { sdp: { type: 'offer', sdp } }],
    ['in the signal of a call', { parley: { from: 'a', description: { type: 'offer', sdp } } }],
    ['in a list', ['room-42', [{ type: 'offer', sdp }]]],
    ['in JSON text', JSON.stringify({ sdp: { type: 'offer', sdp } })],
    ['with a text that is no description', { type: 'offer', sdp: 'anything' }],
  ])('an offer %s', (_where, value) => {
    expect(findSignal(value)).toMatchObject({ is: 'description', description: { type: 'offer' } });
  });

  it.each<[where: string, value: unknown]>([
    ['as the browser has it', { candidate, sdpMid: '0', sdpMLineIndex: 0 }],
    ['as the codelab has it', { type: 'candidate', label: 0, id: '0', candidate }],
    ['as the tutorial has it', { type: 'candidate', name: 'bob', candidate: { candidate, sdpMid: '0' } }],
    ['bare', candidate],
    ['in JSON text', JSON.stringify({ ice: { candidate } })],
  ])('a candidate %s', (_where, value) => {
    expect(findSignal(value)).toEqual({ is: 'candidate', candidate });
  });

  it('a description that says only what it is by its text', () => {
    expect(findSignal([sdp])).toEqual({ is: 'description', description: { sdp } });
  });

  it.each([{ candidate: '' }, { candidate: null, sdpMid: '0' }])('the end of the candidates: %j', (value) => {
    expect(findSignal(value)).toEqual({ is: 'candidate', candidate: '' });
  });

  it.each<[what: string, value: unknown]>([
    ['a chat about candidates', 'candidate: ann, 1 of 3'],
    ['an offer to talk', { type: 'offer', text: 'lunch?' }],
    ['broken JSON text', '{"sdp": '],
    ['nothing', undefined],
    ['a list that is long', Array.from({ length: 10_000 }, (_, index) => [index])],
  ])('nothing in %s', (_what, value) => {
    expect(findSignal(value)).toBeUndefined();
  });
});
