// What the attacker sends in each flood: bytes that are built once and sent again and again.
import { randomBytes } from 'node:crypto';

const opcodes = { continuation: 0, text: 1, ping: 9, pong: 10 };

/** A client's frame, masked. */
export function frameOf(content, opcode = opcodes.text, isFinal = true) {
  const payload = Buffer.from(content);
  const mask = randomBytes(4);
  const length = payload.length;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (isFinal ? 0x80 : 0) | opcode;
  head[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  for (let index = 0; index < length; index++) payload[index] ^= mask[index % 4];
  return Buffer.concat([head, mask, payload]);
}

/** Most of 1 MiB, as expensive to parse as it gets. */
const arrays = `[${Array.from({ length: 340_000 }, () => '[]').join(',')}]`;

const keysOf = (bytes) => {
  const keys = Array.from(
    { length: Math.floor(bytes / 11) },
    (_, number) => `{"${number.toString(36).padStart(4, '0')}":0}`,
  );
  return `[${keys.join()}]`;
};

/** 65 KB, as long as a message may be: its JSON takes seven times as long as one text of that length. */
const manyKeys = keysOf(65_000);

/** What a message may have in all; but without escape sequences and white space it is too long, and so not parsed. */
const tooManyKeys = keysOf(170_000);

/** 7.6 KB, just not long: takes ten times as long as its length says. */
const deep = `[${Array.from({ length: 61 }, () => `${'['.repeat(62)}${']'.repeat(62)}`).join()}]`;

/** The victims' own. */
const fullRoom = 'room-42';
const takenName = 'ann';

const texts = {
  'no login': { rooms: '42["message",1]', names: '{"type":"x"}' },
  'unknown events': { rooms: '42["x"]', names: '{"type":"x"}' },
  '1 MiB arrays': {
    rooms: `42["message",${arrays}]`,
    names: `{"type":"candidate","name":"nobody","candidate":${arrays}}`,
  },
  'many keys': {
    rooms: `42["message",${manyKeys}]`,
    names: `{"type":"candidate","name":"nobody","candidate":${manyKeys}}`,
  },
  'too many keys': {
    rooms: `42["message",${tooManyKeys}]`,
    names: `{"type":"candidate","name":"nobody","candidate":${tooManyKeys}}`,
  },
  'deep messages': {
    rooms: `42["message",${deep}]`,
    names: `{"type":"candidate","name":"nobody","candidate":${deep}}`,
  },
  '1 MiB before login': { rooms: `42["message",${arrays}]`, names: `{"type":"login","name":${arrays}}` },
  knocking: {
    rooms: `42["create or join","${fullRoom}"]`,
    names: `{"type":"login","name":"${takenName}"}`,
  },
  check: { rooms: '420["check"]' },
  'ice servers': { rooms: '420["ice servers"]', names: '{"type":"iceServers"}' },
  'users, watched': { names: '{"type":"users","watch":true}' },
};

const requests = {
  'GET /parley.js': 'GET /parley.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
  'GET of a missing file': 'GET /missing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
  'GET /healthz': 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
  'GET /': 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
  'POST /leave': leaveOf('{"channel":"room-42","seat":"not the token of a seat"}'),
};

function leaveOf(body) {
  return `POST /leave HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** Bodies without an end: how the request begins, and what is sent again and again. */
const bodies = {
  'a body in tiny chunks': ['/leave', '1\r\nx\r\n'],
  'a body in tiny chunks, to nothing': ['/missing', '1\r\nx\r\n'],
  'an endless body': ['/leave', `4000\r\n${'x'.repeat(0x4000)}\r\n`],
};

/** The head of such a request. */
export function headOf(what) {
  return `POST ${bodies[what][0]} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n`;
}

const payloads = {
  '131,000 packets in a POST': payloadOf(131_000, '42["x"]'),
  '1 MiB POSTs': payloadOf(1, `42["message",${arrays}]`),
  'unknown events': payloadOf(500, '42["x"]'),
};

function payloadOf(count, packet) {
  const body = Array.from({ length: count }, () => packet).join('\x1e');
  return { count, body: Buffer.from(body.slice(0, 1_048_576)) };
}

/** What is sent again and again. */
export function contentOf(what, surface) {
  if (surface === 'polling') return payloads[what];
  if (bodies[what]) return Buffer.from(bodies[what][1]);
  if (requests[what]) return Buffer.from(requests[what]);
  if (what === 'pings') return frameOf('', opcodes.ping);
  if (what === 'pongs') return frameOf('', opcodes.pong);
  if (what === 'fragments') {
    const middle = Array.from({ length: 60 }, () => frameOf('', opcodes.continuation, false));
    return Buffer.concat([
      frameOf('4', opcodes.text, false),
      ...middle,
      frameOf('2["x"]', opcodes.continuation),
    ]);
  }
  return frameOf(texts[what][surface === 'calls' ? 'names' : surface]);
}

/** What is sent once, after what, and what the server says when the flood may begin. */
export function openingOf(what, surface, name) {
  if (surface !== 'rooms') {
    const greeting = 'Hello world';
    if (['no login', '1 MiB before login', 'knocking'].includes(what)) return { steps: [], ready: greeting };
    return {
      steps: [{ after: greeting, text: JSON.stringify({ type: 'login', name }) }],
      ready: '"success":true',
    };
  }
  const greeting = '0{"sid"';
  if (what === '1 MiB before login') return { steps: [], ready: greeting };
  const steps = [{ after: greeting, text: '40' }];
  const connected = '40{"sid"';
  if (!['no login', 'knocking'].includes(what)) {
    steps.push({ after: connected, text: `42${JSON.stringify(['create or join', name])}` });
  }
  return { steps, ready: connected };
}
