// Socket.IO's server of the room protocol without the protocol, on a clock that the test moves.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Socket as EngineSocket } from 'engine.io';
import { onTestFinished } from 'vitest';
import { createAdmission } from '../../server/transport/admission.js';
import type { PollingConnection } from '../../server/transport/heartbeat.js';
import { createSocketIo, type SocketIo } from '../../server/transport/socket-io.js';
import { createHeldClock, type HeldClock } from './held-clock.js';
import { schedulerOn } from './held-scheduler.js';
import { noLimits } from './no-limits.js';
import { noRate } from './no-rate.js';

export const enginePath = '/socket.io/?EIO=4&transport=';

export interface StartedEngine {
  io: SocketIo['io'];
  port: number;
  url: string;
  /** What the heartbeat has been given. */
  watched: PollingConnection[];
  clock: HeldClock;
  /** While it is set, requests with a body wait for it. */
  holdPosts(until: Promise<void> | undefined): void;
}

export async function startEngine(): Promise<StartedEngine> {
  const watched: PollingConnection[] = [];
  const clock = createHeldClock();
  const scheduler = schedulerOn(clock);
  const { io, handlePolling, handleUpgrade } = createSocketIo({
    heartbeatMs: 0,
    maxMessageBytes: 65_536,
    rate: noRate,
    addressOf: () => undefined,
    admission: createAdmission({ allowedOrigins: [], trustProxy: false }),
    heartbeat: {
      watch: () => {},
      watchPolling: (connection) => watched.push(connection),
      close: () => Promise.resolve(),
    },
    scheduler,
    connections: noLimits(scheduler).connections,
    onOriginRefused: () => {},
  });
  let held: Promise<void> | undefined;
  const server = createServer((request, response) => {
    if (request.method !== 'POST' || !held) handlePolling(request, response);
    else void held.then(() => handlePolling(request, response));
  });
  server.on('upgrade', handleUpgrade);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.close();
    await io.close();
    clock.advanceNow(60_000);
  });
  const { port } = server.address() as AddressInfo;
  return {
    io,
    port,
    url: `http://127.0.0.1:${port}`,
    watched,
    clock,
    holdPosts(until) {
      held = until;
    },
  };
}

/** The server's side of what `connect` opens. */
export async function openOn<Client>(
  { io }: StartedEngine,
  connect: () => Promise<Client>,
): Promise<[client: Client, connection: EngineSocket]> {
  const opened = new Promise<EngineSocket>((resolve) => {
    io.engine.once('connection', resolve);
  });
  const client = await connect();
  return [client, await opened];
}

/** Begins with long-polling, and does not join. @returns the address of its session */
export async function openSession(
  url: string,
  query = '',
  headers: Record<string, string> = {},
): Promise<string> {
  const address = `${url}${enginePath}polling`;
  const greeting = await (await fetch(`${address}${query}`, { headers })).text();
  const { sid } = JSON.parse(greeting.slice(1)) as { sid: string };
  return `${address}&sid=${sid}`;
}

/** Resolves with the status, or with 0 when it was cut off without an answer. */
export async function post(session: string, ...packets: string[]): Promise<number> {
  const headers = { 'Content-Type': 'text/plain' };
  try {
    return (await fetch(session, { method: 'POST', body: packets.join('\x1e'), headers })).status;
  } catch {
    return 0;
  }
}
