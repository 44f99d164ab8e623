// The body of `POST /leave`: a channel or a user name, and the secret of the seat or name. [R26] [U30]
import { expect, it } from 'vitest';
import { parseLeave } from '../../server/protocol/parse-leave.js';

it('[R26] a channel and a secret are taken, the name in its NFC', () => {
  expect(parseLeave('{"channel":"cafe\u0301","seat":"s","more":1}')).toEqual({
    channel: 'caf\u00e9',
    seat: 's',
  });
});

it('[U30] a user name and a secret are taken, the name in its NFC; with a channel it is about that', () => {
  expect(parseLeave('{"name":"cafe\u0301","seat":"s"}')).toEqual({ name: 'caf\u00e9', seat: 's' });
  expect(parseLeave('{"name":"ann","channel":"room","seat":"s"}')).toEqual({ channel: 'room', seat: 's' });
});

it.each([
  ['nothing', ''],
  ['no JSON', 'channel=room'],
  ['null', 'null'],
  ['a list', '["room","s"]'],
  ['neither channel nor name', '{"seat":"s"}'],
  ['a bad channel', '{"channel":"a\\nb","seat":"s"}'],
  ['a bad channel and a name', '{"channel":7,"name":"ann","seat":"s"}'],
  ['a bad name', '{"name":" ","seat":"s"}'],
  ['a number for a name', '{"name":7,"seat":"s"}'],
  ['no secret', '{"channel":"room"}'],
  ['a number for a secret', '{"channel":"room","seat":7}'],
  ['an empty secret', '{"name":"ann","seat":""}'],
  ['a secret of 129', JSON.stringify({ channel: 'room', seat: 's'.repeat(129) })],
])('[R26] [U30] %s is not taken', (_what, body) => {
  expect(parseLeave(body)).toBeUndefined();
});
