// Reading text frames of the user protocol: what is taken, and which refusal the rest gets.
import { describe, expect, test } from 'vitest';
import { parseFrame, parseUserMessage } from '../../server/protocol/parse-user-message.js';
import { parseLogin } from '../../server/protocol/parse-login.js';

function read(text: string, maxBytes = 100): unknown {
  const frame = parseFrame(text);
  if (!frame.ok) return frame;
  return frame.value['type'] === 'login' ? parseLogin(frame.value) : parseUserMessage(frame.value, maxBytes);
}

const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('[U15] what cannot be read is refused with a sentence', () => {
  test.each([
    ['nothing', '', 'invalid-json', 'Invalid JSON'],
    ['no JSON', '{', 'invalid-json', 'Invalid JSON'],
    ['a text', '"login"', 'unknown-type', 'Command not found: undefined'],
    ['null', 'null', 'unknown-type', 'Command not found: undefined'],
    ['a list', '[1]', 'unknown-type', 'Command not found: undefined'],
    ['no type', '{}', 'unknown-type', 'Command not found: undefined'],
    ['an unknown type', '{"type":"dance"}', 'unknown-type', 'Command not found: dance'],
    ['a number as type', '{"type":7}', 'unknown-type', 'Command not found: 7'],
    ['null as type', '{"type":null}', 'unknown-type', 'Command not found: null'],
    ['an object as type', '{"type":{"a":1}}', 'unknown-type', 'Command not found: an object'],
    ['a type of the prototype', '{"type":"__proto__"}', 'unknown-type', 'Command not found: __proto__'],
    ['control characters', '{"type":"a\\u0007\\n"}', 'unknown-type', 'Command not found: a\uFFFD\uFFFD'],
    ['a long type', `{"type":"${'x'.repeat(1000)}"}`, 'unknown-type', `Command not found: ${'x'.repeat(64)}`],
  ])('%s', (_what, text, code, message) => {
    expect(read(text)).toEqual({ ok: false, refusal: { code, message } });
  });

  test.each([
    ['a missing name', '{"type":"offer","offer":1}', 'bad-name'],
    ['a name that is no text', '{"type":"leave","name":["ann"]}', 'bad-name'],
    ['a missing offer', '{"type":"offer","name":"bob"}', 'bad-message'],
    ['a missing answer', '{"type":"answer","name":"bob","offer":1}', 'bad-message'],
    ['a missing candidate', '{"type":"candidate","name":"bob"}', 'bad-message'],
    ['an odd resume', '{"type":"login","name":"ann","resume":"yes"}', 'bad-message'],
    ['an odd seat', '{"type":"login","name":"ann","seat":""}', 'bad-message'],
    ['an odd next', '{"type":"login","name":"ann","resume":true,"seat":"one","next":2}', 'bad-message'],
    ['an odd me', '{"type":"login","name":"ann","me":""}', 'bad-message'],
    ['half an attempt', '{"type":"login","name":"ann","attempt":0.5}', 'bad-message'],
    ['attempt -1', '{"type":"login","name":"ann","attempt":-1}', 'bad-message'],
    ['a name of nothing but spaces', '{"type":"leave","name":"  "}', 'bad-name'],
    ['an odd watch', '{"type":"users","watch":1}', 'bad-message'],
    ['a large value', `{"type":"offer","name":"bob","offer":"${'é'.repeat(51)}"}`, 'too-large'],
    ['a deep value', `{"type":"offer","name":"bob","offer":${deep(65)}}`, 'too-deep'],
    ['a very deep value', `{"type":"offer","name":"bob","offer":${deep(100_000)}}`, 'too-deep'],
    ['a very deep type', `{"type":${deep(100_000)}}`, 'unknown-type'],
    ['a very deep message', deep(100_000), 'unknown-type'],
  ])('%s', (_what, text, code) => {
    expect(read(text)).toMatchObject({ ok: false, refusal: { code } });
  });
});

test.each([
  ['resume', '{"type":"login","name":"ann","resume":"yes"}', 'resume is true or false.'],
  ['attempt', '{"type":"login","name":"ann","attempt":0.5}', 'attempt is a whole number.'],
  ['seat', '{"type":"login","name":"ann","seat":""}', 'seat is a text of 1 to 128 characters.'],
  ['watch', '{"type":"users","watch":1}', 'watch is true or false.'],
  ['offer', '{"type":"offer","name":"bob"}', '"offer" is missing: it may be any JSON value.'],
])('[U15] what %s has to be is said in one sentence', (_field, text, message) => {
  expect(read(text)).toEqual({ ok: false, refusal: { code: 'bad-message', message } });
});

test('[U15] every JSON value is taken as it is', () => {
  for (const value of [null, '', 0, false, [], {}, 'é'.repeat(50), JSON.parse(deep(32)) as unknown]) {
    const text = JSON.stringify({ type: 'candidate', name: 'bob', candidate: value });
    expect(read(text)).toEqual({
      ok: true,
      value: { type: 'candidate', to: { name: 'bob', written: 'bob' }, value: JSON.stringify(value) },
    });
  }
});

test('[U2] a name is compared in NFC and kept as it was written', () => {
  expect(read('{"type":"leave","name":"Zoe\\u0308"}')).toEqual({
    ok: true,
    value: { type: 'leave', to: { name: 'Zo\u00eb', written: 'Zoe\u0308' } },
  });
});

test('[U2] a login keeps what belongs to it, and a bad name is answered by the login itself', () => {
  expect(
    read('{"type":"login","name":"ann","resume":true,"seat":"s","next":"n","me":"m","attempt":0,"more":1}'),
  ).toEqual({
    ok: true,
    value: {
      user: { name: 'ann', written: 'ann' },
      options: { resume: true, seat: 's', next: 'n', me: 'm', attempt: 0 },
    },
  });
  expect(read('{"type":"login","name":7}')).toEqual({
    ok: true,
    value: { user: undefined, options: {} },
  });
});
