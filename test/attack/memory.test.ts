// Connections that only take memory, of which a server has too little: it gives up the cheapest of them, and a pair talks on.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openTalker } from '../chaos/talker.js';
import { scaled } from '../support/scale.js';
import { startServerProcess } from '../support/server-process.js';
import { noteAttack } from './attack-table.js';
import { openMany, openStranger, send, type Stranger } from './strangers.js';

const heapMegabytes = 64;
const attackMs = scaled(60_000, 1500);
const roundOf = 200;
/** This process may have 20,000 descriptors. */
const maxOpen = 8000;

const largeHeaders = { Connection: 'close', 'X-Large': 'x'.repeat(14_000) };

type Attack = readonly [
  what: string,
  path: string,
  open: (port: number, path: string) => Promise<Stranger>,
  isKeptOpen: boolean,
];

const polling = '/socket.io/?EIO=4&transport=polling';

it.for<Attack>([
  ['abandoned handshakes', polling, (port, path) => send(port, path, { headers: largeHeaders }), false],
  ['WebSockets without a CONNECT', polling.replace('polling', 'websocket'), openStranger, true],
  ['WebSockets without a login', '/calls', openStranger, true],
])('[U17] memory is short: %s', async ([what, path, open, isKeptOpen], context) => {
  const server = await startServerProcess({
    NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}`,
    // As from many addresses.
    MAX_CONNECTIONS_PER_ADDRESS: '0',
  });
  const [ann, bob] = [await openTalker(server.url, 'room-42'), await openTalker(server.url, 'room-42')];
  const pid = server.pid();
  let tries = 0;
  const answers: Record<number, number> = {};
  let held: Stranger[] = [];
  const until = performance.now() + attackMs;
  while (performance.now() < until) {
    const { strangers, statuses } = await openMany(roundOf, () => open(server.port, path), roundOf);
    tries += roundOf;
    for (const [status, count] of Object.entries(statuses)) {
      answers[Number(status)] = (answers[Number(status)] ?? 0) + count;
    }
    if (isKeptOpen) held.push(...strangers.filter(({ status }) => status === 101));
    for (const { socket } of held.slice(0, Math.max(0, held.length - maxOpen))) socket.destroy();
    held = held.slice(-maxOpen);
    await Promise.all([ann.say(5), bob.say(5), pause(5)]);
  }
  const isShort = server.output().includes('Memory is short');
  noteAttack(context, {
    threat: `${what}, ${heapMegabytes} MB of heap`,
    tries: `${tries} connections`,
    result: `${answers[503] ?? 0} refused with 503${isShort ? ', memory was short' : ''}; the pair: ${ann.dropsMs.length + bob.dropsMs.length} drops (0)`,
  });
  expect(server.pid()).toBe(pid);
  expect([ann.dropsMs, bob.dropsMs]).toEqual([[], []]);
  expect([ann.got.length, bob.got.length]).toEqual([bob.said, ann.said]);
  expect((await send(server.port, '/healthz')).status).toBe(200);
});
