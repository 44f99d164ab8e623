// Valid shapes of both protocols with wrong values in them, by fast-check.
import fc from 'fast-check';

export type Protocol = 'rooms' | 'names';

const text = fc.oneof(
  fc.constantFrom(
    'Test',
    'call',
    'ann',
    'bob',
    '',
    '__proto__',
    'constructor',
    '\0',
    '\n',
    '\u200b',
    '\u202e',
    ' ',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    'x'.repeat(128),
    'x'.repeat(129),
    'e\u0301'.repeat(100),
    'x'.repeat(600),
    '\ud800',
    '\udc00x',
  ),
);
const whole = fc.constantFrom(0, 1, 2, -1, 1.5, 2 ** 53, 1e308);
const large = fc.constantFrom('x'.repeat(65_535), 'é'.repeat(40_000), '\u4e2d'.repeat(30_000));
const deep = fc
  .constantFrom(5, 63, 64, 65, 300)
  .map((depth): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`));
const anything = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  { weight: 2, arbitrary: fc.oneof(text, whole, fc.constantFrom(null, true, {}, [])) },
  { weight: 1, arbitrary: deep },
);
const value = fc.oneof({ weight: 60, arbitrary: anything }, { weight: 1, arbitrary: large });
const flag = fc.oneof(fc.boolean(), value);
const token = fc.oneof(text, value);
const count = fc.oneof(whole, fc.nat(), value);
const tokens = { resume: flag, attempt: count, seat: token, next: token, me: token };

const description = fc.record({ type: fc.constantFrom('offer', 'answer'), sdp: text });
const meta = fc.record({ seq: count, from: token, to: token }, { requiredKeys: [] });
const envelope = fc.record({ channel: fc.oneof(text, value), message: value }, { requiredKeys: ['channel'] });
const message = fc.oneof(envelope, value, description);
const receipt = fc.record({ channel: text, upTo: count, from: token, to: token }, { requiredKeys: [] });
const options = fc.record(tokens, { requiredKeys: [] });

/** Socket.IO closes the connection of whoever sends them (`RESERVED_EVENTS` in socket.io-parser 4). */
const reserved = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

const args: fc.Arbitrary<unknown[]> = fc.oneof(
  fc.tuple(fc.constant('create or join'), text),
  fc.tuple(fc.constant('create or join'), fc.oneof(text, value), fc.oneof(options, value)),
  fc.tuple(fc.constant('create or join'), text, options, value),
  fc.tuple(fc.constantFrom('message', 'response'), message),
  fc.tuple(fc.constantFrom('message', 'response'), message, fc.oneof(meta, value)),
  fc.tuple(fc.constant('received'), fc.oneof(receipt, value)),
  fc.tuple(fc.constantFrom('message', 'received', 'create or join', 'Bye')),
  fc.tuple(fc.constantFrom('Bye', 'bye', 'ipaddr', 'check', 'ice servers'), fc.oneof(text, value)),
  fc.tuple(
    text.filter((name) => !reserved.has(name)),
    value,
  ),
);

/** Most often nothing. */
export const beforeConnect = ['', '', '', '42["message",1]', '41', '5'];
/** The CONNECT of Socket.IO, and what comes close to it. */
export const connects = [
  '0',
  '0{}',
  '0{"token":"a \\"quoted\\" {[ text"}',
  '0{"a":{"b":{"c":{"d":{"e":1}}}}}',
  '0[[[[[[]]]]]]',
  `0{"a":"${'x'.repeat(17_000)}"}`,
  `0{"a":[${'{},'.repeat(100)}{}]}`,
  '0/admin,{"a":[1]}',
  '0/admin,[[[[[[]]]]]]',
  '0/admin',
  ' {}',
];

/** An event, with or without an acknowledgement, or the answer to one that was never asked for. */
const packet = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(fc.constantFrom('42', '427', '42999'), args) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('431', '4377'), fc.array(value, { maxLength: 2 })) },
);

const type = fc.constantFrom('login', 'offer', 'answer', 'candidate', 'leave', 'users', 'iceServers');
const fields = {
  name: fc.oneof(text, value),
  offer: message,
  answer: message,
  candidate: message,
  watch: flag,
  ...tokens,
};
const userMessage = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type, ...fields }, { requiredKeys: ['type', 'name'] }) },
  { weight: 2, arbitrary: fc.record({ type: fc.oneof(type, text, value), ...fields }, { requiredKeys: [] }) },
  { weight: 1, arbitrary: value },
  // As parse-relay reads them, in both orders.
  ...(['offer', 'answer', 'candidate'] as const).flatMap((kind) => [
    { weight: 1, arbitrary: fc.tuple(value, text).map(([of, name]) => ({ type: kind, [kind]: of, name })) },
    { weight: 1, arbitrary: fc.tuple(message, text).map(([of, name]) => ({ type: kind, name, [kind]: of })) },
  ]),
);

export const structured: Record<Protocol, fc.Arbitrary<string>> = {
  rooms: packet.map(([head, body]) => head + JSON.stringify(body)),
  names: userMessage.map((body) => JSON.stringify(body)),
};
