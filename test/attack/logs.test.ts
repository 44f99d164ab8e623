// What strangers write into the log: not without end, nothing of what two send each other, and each line stays one line.
import { expect, it } from 'vitest';
import { openChannel } from '../../client/index.js';
import { ask } from '../support/http-ask.js';
import { closeFrameOf, frameOf, openRawSocketIo, openRawWebSocket } from '../support/raw-websocket.js';
import { connectClient } from '../support/room-client.js';
import { connectPair } from '../support/room-pair.js';
import { scaled } from '../support/scale.js';
import { connectUser, logInUser } from '../support/user-client.js';
import { attacked, serverOfFile } from './attacked.js';

const unread = serverOfFile({ logLevel: 'info', logFormat: 'json', isRead: false });
const told = serverOfFile({ logLevel: 'debug', logFormat: 'json', trustProxy: true, graceMs: 50 });

it('[R17] random origins fill neither the log nor the memory while nobody reads the log', async (context) => {
  const threat = 'random origins into the log, whose reader stands still';
  await attacked(context, unread(), { threat, tries: scaled(20_000, 120), of: 'requests' }, async (tries) => {
    let slowest = 0;
    for (let number = 0; number < tries; number++) {
      const headers = { Origin: `http://${Math.random()}.${'x'.repeat(4000)}.example` };
      const askedAt = performance.now();
      const { status } = await ask(unread().port, '/socket.io/?EIO=4&transport=polling', { headers });
      slowest = Math.max(slowest, performance.now() - askedAt);
      expect(status).toBe(403);
    }
    expect((await ask(unread().port, '/healthz')).status).toBe(200);
    return `each answered, the slowest after ${Math.round(slowest)} ms`;
  });
});

/** Conversations at a time. */
const together = 5;

const sdp = 'v=0 o=- 4611731 2 IN IP4 198.51.100.77';
const candidate = 'candidate:1 1 udp 2113937151 198.51.100.88 54400 typ host';
const words = 'what-ann-told-bob';
const token = 'the-token-of-ann-0123456789';
const address = '203.0.113.7';
const secrets = ['198.51.100', 'v=0', 'candidate:1', words, token, address, '127.0.0.1'];

it('a log at debug level has no address, no SDP, no text and no token', async (context) => {
  const threat = 'addresses, SDP and text in the log';
  await attacked(
    context,
    told(),
    { threat, tries: scaled(500, together), of: 'conversations' },
    async (tries) => {
      for (let number = 0; number < tries; number += together) {
        await Promise.all(Array.from({ length: together }, (_, index) => converse(number + index)));
      }
      const lines = told().output().trimEnd().split('\n');
      const found = secrets.filter((secret) => told().output().includes(secret));
      expect(lines.length).toBeGreaterThan(tries);
      expect(found).toEqual([]);
      return `0 in ${lines.length} lines at debug level; counters have codes only`;
    },
  );
});

/** Two of a room, two of the library and two of a call say everything that may not be logged; strangers do, too. */
async function converse(number: number): Promise<void> {
  const { url, callsPort } = told();
  const headers = { 'X-Forwarded-For': address };
  const { ann, bob, channel } = await connectPair(url, { headers }, `talk ${number}`);
  for (const value of [
    words,
    { type: 'offer', sdp },
    { channel, message: { candidate } },
    '['.repeat(70_000),
  ]) {
    ann.say('message', value);
  }
  const cy = await connectClient(url, { headers });
  for (const event of ['message', 'response', 'received', 'Bye', `x${words}`.slice(0, 1)])
    cy.say(event, words);
  await cy.ask('create or join', channel, { resume: true, seat: token });
  const library = [await openChannel(url, `library ${number}`), await openChannel(url, `library ${number}`)];
  await library[0]?.send({ description: { type: 'offer', sdp }, words });
  const calls = `ws://127.0.0.1:${callsPort}`;
  const dan = await logInUser(calls, `dan ${number}`, { headers });
  const eve = await connectUser(calls, { headers });
  eve.say({ type: 'login', name: `eve ${number}`, resume: true, seat: token });
  await eve.hears();
  for (const message of [
    { type: 'offer', name: `eve ${number}`, offer: { sdp } },
    { type: 'candidate', name: `eve ${number}`, candidate: { candidate } },
    { type: 'answer', name: 'nobody', answer: words },
  ]) {
    dan.say(message);
  }
  dan.say(`no JSON ${words}`);
  // An offer that rings when its caller goes is counted for minutes.
  dan.say({ type: 'leave', name: `eve ${number}` });
  await dan.hearsAll();
  await eve.hearsAll();
  await Promise.all(library.map((side) => side.close()));
  for (const { socket } of [ann, bob, cy]) socket.disconnect();
  await Promise.all([dan.close(), eve.close()]);
}

const parts = [
  '\r\n',
  '\n',
  '\u001b[31m',
  '\u0000',
  '\u0085',
  '\u009b2J',
  '\u2028',
  '\u2029',
  '\u202e',
  '{"level":60}',
  '%s %j',
  '"',
];

it('names with line breaks, escapes and marks of direction leave each line of the log one JSON line', async (context) => {
  const threat = 'log injection';
  await attacked(
    context,
    told(),
    { threat, tries: scaled(500, 2 * parts.length), of: 'names' },
    async (tries) => {
      for (let number = 0; number < tries; number++) {
        const part = parts[number % parts.length] ?? '';
        const name = `${number} ${part}${number % 3 === 0 ? part : ''}{"msg":"forged"}`;
        const room = await openRawSocketIo(told().port);
        const events = [
          ['create or join', name],
          [name, name],
          ['Bye', name],
        ];
        room.write(...events.map((event) => frameOf(`42${JSON.stringify(event)}`)), closeFrameOf(1000));
        const call = await openRawWebSocket(told().callsPort, '/');
        const messages = [
          { type: name },
          { type: 'login', name },
          { type: 'offer', name: `x${name}`, offer: 1 },
        ];
        call.write(...messages.map((message) => frameOf(JSON.stringify(message))), closeFrameOf(1000));
        const headers = { Origin: `http://${encodeURI(part)}.example` };
        await ask(told().port, '/socket.io/?EIO=4&transport=polling', { headers });
        await Promise.all([room.closed, call.closed]);
      }
      const lines = told().output().slice(0, told().output().lastIndexOf('\n')).split('\n');
      // Not C0, not C1, no separator of lines, no change of direction.
      expect(lines.filter((line) => /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(line))).toEqual(
        [],
      );
      const forged = lines.filter((line) => (JSON.parse(line) as { msg?: string }).msg === 'forged');
      expect(forged).toEqual([]);
      return `${lines.length} lines, each one JSON object`;
    },
  );
});
