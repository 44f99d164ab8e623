// What the server keeps of the request that opened a connection, and of its CONNECT: nothing but its address and what it
// asked for. [R15] [R18] [U17]
import { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { enginePath, openSession, post } from '../support/engine.js';
import { countLive, heldBytes } from '../support/live-objects.js';
import { startParley } from '../support/parley.js';
import { frameOf, openRawWebSocket } from '../support/raw-websocket.js';

const count = 100;

interface Opening {
  url: string;
  port: number;
  callsPort: number;
  /** A part of the query. */
  query: string;
  headers: Record<string, string>;
  /** The JSON text after CONNECT. */
  auth: string;
  number: number;
}

type Size = Pick<Opening, 'query' | 'headers' | 'auth'>;

const small: Size = { query: '', headers: {}, auth: '' };

/** Almost as much as Node accepts. The address has more than 12 characters: V8 would keep it as a part of its header. */
const large: Size = {
  query: `&a=${'q'.repeat(1500)}`,
  headers: {
    'X-Forwarded-For': `${'h'.repeat(6000)}, 192.168.100.200`,
    'Sec-WebSocket-Protocol': 'parley-signaling, '.padEnd(6000, 'p'),
    'X-Other': 'h'.repeat(1000),
  },
  auth: `{"a":[${'{},'.repeat(5000)}{}]}`,
};

const openings: [what: string, open: (opening: Opening) => Promise<unknown>][] = [
  [
    '[R15] a WebSocket of a room',
    async ({ port, query, headers, auth }) => {
      const client = await openRawWebSocket(port, `${enginePath}websocket${query}`, { headers });
      client.write(frameOf(`40${auth}`));
      await client.hears(/^40\{/);
    },
  ],
  [
    '[R15] long-polling',
    async ({ url, query, headers, auth }) => post(await openSession(url, query, headers), `40${auth}`),
  ],
  [
    '[R15] long-polling that does not join',
    async ({ url, query, headers }) => void (await openSession(url, query, headers)),
  ],
  [
    '[R15] long-polling that goes over to a WebSocket',
    async ({ url, port, query, headers, auth }) => {
      const session = new URL(await openSession(url, query, headers));
      await post(session.href, `40${auth}`);
      const path = `${session.pathname}${session.search.replace('polling', 'websocket')}`;
      const client = await openRawWebSocket(port, path, { headers });
      client.write(frameOf('2probe'));
      await client.hears(/^3probe$/);
      client.write(frameOf('5'));
      await client.hears(/^40\{/);
    },
  ],
  [
    '[U17] a user',
    async ({ callsPort, query, headers, number }) => {
      const client = await openRawWebSocket(callsPort, `/?b${query}`, { headers });
      client.write(frameOf(JSON.stringify({ type: 'login', name: `user ${number}` })));
      await client.hears(/"success":true/);
    },
  ],
];

it.each(openings)('%s: its request and its CONNECT are not kept, nor a part of them', async (_what, open) => {
  const started = await startParley({ heartbeatMs: 0, trustProxy: true });
  const { url, port, callsPort = 0 } = started;
  let number = 0;
  const openAll = async (size: Size): Promise<number> => {
    const before = await heldBytes();
    const all = Array.from({ length: count }, () =>
      open({ url, port, callsPort, ...size, number: number++ }),
    );
    await Promise.all(all);
    await expect.poll(() => countLive(IncomingMessage)).toBeLessThan(count / 10);
    return (await heldBytes()) - before;
  };
  await openAll(small);
  const ofSmall = await openAll(small);
  const ofLarge = await openAll(large);
  // Each of the two long headers has 6,000 characters, and a CONNECT of 15 KB is 20 times as large when it is parsed. Without
  // them the heap differs by some thousand bytes, in either direction.
  expect((ofLarge - ofSmall) / count).toBeLessThan(10_000);
});
