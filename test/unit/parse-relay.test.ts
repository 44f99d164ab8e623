// Relays that are read without taking them apart: never anything that the long way would read differently.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFrame, parseUserMessage } from '../../server/protocol/parse-user-message.js';
import { parseRelay, type CheckedSignal } from '../../server/protocol/parse-relay.js';

const maxBytes = 65_536;

/** As the long way reads it; undefined: refused, or no relay. */
function readLong(text: string): unknown {
  const frame = parseFrame(text);
  if (!frame.ok) return undefined;
  const message = parseUserMessage(frame.value, maxBytes);
  return message.ok && 'value' in message.value ? valueOf(message.value) : undefined;
}

function readShort(text: string): unknown {
  const relay = parseRelay(text, maxBytes);
  return relay && valueOf(relay);
}

function valueOf(signal: CheckedSignal): unknown {
  return { ...signal, value: JSON.parse(signal.value) as unknown };
}

describe('[U6] [U8] a relay', () => {
  it.each([
    '{"type":"offer","offer":{"type":"offer","sdp":"v=0\\r\\n"},"name":"bob"}',
    '{"type":"offer","name":"bob","offer":{"type":"offer","sdp":"v=0\\r\\n"}}',
    '{"type":"candidate","candidate":null,"name":"bob"}',
    '{"type":"candidate","name":"b\\"o\\\\b","candidate":"a,\\"name\\":\\"cy\\"}"}',
    '{"type":"answer","answer":[1,{"name":"cy"}],"name":"bob"}',
    '{"type":"answer","name":"bob","answer":{"a":1,"name":"cy"}}',
  ])('%s is read as by the long way, with its value as text', (text) => {
    expect(readShort(text)).toBeDefined();
    expect(readShort(text)).toEqual(readLong(text));
  });

  it.each([
    '{"type":"leave","name":"bob"}',
    '{"type":"offer","offer":1,"offer":2,"name":"bob"}',
    '{"type":"offer","name":"bob","offer":1,"offer":2}',
    '{"type":"offer","name":"bob","offer":1,"name":"cy"}',
    '{"type":"offer","offer":1,"name":"bob","name":"cy"}',
    '{"type":"offer","offer":1,"x":2,"name":"bob"}',
    '{"type":"offer","offer":1,"name":"bob"} ',
    '{"type":"offer","offer":1,"name":"bob"',
    '{"type":"offer","offer":1,"name":7}',
    '{"type":"offer","offer":1,"name":""}',
    '{"type":"offer","offer":,"name":"bob"}',
    '{"type":"offer","name":"bob","offer":}',
    '{"type":"offer","answer":1,"name":"bob"}',
    '{ "type":"offer","offer":1,"name":"bob"}',
    `{"type":"offer","offer":${'['.repeat(65)}${']'.repeat(65)},"name":"bob"}`,
    `{"type":"offer","offer":"${'x'.repeat(maxBytes)}","name":"bob"}`,
  ])('%.60s is left to the long way', (text) => {
    expect(parseRelay(text, maxBytes)).toBeUndefined();
  });

  it('whatever is read so, the long way reads alike', () => {
    const piece = fc.constantFrom(
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      'name',
      'offer',
      ',"name":',
      '"bob"',
      '1',
      ' ',
    );
    const inObject = fc.constantFrom(
      '"a":1',
      '"a":-0.5e+3',
      '"a":01',
      '"a":.5',
      '"a":1.',
      '"a":true',
      '"a":nul',
      '"a":"',
      '"a":{',
      '"a":[',
      '"',
      ',',
      '}',
      '\\',
      '\\\\',
      '\\"',
      '\\n',
      '\\x',
      '\\u00e9',
      '\\u00g9',
      '\n',
      '\u0000',
      '\u00e9',
      '\ud800',
      ' ',
    );
    const almostFlat = fc.array(inObject, { maxLength: 8 }).map((pieces) => `{${pieces.join('')}}`);
    const inside = fc.oneof(
      fc.json(),
      almostFlat,
      fc
        .dictionary(fc.string({ unit: 'grapheme' }), fc.oneof(fc.string({ unit: 'binary' }), fc.double()))
        .map((value) => JSON.stringify(value)),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(inside, inside, fc.boolean(), (value, name, isNameFirst) => {
        const fields = [`"offer":${value}`, `"name":${name}`];
        const text = `{"type":"offer",${(isNameFirst ? fields.reverse() : fields).join()}}`;
        const read = readShort(text);
        if (read !== undefined) expect(read).toEqual(readLong(text));
      }),
      { numRuns: 2000 },
    );
  });
});
