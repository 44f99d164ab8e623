// What bounds an Engine.IO connection before it has joined Socket.IO, and after the server has closed it. [R16] [R28]
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Socket as EngineSocket } from 'engine.io';
import { expect, it, onTestFinished } from 'vitest';
import { createAdmission } from '../../server/transport/admission.js';
import type { PollingConnection } from '../../server/transport/heartbeat.js';
import { createSocketIo, type SocketIo } from '../../server/transport/socket-io.js';
import { openRawWebSocket } from '../support/raw-websocket.js';

const path = '/socket.io/?EIO=4&transport=';
const large = 'x'.repeat(600_000);

it('[R28] a WebSocket that has not joined hears too-slow and is cut above 1 MiB', async () => {
  const { io, port } = await startEngine();
  io.engine.on('connection', (connection: EngineSocket) => {
    for (let times = 0; times < 3; times++) connection.write(large);
  });
  const cy = await openRawWebSocket(port, `${path}websocket`);
  await cy.closed;
  const refused = cy.frames.filter(({ text }) => text.startsWith('42["refused"'));
  expect(refused.map(({ text }) => JSON.parse(text.slice(2)) as unknown)).toMatchObject([
    ['refused', { event: 'message', code: 'too-slow', limit: 1_048_576 }],
  ]);
  expect(io.engine.clientsCount).toBe(0);
});

it('[R28] long-polling that has not joined and fetches nothing is cut above 1 MiB, not before', async () => {
  const { io, url } = await startEngine();
  const cy = await openPolling(io, url);
  cy.write(large);
  expect(cy.readyState).toBe('open');
  cy.write(large);
  expect([cy.readyState, io.engine.clientsCount]).toEqual(['closed', 0]);
});

it('[R16] long-polling that the server has closed, and whose client is gone, is cut by the heartbeat', async () => {
  const { io, url, watched } = await startEngine();
  const bob = await openPolling(io, url);
  bob.write('never fetched');
  bob.close();
  expect([bob.readyState, io.engine.clientsCount]).toEqual(['closing', 1]);
  for (const connection of watched) connection.close();
  expect([bob.readyState, io.engine.clientsCount]).toEqual(['closed', 0]);
});

interface StartedEngine {
  io: SocketIo['io'];
  port: number;
  url: string;
  /** What the heartbeat has been given. */
  watched: PollingConnection[];
}

async function startEngine(): Promise<StartedEngine> {
  const watched: PollingConnection[] = [];
  const { io, handlePolling, handleUpgrade } = createSocketIo({
    heartbeatMs: 0,
    admission: createAdmission({ allowedOrigins: [], trustProxy: false }),
    heartbeat: {
      watch: () => {},
      watchPolling: (connection) => watched.push(connection),
      close: () => Promise.resolve(),
    },
    onOriginRefused: () => {},
  });
  const server = createServer(handlePolling).on('upgrade', handleUpgrade);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.close();
    await io.close();
  });
  const { port } = server.address() as AddressInfo;
  return { io, port, url: `http://127.0.0.1:${port}`, watched };
}

/** Opens a long-polling connection that has no request open. @returns its server's side */
async function openPolling(io: SocketIo['io'], url: string): Promise<EngineSocket> {
  const opened = new Promise<EngineSocket>((resolve) => {
    io.engine.once('connection', resolve);
  });
  await (await fetch(`${url}${path}polling`)).text();
  return opened;
}
