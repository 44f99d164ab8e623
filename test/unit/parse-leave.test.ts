// The body of `POST /leave`: a channel and the secret of a seat. [R26]
import { expect, it } from 'vitest';
import { parseLeave } from '../../server/protocol/parse-enter.js';
import { refusals } from '../../server/protocol/refusals.js';

it('[R26] a channel and a secret are taken, the name in its NFC', () => {
  expect(parseLeave('{"channel":"cafe\u0301","seat":"s","more":1}')).toEqual({
    ok: true,
    value: { channel: 'caf\u00e9', seat: 's' },
  });
});

it.each([
  ['nothing', '', 'bad-channel'],
  ['no JSON', 'channel=room', 'bad-channel'],
  ['null', 'null', 'bad-channel'],
  ['a list', '["room","s"]', 'bad-channel'],
  ['no channel', '{"seat":"s"}', 'bad-channel'],
  ['a bad channel', '{"channel":"a\\nb","seat":"s"}', 'bad-channel'],
  ['no secret', '{"channel":"room"}', 'bad-options'],
  ['a number for a secret', '{"channel":"room","seat":7}', 'bad-options'],
  ['an empty secret', '{"channel":"room","seat":""}', 'bad-options'],
  ['a secret of 129', JSON.stringify({ channel: 'room', seat: 's'.repeat(129) }), 'bad-options'],
])('[R26] %s is refused', (_what, body, code) => {
  expect(parseLeave(body)).toMatchObject({ ok: false, refusal: { code } });
});

it('[R26] without a secret it says what a seat is', () => {
  expect(parseLeave('{"channel":"room"}')).toEqual({
    ok: false,
    refusal: refusals.badOptions('seat is the secret of a seat.'),
  });
});
