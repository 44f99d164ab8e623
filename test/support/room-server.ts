// The room gateway on a Socket.IO server of its own, so that a test can put a slow or failing store behind it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createMemoryMessageBus } from '../../server/cluster/memory-message-bus.js';
import { createAdmission } from '../../server/transport/admission.js';
import { createClientAddress } from '../../server/transport/client-address.js';
import { createFailureLimiter, type FailureLimiter } from '../../server/transport/failure-limiter.js';
import { createHeartbeat } from '../../server/transport/heartbeat.js';
import { createSocketIo, type SocketIo } from '../../server/transport/socket-io.js';
import { openRoomGateway } from '../../server/rooms/room-gateway.js';
import type { RecordStore } from '../../server/kernel/record-store.js';
import { createCounters } from '../../server/observability/counters.js';
import type { Room } from '../../server/rooms/room.js';
import { createScheduler, type Scheduler } from '../../server/timing/scheduler.js';
import { createLogBook, type LogBook } from './log-book.js';
import { noIceServers } from './no-ice-servers.js';
import { noLimits } from './no-limits.js';
import { noRate } from './no-rate.js';

export interface RoomServer extends LogBook {
  url: string;
  port: number;
  io: SocketIo['io'];
}

export interface RoomServerOptions {
  /** Default: none. */
  heartbeatMs?: number;
  /** Default: one on the real clock. */
  scheduler?: Scheduler;
  /** Default: one on the real clock. */
  failures?: FailureLimiter;
}

export async function startRoomServer(
  store: RecordStore<Room>,
  {
    heartbeatMs = 0,
    scheduler = createScheduler((cause) => {
      throw cause;
    }),
    failures = createFailureLimiter(),
  }: RoomServerOptions = {},
): Promise<RoomServer> {
  const heartbeat = createHeartbeat(heartbeatMs, scheduler);
  const book = createLogBook('info');
  const { io, handlePolling, handleUpgrade } = createSocketIo({
    heartbeatMs,
    maxMessageBytes: 65_536,
    rate: noRate,
    addressOf: createClientAddress(false, book.logger),
    connections: noLimits(scheduler).connections,
    admission: createAdmission({ allowedOrigins: [], trustProxy: false }),
    heartbeat,
    scheduler,
    onOriginRefused: () => {},
  });
  const gateway = openRoomGateway({
    io,
    store,
    bus: createMemoryMessageBus(),
    scheduler,
    counters: createCounters(),
    logger: book.logger,
    failures,
    iceServers: noIceServers,
    rate: noRate,
    settings: {
      ackTimeoutMs: 5000,
      graceMs: 30_000,
      yieldMs: 5000,
      heartbeatMs,
      maxMessageBytes: 65_536,
    },
  });
  const server = createServer(handlePolling).on('upgrade', handleUpgrade);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.close();
    await gateway.close();
    await heartbeat.close();
    scheduler.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, io, ...book };
}
