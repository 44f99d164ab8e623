// The room gateway on a Socket.IO server of its own, so that a test can put a slow or failing store behind it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import { createAdmission } from '../../server/connections/admission.js';
import { createHeartbeat } from '../../server/connections/heartbeat.js';
import { createSocketIo } from '../../server/connections/socket-io.js';
import { openRoomGateway } from '../../server/rooms/room-gateway.js';
import type { RoomStore } from '../../server/rooms/room-store.js';
import { createLogBook, type LogBook } from './log-book.js';
import { noIceServers } from './no-ice-servers.js';

export interface RoomServer extends LogBook {
  url: string;
  port: number;
}

export async function startRoomServer(store: RoomStore): Promise<RoomServer> {
  const heartbeat = createHeartbeat(0);
  const book = createLogBook('info');
  const { io, handlePolling, handleUpgrade } = createSocketIo({
    heartbeatMs: 0,
    admission: createAdmission({ allowedOrigins: [], trustProxy: false }),
    heartbeat,
    onOriginRefused: () => {},
  });
  const gateway = openRoomGateway({
    io,
    store,
    courier: createMemoryCourier(),
    logger: book.logger,
    iceServers: noIceServers,
    settings: {
      ackTimeoutMs: 5000,
      graceMs: 30_000,
      heartbeatMs: 0,
      maxMessageBytes: 65_536,
      trustProxy: false,
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
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, ...book };
}
