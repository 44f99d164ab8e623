// What lies in Redis of users, and what comes from other nodes: it is read as it was written, and junk is not.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import type { SecretHash } from '../../server/protocol/secrets.js';
import { parseUserParcel, type UserParcel } from '../../server/users/user-parcel.js';
import {
  isSameUser,
  parseUserRecord,
  writeUserRecord,
  type UserRecord,
} from '../../server/users/user-record.js';
import type { Call, ConnectionId, NamedUser } from '../../server/users/user-rules.js';

const bob = 'bob' as UserName;
const line = 'line@node' as ConnectionId;

const json = fc.jsonValue();
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.constant({ state: 'none' } as const),
  fc.constant({ state: 'calling', other: bob } as const),
  json.map((answer) => ({ state: 'talking', other: bob, answer }) as const),
  fc.constant({ state: 'talking', other: bob } as const),
  json.map((offer) => ({ state: 'called', other: bob, offer }) as const),
  json.map((offer) => ({ state: 'called', other: bob, offer, hasLostGlare: true }) as const),
);
const holder = fc.record(
  {
    connection: fc.constant(line),
    written: fc.string(),
    call,
    me: fc.string(),
    attempt: fc.nat(),
    secrets: fc.array(fc.string().map((secret) => secret as SecretHash)),
  },
  { requiredKeys: ['connection', 'written', 'call'] },
);
const user: fc.Arbitrary<NamedUser> = fc.oneof(
  holder.map((one) => ({ ...one, state: 'online' }) as const),
  fc.tuple(holder, fc.nat()).map(([one, until]) => ({ ...one, state: 'away', until }) as const),
);
const record: fc.Arbitrary<UserRecord> = fc.record({ version: fc.nat(), epoch: fc.nat(), user });

describe('a record', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(record, (one) => {
        expect(parseUserRecord(writeUserRecord(one))).toEqual(JSON.parse(JSON.stringify(one)));
      }),
    );
  });

  test('has one text, whatever the order in which its fields were given', () => {
    const one: UserRecord = {
      version: 1,
      epoch: 2,
      user: { state: 'online', connection: line, written: 'Ann', call: { state: 'none' } },
    };
    const other: UserRecord = {
      user: { call: { state: 'none' }, written: 'Ann', connection: line, state: 'online' },
      epoch: 2,
      version: 1,
    };
    expect(writeUserRecord(one)).toBe(writeUserRecord(other));
    expect(isSameUser(one, { ...other, version: 9 })).toBe(true);
    expect(isSameUser(one, { ...other, epoch: 3 })).toBe(false);
  });

  test('junk is none, and breaks nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          json.map((one) => JSON.stringify(one)),
        ),
        (text) => parseUserRecord(text) === undefined,
      ),
    );
    const good = { state: 'online', connection: line, written: 'Ann', call: { state: 'none' } };
    const odd = [
      { ...good, state: 'away' },
      { ...good, connection: 1 },
      { ...good, written: null },
      { ...good, me: 1 },
      { ...good, attempt: -1 },
      { ...good, secrets: 'secret' },
      { ...good, secrets: [1] },
      { ...good, call: { state: 'called', other: 'bob' } },
      { ...good, call: { state: 'calling' } },
      { ...good, call: { state: 'dancing', other: 'bob' } },
    ];
    for (const one of odd)
      expect(parseUserRecord(JSON.stringify({ version: 1, epoch: 1, user: one }))).toBeUndefined();
  });
});

describe('a parcel from another node', () => {
  const link = { name: bob, connection: line, isMuted: false };
  const offer = { type: 'offer', offer: { sdp: 'v=0' }, name: 'bob' } as const;
  const parcels: UserParcel[] = [
    { kind: 'look' },
    { kind: 'away', name: bob, dueInMs: 12.5 },
    { kind: 'candidate', from: line, message: { type: 'candidate', candidate: null, name: 'bob' } },
    {
      kind: 'notice',
      notice: { to: line, link, first: offer, message: { type: 'answer', answer: 0, name: 'bob' } },
      version: 7,
      part: 0,
    },
    { kind: 'notice', notice: { to: line, link: null, message: { type: 'leave', name: 'bob' } }, version: 7 },
    {
      kind: 'notice',
      notice: { to: line, ends: { code: 'taken-over', message: 'Gone.' } },
      version: 7,
      part: 1,
    },
  ];

  test.each(parcels)('is read as it was written: %j', (parcel) => {
    expect(parseUserParcel(JSON.parse(JSON.stringify(parcel)))).toEqual(parcel);
  });

  test('junk is none', () => {
    const [, , candidate, notice] = parcels as [
      UserParcel,
      UserParcel,
      UserParcel,
      Extract<UserParcel, { kind: 'notice' }>,
    ];
    const odd: unknown[] = [
      null,
      'look',
      { kind: 'dance' },
      { kind: 'away', name: bob },
      { ...candidate, from: 1 },
      { ...candidate, message: offer },
      { ...candidate, message: { type: 'candidate', name: 'bob' } },
      { ...notice, version: '7' },
      { ...notice, part: -1 },
      { ...notice, notice: { ...notice.notice, to: undefined } },
      { ...notice, notice: { ...notice.notice, message: { type: 'login', success: true } } },
      { ...notice, notice: { ...notice.notice, link: { name: 'bob' } } },
      { ...notice, notice: { ...notice.notice, ends: 'now' } },
    ];
    for (const one of odd) expect(parseUserParcel(one), JSON.stringify(one)).toBeUndefined();
    fc.assert(fc.property(json, (one) => parseUserParcel(one) === undefined));
  });
});
