// Connections that take the place of others: many idle ones, a hostile client in an office, and many that return at once.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inMs } from '../support/figures.js';
import { openForwarder } from '../support/forwarder.js';
import { openClient, type LibraryClient } from '../support/library-client.js';
import { takeSeat } from '../support/seated-client.js';
import { inThousands, scaled } from '../support/scale.js';
import { startServerProcess } from '../support/server-process.js';
import { connectUser, logIn } from '../support/user-client.js';
import { noteAttack } from './attack-table.js';
import { openMany, openStranger, send } from './strangers.js';

const socketPath = '/socket.io/?EIO=4&transport=websocket';
const perAddress = scaled(1000, 200);

/** Clients that open at the same time. */
const atOnce = 20;

it('[U17] idle connections from one address leave room for another one', async (context) => {
  const tries = scaled(5000, 250);
  const { port, output } = await startServerProcess({ MAX_CONNECTIONS_PER_ADDRESS: `${perAddress}` });
  const paths = [socketPath, '/calls'];
  const { strangers, statuses } = await openMany(tries, (number) =>
    openStranger(port, paths[number % 2] ?? ''),
  );
  const startedAt = performance.now();
  const other = await openStranger(port, socketPath, { localAddress: '127.0.0.2' });
  const tookMs = performance.now() - startedAt;
  noteAttack(context, {
    threat: 'idle connections from one address',
    tries: `${inThousands(tries)} connections`,
    result: `${statuses[503] ?? 0} refused; another address gets in within ${inMs(tookMs)} (200 ms)`,
  });
  expect([statuses, other.status]).toEqual([{ 101: perAddress, 503: tries - perAddress }, 101]);
  expect(new Set(strangers.map(({ retryAfter }) => retryAfter))).toEqual(new Set([undefined, '5']));
  // Pages are for everybody.
  expect((await send(port, '/')).status).toBe(200);
  expect(output()).toContain('MAX_CONNECTIONS_PER_ADDRESS');
});

it('[U17] people of one address who type slowly stay, whatever somebody else opens there', async (context) => {
  const people = scaled(60, 20);
  const waitMs = scaled(120_000, 0);
  const { port, url } = await startServerProcess({ MAX_CONNECTIONS_PER_ADDRESS: `${perAddress}` });
  const slow = await Promise.all(
    Array.from({ length: people }, () => connectUser(`ws://127.0.0.1:${port}/calls`)),
  );
  const half = openMany(perAddress / 2, () => openStranger(port, '/calls'));
  const { statuses } = await half;
  await pause(waitMs);
  // Of the first ones, those that answer no ping may be gone.
  const { statuses: later } = await openMany(perAddress, () => openStranger(port, '/calls'));
  const answers = await Promise.all(slow.map((client, index) => logIn(client, { name: `user ${index}` })));
  const inside = answers.filter((answer) => (answer as { success: boolean }).success).length;
  noteAttack(context, {
    threat: 'a hostile client at the address of others',
    tries: `${inThousands(1.5 * perAddress)} connections beside ${people} people, ${inMs(waitMs)}`,
    result: `${people - inside} of them cut (0)`,
  });
  expect(inside).toBe(people);
  expect(statuses).toEqual({ 101: perAddress / 2 });
  expect(later[503]).toBeGreaterThanOrEqual(people);
  expect(later[101]).toBeGreaterThanOrEqual(perAddress / 2 - people);
  await expect(takeSeat(url, 'websocket', 'room-42')).rejects.toThrow();
});

it.for([
  ['one address that may have so many', false],
  ['an address each, behind a proxy', true],
] as const)(
  '[U17] clients of the library return at once after a restart: %s',
  async ([who, isProxied], context) => {
    const clients = scaled(5000, 40);
    const server = await startServerProcess({
      // One that is tried again may have two for a moment.
      MAX_CONNECTIONS_PER_ADDRESS: `${isProxied ? perAddress : 2 * clients}`,
      TRUST_PROXY: `${isProxied}`,
    });
    const port = isProxied ? await openForwarder(server.port) : server.port;
    const all: LibraryClient[] = [];
    const opens = async (number: number): Promise<void> => {
      all.push(
        await openClient(`http://127.0.0.1:${port}`, `room-${number}`, { unreachableAfterMs: 60_000 }),
      );
    };
    for (let first = 0; first < clients; first += atOnce) {
      await Promise.all(Array.from({ length: atOnce }, (_, index) => opens(first + index)));
    }
    await server.kill();
    const killedAt = performance.now();
    await server.startAgain();
    await Promise.all(all.map((client) => client.until(({ states }) => states.at(-1) === 'open')));
    const tookMs = performance.now() - killedAt;
    noteAttack(context, {
      threat: `a restart: all return at once, ${who}`,
      tries: `${inThousands(clients)} clients of the library`,
      result: `all are back after ${inMs(tookMs)}`,
    });
    expect(all.flatMap(({ states }) => states)).not.toContain('closed');
    expect(server.output()).not.toContain('Refused connections');
    // While there is a server: without one, each waits for an answer first.
    await Promise.all(all.map(({ channel }) => channel.close()));
  },
);
