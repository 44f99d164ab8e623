// How many connections a server and an address may have open, at every entry point: 503 with Retry-After. [U17]
import type { Socket as EngineSocket } from 'engine.io';
import { expect, it } from 'vitest';
import type { ParleyOptions } from '../../server/create-parley.js';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import { roomRecords } from '../../server/rooms/room-domain.js';
import { createHeldClock } from '../support/held-clock.js';
import { schedulerOn } from '../support/held-scheduler.js';
import { ask, upgradeHeaders, type HttpAnswer } from '../support/http-ask.js';
import { openClient } from '../support/library-client.js';
import { createLogBook } from '../support/log-book.js';
import { startParley } from '../support/parley.js';
import { connectClient, transports } from '../support/room-client.js';
import { startRoomServer } from '../support/room-server.js';
import { openRawPolling } from '../support/raw-polling.js';
import { takeSeat } from '../support/seated-client.js';
import { connectUser, logInUser } from '../support/user-client.js';

const handshake = '/socket.io/?EIO=4&transport=';

async function start(options: ParleyOptions) {
  const { url, port, callsPort = 0 } = await startParley(options);
  /** @param headers such as those of a proxy */
  const tryAll = (headers: Record<string, string> = {}): Promise<HttpAnswer[]> => {
    const upgrade = { headers: { ...upgradeHeaders, ...headers } };
    return Promise.all([
      ask(port, `${handshake}polling`, { headers }),
      ask(port, `${handshake}websocket`, upgrade),
      ask(port, '/calls', upgrade),
      ask(callsPort, '/', upgrade),
    ]);
  };
  return { url, port, callsUrl: `ws://127.0.0.1:${callsPort}`, tryAll };
}

it('[U17] an address with as many open connections as it may have gets no more; they talk on', async () => {
  const { logger, lines } = createLogBook('warn');
  const { url, port, callsUrl, tryAll } = await start({ maxConnectionsPerAddress: 4, logger });
  const polling = await openRawPolling(url);
  const ann = await logInUser(callsUrl, 'ann');
  const { client: cy } = await takeSeat(url, 'websocket', 'room-42');
  const { client: dan } = await takeSeat(url, 'websocket', 'room-42');
  for (const { status, headers } of await tryAll()) {
    expect([status, headers['retry-after']]).toEqual([503, '5']);
  }
  // Requests of an open session, pages and health checks are not counted.
  expect(await polling.post('42["check"]')).toBe(200);
  for (const path of ['/', '/parley.js', '/healthz']) expect((await ask(port, path)).status).toBe(200);
  cy.say('message', 'still here');
  expect((await dan.hears('message'))[0]).toBe('still here');
  expect(await ann.hearsAll()).toEqual([]);
  expect(lines).toMatchObject([{ level: 40, faults: 1 }]);
  expect(lines[0]?.msg).toContain('MAX_CONNECTIONS_PER_ADDRESS');
  // Who leaves makes room.
  await ann.close();
  await expect.poll(async () => (await ask(port, `${handshake}polling`)).status).toBe(200);
});

it('[U17] behind a trusted proxy each client has an address of its own, and behind another one nobody has', async () => {
  for (const trustProxy of [true, false]) {
    const { tryAll } = await start({ maxConnectionsPerAddress: 4, trustProxy });
    for (let client = 0; client < 3; client++) {
      const answers = await tryAll({ 'X-Forwarded-For': `1.1.1.1, 203.0.113.${client}` });
      expect(answers.map(({ status }) => status)).toEqual([200, 101, 101, 101]);
    }
  }
});

it('[U17] behind a trusted proxy an empty last entry is no address that a client can choose', async () => {
  const { tryAll } = await start({ maxConnectionsPerAddress: 4, trustProxy: true });
  const statuses: (number | undefined)[] = [];
  for (let client = 0; client < 4; client++) {
    const answers = await tryAll({ 'X-Forwarded-For': `203.0.113.${client},` });
    statuses.push(...answers.map(({ status }) => status));
  }
  expect(statuses).toContain(503);
});

it('[U17] a server with as many open connections as it may have gets no more', async () => {
  const { logger, lines } = createLogBook('warn');
  const { url, callsUrl, tryAll } = await start({ maxConnections: 2, logger });
  await takeSeat(url, 'websocket', 'room-42');
  const ann = await logInUser(callsUrl, 'ann');
  for (const { status, headers } of await tryAll()) {
    expect([status, headers['retry-after']]).toEqual([503, '5']);
  }
  await expect(connectClient(url)).rejects.toThrow();
  await expect(connectUser(callsUrl)).rejects.toThrow('503');
  expect(lines).toMatchObject([{ level: 40 }]);
  expect(lines[0]?.msg).toContain('MAX_CONNECTIONS allows');
  // A client of the library tries again until there is room.
  const opening = openClient(url, 'room-43');
  await ann.close();
  expect((await opening).channel.role).toBe('initiator');
});

it('[U17] 0 is no limit', async () => {
  const { tryAll } = await start({ maxConnections: 0, maxConnectionsPerAddress: 0 });
  for (let times = 0; times < 300; times++) {
    expect((await tryAll()).map(({ status }) => status)).toEqual([200, 101, 101, 101]);
  }
});

it.each(transports)(
  '[U17] over %s, who does not enter hears idle after 10 minutes; a seat stays',
  async (transport) => {
    const clock = createHeldClock();
    const { url, io } = await startRoomServer(createMemoryRecordStore(roomRecords, clock.now), {
      scheduler: schedulerOn(clock),
    });
    const { client: ann } = await takeSeat(url, transport, 'room-42');
    const { client: bob } = await takeSeat(url, transport, 'room-42');
    const cy = await connectClient(url, { transport });
    const { client: dan, answer } = await takeSeat(url, transport, 'room-42');
    expect(answer.status).toBe('full');
    // Each long-polling client has a GET open that can be answered.
    const connections = Object.values(Reflect.get(io.engine, 'clients') as Record<string, EngineSocket>);
    await expect.poll(() => connections.every(({ transport }) => transport.writable)).toBe(true);
    clock.advanceNow(10 * 60_000);
    for (const stranger of [cy, dan]) {
      expect(await stranger.hears('refused')).toMatchObject([{ event: 'message', code: 'idle' }]);
      // Its client may come back.
      expect(await stranger.ended).toMatch(/transport/);
    }
    ann.say('message', 'still here');
    expect(await bob.hears('message')).toEqual(['still here']);
  },
);
