// What nodes send each other about users: read as it was written, junk is dropped, and nodes of the release before are
// understood and understand.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallRelay, UserPayload } from '../../server/users/user-record.js';
import { userPayloadCodec } from '../../server/users/user-record.js';
import type { CallView } from '../../server/users/user-view.js';
import { ann, bob, lineOf, jsonOf } from '../support/user-decisions.js';
import { readPayloadOfFormatOne } from '../support/user-format-one.js';

const line = lineOf(bob);
const offer: CallRelay = { type: 'offer', offer: { sdp: 'v=0' }, name: 'bob' };
const answer: CallRelay = { type: 'answer', answer: 0, name: 'bob' };
const candidate: CallRelay = { type: 'candidate', candidate: null, name: 'bob' };
const withBob = { name: bob, written: 'Bob', connection: line, presence: 'here' } as const;
const rings: CallView = { ...withBob, id: 5, rings: 2, state: 'called', offer: jsonOf({ sdp: 'v=0' }) };
const lost: CallView = { ...rings, presence: 'away', isMuted: true };
const talks: CallView = { ...withBob, id: 5, rings: 2, state: 'talking', answer: jsonOf(null) };
const { id: _id, rings: _rings, ...calling }: CallView = { ...withBob, id: 0, rings: 0, state: 'calling' };

const change = { kind: 'state', key: ann, version: 7 } as const;
const changes: UserPayload[] = [
  { ...change, views: [{ name: ann, call: null }] },
  {
    ...change,
    views: [
      { name: ann, call: rings },
      { name: ann, call: talks },
    ],
    due: [[bob, 12.5]],
  },
  {
    ...change,
    views: [
      { name: ann, call: lost },
      { name: ann, call: calling },
    ],
  },
  { ...change, views: [{ name: ann, call: rings }, { lost: 'taken-over' }] },
  { ...change, views: [{ lost: 'unknown' }] },
];
const relayOf = (message: CallRelay): UserPayload => ({
  kind: 'relay',
  from: line,
  text: JSON.stringify(message),
});
const relays = [offer, answer, candidate].map(relayOf);

const overTheNetwork = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a payload from another node', () => {
  test.each([...changes, ...relays])('is read as it was written: %j', (payload) => {
    expect(userPayloadCodec.parse(overTheNetwork(payload))).toEqual(payload);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'look'],
    ['an unknown kind', { kind: 'dance' }],
    ['a word of the release before', { kind: 'look' }],
    ['no views', { ...change, views: [] }],
    ['an odd view', { ...change, views: [{ name: 1, call: null }] }],
    ['a loss for an unknown reason', { ...change, views: [{ lost: 'forgotten' }] }],
    ['an odd version', { ...change, version: '7', views: [{ name: ann, call: null }] }],
    ['a key that is no text', { ...change, key: 1, views: [{ name: ann, call: null }] }],
    ['a call in an unknown state', { ...change, views: [{ name: ann, call: { ...rings, state: 'none' } }] }],
    ['a call with an odd id', { ...change, views: [{ name: ann, call: { ...rings, id: -1 } }] }],
    ['a call with nobody', { ...change, views: [{ name: ann, call: { ...rings, connection: null } }] }],
    ['an odd time', { ...change, views: [{ name: ann, call: null }], due: [[bob, 'soon']] }],
    ['a relay of an odd sender', { ...relayOf(offer), from: 1 }],
    ['a relay of nobody', { kind: 'relay', text: JSON.stringify(offer) }],
    ['a relay of nothing', { kind: 'relay', from: line }],
    ['a relay of what is no text', { ...relayOf(offer), text: offer }],
    ['a relay of what is no JSON', { ...relayOf(offer), text: '{"type":"offer"' }],
    ['a relay without its value', { ...relayOf(offer), text: '{"type":"candidate","name":"bob"}' }],
    ['a relay of a leave', { ...relayOf(offer), text: '{"type":"leave","name":"bob"}' }],
    ['a relay of a login', { ...relayOf(offer), text: '{"type":"login","success":true}' }],
  ])('is none: %s', (_what, value) => {
    expect(userPayloadCodec.parse(value)).toBeUndefined();
  });

  test('is none: junk of any kind', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(userPayloadCodec.parse(value)).toBeUndefined();
        expect(userPayloadCodec.fromFormatOne(value)).toBeUndefined();
      }),
    );
  });
});

describe('[U27] a node of the release before', () => {
  /** What it makes of it. */
  const send = (payload: UserPayload): unknown =>
    readPayloadOfFormatOne(overTheNetwork(userPayloadCodec.toFormatOne(payload)));

  test.each(changes)('reads the record again, whatever has changed: %j', (payload) => {
    expect(send(payload)).toEqual({ kind: 'look' });
  });

  test('is given candidates as it sends them', () => {
    expect(send(relayOf(candidate))).toEqual({
      kind: 'candidate',
      from: line,
      message: candidate,
    });
  });

  test.each([offer, answer])('is given what negotiates as something that changes nothing: %j', (message) => {
    const { part, version, notice } = send(relayOf(message)) as {
      part?: number;
      version: number;
      notice: object;
    };
    expect(notice).toEqual({ to: '', message });
    // It tells what is newer than all that it has applied, and counts what has a part as applied.
    expect(version).toBe(Number.MAX_SAFE_INTEGER);
    expect(part).toBeUndefined();
  });

  const link = { name: bob, connection: line, isMuted: false };
  const notice = { to: lineOf(ann), message: offer };

  test.each<[string, object, UserPayload]>([
    ['that something was missed', { kind: 'look' }, { kind: 'look' }],
    ['that the other is away', { kind: 'away', name: bob, dueInMs: 12.5 }, { kind: 'look' }],
    ['a candidate', { kind: 'candidate', from: line, message: candidate }, relayOf(candidate)],
    [
      'an offer inside a call',
      { kind: 'notice', notice, version: 7 },
      { kind: 'relay', name: offer.name, text: JSON.stringify(offer) },
    ],
    [
      'an answer inside a call',
      { kind: 'notice', notice: { ...notice, message: answer }, version: 7 },
      { kind: 'relay', name: answer.name, text: JSON.stringify(answer) },
    ],
    [
      'an offer that rings',
      { kind: 'notice', notice: { ...notice, link }, version: 7, part: 0 },
      { kind: 'look' },
    ],
    [
      'an answer to a call',
      { kind: 'notice', notice: { ...notice, message: answer, link }, version: 7, part: 1 },
      { kind: 'look' },
    ],
    [
      'that the call is over',
      {
        kind: 'notice',
        notice: { to: '', message: { type: 'leave', name: 'bob' }, link: null },
        version: 7,
        part: 1,
      },
      { kind: 'look' },
    ],
    [
      'a lost glare',
      {
        kind: 'notice',
        notice: { to: '', first: offer, link: { ...link, isMuted: true } },
        version: 7,
        part: 0,
      },
      { kind: 'look' },
    ],
    [
      'that the name was taken over',
      {
        kind: 'notice',
        notice: { to: '', link: null, ends: { code: 'taken-over', message: 'Gone.' } },
        version: 7,
        part: 0,
      },
      { kind: 'look' },
    ],
  ])('is understood when it says %s', (_what, sent, payload) => {
    expect(readPayloadOfFormatOne(sent)).toEqual(sent);
    expect(userPayloadCodec.fromFormatOne(overTheNetwork(sent))).toEqual(payload);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['an unknown kind', { kind: 'dance' }],
    ['a candidate of an odd sender', { kind: 'candidate', from: 1, message: candidate }],
    [
      'a candidate without its value',
      { kind: 'candidate', from: line, message: { type: 'candidate', name: 'bob' } },
    ],
    ['a relay of this release', relayOf(offer)],
  ])('says nothing with %s', (_what, sent) => {
    expect(readPayloadOfFormatOne(sent)).toBeUndefined();
    expect(userPayloadCodec.fromFormatOne(sent)).toBeUndefined();
  });
});
