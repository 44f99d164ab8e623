// What each event shows on the ladder: between whom, in what words, how it is marked.
import { describe, expect, it } from 'vitest';
import { hearAll, sayAll, type Told } from '../support/ladder-traces.js';

const sdp = 'v=0\r\nm=audio 9 RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\n';
const candidate = 'candidate:1 1 udp 1 192.0.2.1 9 typ relay raddr 0.0.0.0 rport 0';
const meta = { seq: 1, from: 'a', to: 'b' };
const call = (signal: object): unknown => ({ parley: { from: 'x', to: 'y', ...signal } });
const entered = { role: 'initiator', heartbeatMs: 1, graceMs: 1 };
const bob = { id: 'x', presence: 'here' };
const stun = { urls: ['stun:example.org'] };

type Row = [told: Told, said: string];

const rooms: Row[] = [
  [['out', 'leave', 'red', { me: 'a' }], 'You to the server: leave: gives up its seat in red'],
  [['in', 'leave', { status: 'left' }], 'The server to you: leave: the seat is free'],
  [
    ['in', 'leave', { status: 'refused', code: 'no-seat', message: 'There is no seat.' }],
    'The server to you: leave: refused, There is no seat. (no-seat) [refused]',
  ],
  [
    ['out', 'create or join', 'room-42', { resume: true }],
    'You to the server: create or join: channel room-42',
  ],
  [
    ['in', 'create or join', { ...entered, status: 'created', peer: null, iceServers: [stun] }],
    'The server to you: create or join: created, initiator, nobody else is there, 1 ICE server',
  ],
  [
    ['in', 'create or join', { ...entered, status: 'resumed', peer: bob, iceServers: [] }],
    'The server to you: create or join: resumed, initiator, the other is here [resumed]',
  ],
  [
    ['in', 'create or join', { status: 'full', peer: null }],
    'The server to you: create or join: full [refused]',
  ],
  [
    ['in', 'create or join', { status: 'refused', peer: null, code: 'bad-channel', message: 'No name.' }],
    'The server to you: create or join: refused, No name. (bad-channel) [refused]',
  ],
  [['in', 'created', 'room-42', 'id'], 'The server to you: created: you are the initiator'],
  [['in', 'joined', 'room-42', 'id'], 'The server to you: joined: you are the joiner'],
  [['in', 'full', 'room-42'], 'The server to you: full: two people are in room-42 [refused]'],
  [['in', 'remotePeerJoining', 'room-42'], 'The server to you: remotePeerJoining: somebody is joining'],
  [
    ['in', 'broadcast: joined', 'S --> broadcast()'],
    'The server to you: broadcast: joined: S --> broadcast()',
  ],
  [['in', 'ready', 'room-42', {}], 'The server to you: ready: you are two'],
  [['in', 'peer back', {}], 'The server to you: peer back: the other is in its seat again [resumed]'],
  [['in', 'peer gone'], 'The server to you: peer gone: the other has left, or did not come back'],
  [
    ['in', 'peer away', 30_000],
    'The server to you: peer away: the other’s connection dropped, its seat is kept',
  ],
  [['in', 'join', 'room-42'], 'The server to you: join: the same, as chapter 5 of the book has it'],
  [['in', 'bye', 'room-42'], 'The server to you: bye: the same, as the codelab has it'],
  [['in', 'draining'], 'The server to you: draining: the server closes this connection; come back'],
  [['in', 'taken-over'], 'The server to you: taken-over: another window has this seat now [refused]'],
  [
    ['in', 'log', ['>>> ', 'S --> Got message: ', 'Hello']],
    'The server to you: log: >>> S --> Got message: Hello',
  ],
  [
    ['in', 'refused', { event: 'message', code: 'too-large', message: 'Too large.' }],
    'The server to you: refused: message: Too large. (too-large)',
  ],
  [['out', 'check'], 'You to the server: check: is the server there?'],
  [['out', 'ice servers'], 'You to the server: ice servers: asks for fresh ones'],
  [['in', 'ice servers', { iceServers: [] }], 'The server to you: ice servers: there are none'],
  [['in', 'ice servers', { iceServers: [stun, stun] }], 'The server to you: ice servers: 2 ICE servers'],
  [
    ['in', 'ice servers', { code: 'no-seat', message: 'No.' }],
    'The server to you: ice servers: No. (no-seat) [refused]',
  ],
  [['out', 'message', { channel: 'c', message: 'Hello' }, meta], 'You to the other: message: “Hello”'],
  [['in', 'response', 'Hi\nbob', meta], 'The other to you: response: “Hi bob”'],
  [['in', 'message', { any: ['json'] }], 'The other to you: message: {"any":["json"]}'],
  [['in', 'received', { upTo: 3 }], 'The other to you: receipt: has everything up to 3'],
  [['out', 'Bye', 'room-42'], 'You to the other: Bye: ends the conversation'],
  [['in', 'Bye', { reason: 'said' }], 'The other to you: Bye: ends the conversation'],
  [['in', 'Bye', { reason: 'expelled' }], 'The server to you: Bye: the server ends the conversation'],
  [['out', 'Ack'], 'You to the server: Ack: has heard the goodbye'],
  [['in', 'something new', 1, 'two'], 'The server to you: something new: 1, two'],
];

const calls: Row[] = [
  [
    ['out', 'message', { channel: 'c', message: call({ description: { type: 'offer', sdp } }) }, meta],
    'You to the other: offer: audio (opus); you send and receive',
  ],
  [
    ['in', 'message', call({ description: { type: 'answer', sdp } }), meta],
    'The other to you: answer: audio (opus); the other sends and receives',
  ],
  [['in', 'message', call({ candidate: { candidate } })], 'The other to you: candidate: relay, udp'],
  [['in', 'message', call({ candidate: { candidate: '' } })], 'The other to you: end of candidates'],
  [['in', 'message', call({ hangUp: true })], 'The other to you: hang up: ends the call'],
  [['in', 'message', call({ hello: true })], 'The other to you: hello: is ready for an offer'],
  [['in', 'message', call({ restart: true })], 'The other to you: restart: asks for a new path'],
];

const bareClients: Row[] = [
  [['in', 'message', 'got user media'], 'The other to you: message: “got user media”'],
  [['out', 'message', 'bye'], 'You to the other: message: “bye”'],
  [
    ['in', 'message', { type: 'offer', sdp }],
    'The other to you: offer: audio (opus); the other sends and receives',
  ],
  [
    ['out', 'message', { type: 'answer', sdp }],
    'You to the other: answer: audio (opus); you send and receive',
  ],
  [
    ['in', 'message', { type: 'candidate', label: 0, id: '0', candidate }],
    'The other to you: candidate: relay, udp',
  ],
  [['out', 'ipaddr'], 'You to the server: ipaddr'],
];

const users: Row[] = [
  [['in', 'greeting', 'Hello world'], 'The server to you: greeting: Hello world'],
  [['out', 'login', { type: 'login', name: 'ann' }], 'You to the server: login: as ann'],
  [
    ['in', 'login', { type: 'login', success: true, iceServers: [stun] }],
    'The server to you: login: the name is yours, 1 ICE server',
  ],
  [
    ['in', 'login', { type: 'login', success: true, resumed: true, call: null, iceServers: [] }],
    'The server to you: login: the name is yours again [resumed]',
  ],
  [
    ['in', 'login', { type: 'login', success: false, reason: 'taken', message: 'Taken.' }],
    'The server to you: login: taken, Taken. [refused]',
  ],
  [['out', 'users', { type: 'users', watch: true }], 'You to the server: users: who is there?'],
  [
    ['in', 'users', { users: [{ name: 'bob' }, { name: 'cy', busy: true }] }],
    'The server to you: users: bob, cy (busy)',
  ],
  [['out', 'offer', { name: 'bob', offer: { parley: { me: 'a' } } }], 'You to the other: offer: rings bob'],
  [['in', 'offer', { name: 'bob', offer: { parley: { me: 'b' } } }], 'The other to you: offer: bob rings'],
  [
    ['out', 'offer', { offer: { parley: { me: 'a', again: true } } }],
    'You to the other: offer: links the two again [resumed]',
  ],
  [['in', 'answer', { answer: { parley: { me: 'b' } } }], 'The other to you: answer: takes the call'],
  [
    ['out', 'candidate', { candidate: { parley: { as: 'message', value: 'Hi', meta } } }],
    'You to the other: message: “Hi”',
  ],
  [
    [
      'in',
      'candidate',
      { candidate: { parley: { as: 'message', value: call({ candidate: { candidate } }), meta } } },
    ],
    'The other to you: candidate: relay, udp',
  ],
  [
    ['in', 'candidate', { candidate: { parley: { receipt: { upTo: 2 } } } }],
    'The other to you: receipt: has everything up to 2',
  ],
  [
    ['in', 'candidate', { candidate: { parley: { me: 'b' } } }],
    'The other to you: back: was away; asks for what it has missed [resumed]',
  ],
  [['in', 'leave', { name: 'bob' }], 'The other to you: leave: hangs up'],
  [
    ['in', 'error', { code: 'busy', message: 'Not now.' }],
    'The server to you: error: Not now. (busy) [refused]',
  ],
];

const tutorial: Row[] = [
  [
    ['out', 'offer', { name: 'bob', offer: { type: 'offer', sdp } }],
    'You to the other: offer: audio (opus); you send and receive',
  ],
  [
    ['in', 'answer', { name: 'bob', answer: sdp }],
    'The other to you: answer: audio (opus); the other sends and receives',
  ],
  [['in', 'candidate', { candidate: { candidate, sdpMid: '0' } }], 'The other to you: candidate: relay, udp'],
  [['in', 'offer', { offer: 'lunch?' }], 'The other to you: offer: “lunch?”'],
];

const deeds: Row[] = [
  [['here', 'connecting'], 'Your side: connecting: to the server'],
  [['here', 'connected', 'resumed'], 'Your side: connected: resumed'],
  [['here', 'lost', 'transport close'], 'Your side: lost: transport close'],
  [['here', 'waiting', 234], 'Your side: waiting: 0.2 s until the next try'],
  [['here', 'again', 3], 'Your side: again: message 3 has to go out once more'],
  [['here', 'over', 'ended'], 'Your side: over: ended'],
  [['here', 'ice', 'failed'], 'Your side: ice: failed'],
  [['here', 'restart', 'disconnected'], 'Your side: restart: disconnected'],
  [['here', 'route', 'relay'], 'Your side: route: relay'],
  [['here', 'route', undefined], 'Your side: route: none any more'],
  [['here', 'new connection'], 'Your side: new connection'],
  [['here', 'candidate error', 701, 'no answer'], 'Your side: candidate error: 701, no answer'],
];

describe.each([
  ['the room protocol', rooms],
  ['a call of the library', calls],
  ['clients of the book and of the codelab', bareClients],
  ['the user protocol', users],
  ['clients of the tutorial', tutorial],
  ['what the library does by itself', deeds],
])('%s', (_name, rows) => {
  it.each(rows)('%j', (told, said) => {
    expect(sayAll(hearAll([told]))).toEqual([said]);
  });
});
