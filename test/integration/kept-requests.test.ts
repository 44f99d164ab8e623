// What the server keeps of the request that opened a connection, and of its CONNECT: nothing but its address and what it
// asked for. [R15] [R18] [U17]
import { expect, it } from 'vitest';
import { enginePath, openSession, post } from '../support/engine.js';
import { heldBy, startMeasuredServer } from '../support/measured-server.js';
import { frameOf, openRawWebSocket } from '../support/raw-websocket.js';

const count = 100;
/** Together they are shorter than the 10 s after which long-polling that does not join is gone. */
const rounds = 3;

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
  const server = await startMeasuredServer({ heartbeatMs: 0, trustProxy: true });
  let number = 0;
  const growthBy = async (size: Size): Promise<number> => {
    const before = await server.measure();
    await Promise.all(Array.from({ length: count }, () => open({ ...server, ...size, number: number++ })));
    return heldBy(server, before);
  };
  // Code is compiled and tables grow once.
  await growthBy(small);
  // Of each of the two long headers there would be 6,000 bytes, and a CONNECT of 15 KB is 20 times as large when it is parsed.
  const kept: number[] = [];
  // Other growth of the heap is not there in each round.
  while (kept.length < rounds && !kept.some(isLittle)) {
    kept.push(((await growthBy(large)) - (await growthBy(small))) / count);
  }
  expect(kept.find(isLittle), kept.join(', ')).toBeDefined();
});

const isLittle = (bytes: number): boolean => bytes < 4000;
