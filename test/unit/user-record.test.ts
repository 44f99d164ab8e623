// A user as it is stored: read as it was written, also by the release before, and what is no user of this release or an
// older one is unreadable.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnreadableRecord } from '../../server/kernel/record-store.js';
import {
  readRecordText,
  recordFormat,
  writeRecordText,
  type StoredRecord,
} from '../../server/kernel/record-text.js';
import type { JsonText } from '../../server/protocol/parse-relay.js';
import type { TokenHash } from '../../server/protocol/resume-tokens.js';
import { userCodec } from '../../server/users/user-record.js';
import { offline, type Call, type ConnectionId, type NamedUser, type User } from '../../server/users/user.js';
import { ann, away, bob, online, jsonOf } from '../support/user-decisions.js';
import { isOverInFormatOne, readRecordOfFormatOne } from '../support/user-format-one.js';

const line = 'line@node' as ConnectionId;
const json = fc.jsonValue();
const text = json.map(jsonOf);
const numbers = fc.record({ id: fc.nat(), rings: fc.nat() }, { requiredKeys: [] });
const ringing = fc.record({ id: fc.nat(), rings: fc.nat(), ringsUntil: fc.nat() }, { requiredKeys: [] });
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.constant({ state: 'none' } as const),
  ringing.map((given) => ({ ...given, state: 'calling', other: bob }) as const),
  fc
    .tuple(numbers, text)
    .map(([given, answer]) => ({ ...given, state: 'talking', other: bob, answer }) as const),
  numbers.map((given) => ({ ...given, state: 'talking', other: bob }) as const),
  fc
    .tuple(ringing, text)
    .map(([given, offer]) => ({ ...given, state: 'called', other: bob, offer }) as const),
  text.map((offer) => ({ state: 'called', other: bob, offer, hasLostGlare: true }) as const),
);
const holder = fc.record(
  {
    connection: fc.constant(line),
    written: fc.string(),
    call,
    me: fc.string(),
    attempt: fc.nat(),
    secrets: fc.array(fc.string().map((secret) => secret as TokenHash)),
    leavingAt: fc.nat(),
  },
  { requiredKeys: ['connection', 'written', 'call'] },
);
const user: fc.Arbitrary<NamedUser> = fc.oneof(
  holder.map((one) => ({ ...one, state: 'online' }) as const),
  fc
    .tuple(holder, fc.record({ until: fc.nat(), silentSince: fc.nat() }, { requiredKeys: ['until'] }))
    .map(([one, away]) => ({ ...one, state: 'away', ...away }) as const),
);

function recordOf(state: User, version = 7, epoch = 2): StoredRecord<User> {
  const epochs = new Map<string, number>(state.state === 'online' ? [[state.connection, epoch]] : []);
  return { version, state, epochs };
}

const write = (state: User): string => writeRecordText(userCodec, recordOf(state));
const read = (text: string): StoredRecord<User> | undefined => readRecordText(userCodec, 'ann', text);

/** As the release before has written it. */
function writeOfFormatOne(given: Call): string {
  return JSON.stringify({ version: 7, epoch: 2, user: { ...online(ann), call: callOfFormatOne(given) } });
}

/** Without its numbers, and without its time. */
function withoutNumbers(given: Call): Call {
  const {
    id: _id,
    rings: _rings,
    ringsUntil: _until,
    ...kept
  } = { id: 0, rings: 0, ringsUntil: 0, ...given };
  return kept;
}

/** With an offer or an answer as a value, as that release has them. */
function callOfFormatOne(given: Call): object {
  const call = withoutNumbers(given);
  if (call.state === 'called') return { ...call, offer: JSON.parse(call.offer) as unknown };
  if (call.state !== 'talking' || call.answer === undefined) return call;
  return { ...call, answer: JSON.parse(call.answer) as unknown };
}

describe('the record of a user', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(user, (one) => {
        expect(read(write(one))).toEqual(recordOf(one));
      }),
    );
  });

  test('has one text, whatever the order in which its fields were given', () => {
    const one: User = { state: 'online', connection: line, written: 'Ann', call: { state: 'none' } };
    const other: User = { call: { state: 'none' }, written: 'Ann', connection: line, state: 'online' };
    expect(write(one)).toBe(write(other));
    const calls: [Call, Call] = [
      { state: 'called', id: 1, rings: 2, other: bob, offer: jsonOf('hi'), hasLostGlare: true },
      { hasLostGlare: true, offer: jsonOf('hi'), other: bob, rings: 2, id: 1, state: 'called' },
    ];
    const [first, second] = calls.map((given) => write({ ...one, call: given }));
    expect(first).toBe(second);
  });

  test('says in which epoch of its node the connection holds the name; of one that is away it does not matter', () => {
    expect(read(write(online(ann)))?.epochs).toEqual(new Map([[online(ann).connection, 2]]));
    expect(read(write(away(ann, { state: 'none' }, 9)))?.epochs).toEqual(new Map());
  });

  test('is not parsed where it is JSON of a client, which may be anything then', () => {
    for (const value of ['not JSON', '}{', '[[[', 'two\nlines', ''] as JsonText[]) {
      const called = online(ann, { state: 'called', other: bob, offer: value });
      expect(read(write(called))).toEqual(recordOf(called));
      const talking = online(ann, { state: 'talking', other: bob, answer: value });
      expect(read(write(talking))).toEqual(recordOf(talking));
    }
  });

  test('is none without a text', () => {
    expect(read('')).toBeUndefined();
  });

  const good = { state: 'online', connection: line, written: 'Ann', call: { state: 'none' } };

  test.each<[string, object]>([
    ['away, but not until when', { ...good, state: 'away' }],
    ['an odd connection', { ...good, connection: 1 }],
    ['an odd name', { ...good, written: null }],
    ['an odd client instance id', { ...good, me: 1 }],
    ['an odd attempt', { ...good, attempt: -1 }],
    ['odd secrets', { ...good, secrets: 'secret' }],
    ['an odd time of leaving', { ...good, leavingAt: 'now' }],
    ['away, but since an odd time', { ...good, state: 'away', until: 1, silentSince: null }],
    ['an odd secret', { ...good, secrets: [1] }],
    ['called, without an offer', { ...good, call: { state: 'called', other: 'bob' } }],
    ['calling nobody', { ...good, call: { state: 'calling' } }],
    ['an unknown state of a call', { ...good, call: { state: 'dancing', other: 'bob' } }],
    [
      'a call that rings until an odd time',
      { ...good, call: { state: 'calling', other: 'bob', ringsUntil: '1' } },
    ],
    ['a call with an odd id', { ...good, call: { state: 'calling', other: 'bob', id: '1' } }],
  ])('cannot be parsed: %s', (_what, odd) => {
    const text = JSON.stringify({ format: recordFormat, version: 1, epoch: 1, user: odd });
    expect(() => read(text)).toThrow(UnreadableRecord);
  });

  test('cannot be parsed: junk of any kind, which is not in the error', () => {
    const junk = fc.oneof(
      fc.string({ minLength: 1 }),
      json.map((one) => JSON.stringify(one)),
    );
    fc.assert(
      fc.property(junk, (text) => {
        expect(() => read(text)).toThrow(new UnreadableRecord('ann'));
      }),
    );
  });

  test('cannot be parsed: one of a newer release', () => {
    const stored = JSON.parse(write(online(ann))) as object;
    expect(read(JSON.stringify(stored))).toEqual(recordOf(online(ann)));
    const newer = JSON.stringify({ ...stored, format: recordFormat + 1 });
    expect(() => read(newer)).toThrow(UnreadableRecord);
  });
});

describe('[U27] while nodes of the release before run, too', () => {
  test('records of that release are read: without a format, and calls without id and rings', () => {
    fc.assert(
      fc.property(call, (given) => {
        const state = { ...online(ann), call: withoutNumbers(given) };
        expect(read(writeOfFormatOne(given))).toEqual(recordOf(state));
      }),
    );
  });

  test('that release reads every record of this one, with the same user in it', () => {
    fc.assert(
      fc.property(user, (one) => {
        // It does not know the last two, and yields nothing.
        const {
          call: given,
          leavingAt: _at,
          silentSince: _since,
          ...rest
        } = one as typeof one & { silentSince?: number };
        expect(readRecordOfFormatOne(write(one))).toEqual({
          version: 7,
          epoch: one.state === 'online' ? 2 : 0,
          user: { ...rest, call: callOfFormatOne(given) },
        });
      }),
    );
  });

  test('a name that is free is stored as one whose time is over', () => {
    const text = write(offline);
    expect(read(text)).toEqual(recordOf(offline));
    const record = readRecordOfFormatOne(text);
    expect(record).toMatchObject({ version: 7, user: { state: 'away', call: { state: 'none' } } });
    expect(record?.user).not.toHaveProperty('secrets');
    expect(record && isOverInFormatOne(record, 1)).toBe(true);
  });
});
