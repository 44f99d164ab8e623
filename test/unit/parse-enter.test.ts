// The arguments of `create or join`: channel, options, acknowledgement. [R1] [R6]
import { describe, expect, expectTypeOf, it } from 'vitest';
import { findAck, parseEnter } from '../../server/protocol/parse-enter.js';
import type { IceServer } from '../../server/protocol/ice-server.js';
import { refusals } from '../../server/protocol/refusals.js';
import type { EnterAnswer } from '../../server/protocol/room-events.js';
import type { LoginAnswer } from '../../server/protocol/user-messages.js';

const ack = (): void => {};

describe('what is taken', () => {
  const rows: [what: string, args: unknown[], options: object][] = [
    ['a name alone', ['room'], {}],
    ['a name and an acknowledgement', ['room', ack], {}],
    ['null for options', ['room', null], {}],
    ['null for options and an acknowledgement', ['room', null, ack], {}],
    ['undefined for options', ['room', undefined, ack], {}],
    ['empty options', ['room', {}], {}],
    [
      'every option',
      ['room', { resume: true, seat: 's', next: 'n', me: 'm', attempt: 7 }, ack],
      { resume: true, seat: 's', next: 'n', me: 'm', attempt: 7 },
    ],
    ['options that are not known yet are left out', ['room', { me: 'm', colour: 'red' }], { me: 'm' }],
    ['a token of 128 characters', ['room', { me: 'm'.repeat(128) }], { me: 'm'.repeat(128) }],
    ['the first attempt, counted from 0', ['room', { attempt: 0 }], { attempt: 0 }],
    ['a __proto__ from JSON', ['room', JSON.parse('{"__proto__":{"me":"x"}}')], {}],
  ];
  it.each(rows)('[R6] %s', (_what, args, options) => {
    expect(parseEnter(args)).toEqual({ ok: true, value: { channel: 'room', written: 'room', options } });
  });

  it('[R1] the name is kept as it was written, beside its NFC', () => {
    expect(parseEnter(['e\u0301'])).toEqual({
      ok: true,
      value: { channel: '\u00e9', written: 'e\u0301', options: {} },
    });
  });
});

describe('what is refused', () => {
  const tokenSentence = (key: string): string => `${key} is a text of 1 to 128 characters.`;
  const objectSentence = 'The options of "create or join" have to be an object.';
  const rows: [what: string, args: unknown[], refusal: object][] = [
    ['no argument', [], refusals.badChannel()],
    ['only an acknowledgement', [ack], refusals.badChannel()],
    ['a bad name before bad options', [7, 'x'], refusals.badChannel()],
    ['text for options', ['room', 'x'], refusals.badOptions(objectSentence)],
    ['a list for options', ['room', []], refusals.badOptions(objectSentence)],
    ['a number for options', ['room', 7, ack], refusals.badOptions(objectSentence)],
    ['resume as text', ['room', { resume: 'yes' }], refusals.badOptions('resume is true or false.')],
    ['resume as null', ['room', { resume: null }], refusals.badOptions('resume is true or false.')],
    ['an empty seat', ['room', { seat: '' }], refusals.badOptions(tokenSentence('seat'))],
    ['next as number', ['room', { next: 7 }], refusals.badOptions(tokenSentence('next'))],
    ['me as null', ['room', { me: null }], refusals.badOptions(tokenSentence('me'))],
    ['attempt as text', ['room', { attempt: '1' }], refusals.badOptions('attempt is a whole number.')],
    ['half an attempt', ['room', { attempt: 0.5 }], refusals.badOptions('attempt is a whole number.')],
    ['attempt -1', ['room', { attempt: -1 }], refusals.badOptions('attempt is a whole number.')],
    ['attempt as null', ['room', { attempt: null }], refusals.badOptions('attempt is a whole number.')],
    ['a token of 129', ['room', { me: 'm'.repeat(129) }], refusals.badOptions(tokenSentence('me'))],
    ['a text after the options', ['room', {}, 'x'], refusals.badAck('create or join')],
    ['two acknowledgements', ['room', ack, {}, ack], refusals.badAck('create or join')],
  ];
  it.each(rows)('[R6] %s', (_what, args, refusal) => {
    expect(parseEnter(args)).toEqual({ ok: false, refusal });
  });
});

it.each<[what: string, args: unknown[], refusal: object]>([
  ['text for options', ['room', 'x'], refusals.badOptions('The options of "leave" have to be an object.')],
  ['a text after the options', ['room', {}, 'x'], refusals.badAck('leave')],
])('[R35] the arguments of "leave" are the same: %s', (_what, args, refusal) => {
  expect(parseEnter(args, 'leave')).toEqual({ ok: false, refusal });
});

it('[R6] the acknowledgement is the last argument, if that is a function', () => {
  expect(findAck(['room', ack])).toBe(ack);
  expect(findAck([ack, 'room'])).toBeUndefined();
  expect(findAck([])).toBeUndefined();
});

it('[R6] [U2] both protocols name STUN and TURN servers in one shape', () => {
  expectTypeOf<Required<EnterAnswer>['iceServers']>().toEqualTypeOf<IceServer[]>();
  expectTypeOf<Extract<LoginAnswer, { success: true }>['iceServers']>().toEqualTypeOf<IceServer[]>();
});
