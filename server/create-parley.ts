// Composition root: settings in, a running parley out. The only file that chooses implementations.
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { createMemoryCourier } from './cluster/memory-courier.js';
import { completeConfig, type Config } from './config.js';
import { createAdmission } from './connections/admission.js';
import { createHeartbeat } from './connections/heartbeat.js';
import { createIceServers } from './connections/ice-servers.js';
import { createRefusedOrigins } from './connections/refused-origins.js';
import { createSocketIo } from './connections/socket-io.js';
import { createCallsApp } from './http/create-calls-app.js';
import { createHttpApp } from './http/create-http-app.js';
import { isTlsServer, type HttpAddress } from './http/http-front.js';
import { mountOn } from './http/mounted.js';
import { listenOn } from './http/own-server.js';
import { createLogger, type Logger } from './platform/logger.js';
import { createMemoryRoomStore } from './rooms/memory-room-store.js';
import { openRoomGateway } from './rooms/room-gateway.js';
import type { RoomParcel } from './rooms/room-parcel.js';
import { createMemoryUserStore } from './users/memory-user-store.js';
import { openUserGateway } from './users/user-gateway.js';
import type { UserParcel } from './users/user-parcel.js';

export type { Config } from './config.js';
export type { HttpAddress } from './http/http-front.js';

/** The settings, all optional, by the names of `Config`, and what only code can give. */
export interface ParleyOptions extends Partial<Config> {
  /**
   * Mount into this server, after its app is attached, instead of listening on `port`. The calls are then at
   * `/calls` only; a port of their own is opened when `callsPort` is given here.
   */
  server?: Server | TlsServer;
  /** Serve the pages. Default: true when parley listens by itself, false when it is mounted. */
  pages?: boolean;
  logger?: Logger;
}

export interface ParleyAddress extends HttpAddress {
  /** The port of the calls; absent when they are at `/calls` only. */
  callsPort?: number;
}

export interface Parley {
  /**
   * Resolves when everything is reachable; mounted, as soon as the server listens, so call that one's `listen`
   * first or do not wait. Asked again, it answers the same.
   * @throws {Error} when it is closed, and with `code` `EADDRINUSE` or `EACCES` when a port cannot be opened
   */
  listen(): Promise<ParleyAddress>;
  /** Ends every connection. A server that was mounted into goes on. Idempotent. */
  close(): Promise<void>;
}

export function createParley(options: ParleyOptions = {}): Parley {
  const { server, logger: ownLogger, pages = server === undefined, ...given } = options;
  const config = completeConfig(given);
  const logger = ownLogger ?? createLogger(config);
  let closing: Promise<void> | undefined;
  const heartbeat = createHeartbeat(config.heartbeatMs);
  const admission = createAdmission(config);
  const onOriginRefused = createRefusedOrigins(logger);
  const { io, handlePolling, handleUpgrade } = createSocketIo({
    heartbeatMs: config.heartbeatMs,
    admission,
    heartbeat,
    onOriginRefused,
  });
  const iceServers = createIceServers(config, Date.now);
  const rooms = createMemoryRoomStore();
  const courier = createMemoryCourier<RoomParcel>();
  const gateway = openRoomGateway({ io, store: rooms, courier, logger, iceServers, settings: config });
  const users = createMemoryUserStore();
  const calls = openUserGateway({
    store: users,
    courier: createMemoryCourier<UserParcel>(),
    logger,
    heartbeat,
    admission,
    onOriginRefused,
    iceServers,
    settings: config,
  });

  const app = createHttpApp({
    ...config,
    pages,
    isTls: server ? isTlsServer(server) : config.tlsCertFile !== '',
    handlePolling,
    isReady: () => closing === undefined,
    handleLeave: gateway.hearLeaving,
  });
  const upgrades = new Map([
    [`${config.basePath}/socket.io`, handleUpgrade],
    [`${config.basePath}/calls`, calls.handleUpgrade],
  ]);
  const front = server ? mountOn(server, { app, upgrades }) : listenOn(config, { app, upgrades });

  const callsFront =
    server && given.callsPort === undefined
      ? undefined
      : listenOn(
          { ...config, port: config.callsPort },
          {
            app: createCallsApp(),
            upgrades: new Map([
              ['', calls.handleUpgrade],
              ['/calls', calls.handleUpgrade],
            ]),
          },
        );

  async function listen(): Promise<ParleyAddress> {
    const callsAddress = await callsFront?.listen();
    refuseClosed();
    // The HTTP port opens last: when it answers, everything does.
    const address = await front.listen();
    return callsAddress ? { ...address, callsPort: callsAddress.port } : address;
  }

  async function close(): Promise<void> {
    calls.close();
    const drained = gateway.close();
    const disconnected = drained.then(heartbeat.close);
    const callsClosed = callsFront?.close(disconnected);
    // The HTTP port closes last: meanwhile it says that this server drains, and finishes its answers. [R27]
    await drained;
    await Promise.all([front.close(disconnected), callsClosed]);
    await Promise.all([rooms.close(), users.close()]);
  }

  function refuseClosed(): void {
    if (closing) throw new Error('This parley is closed. Create another one.');
  }

  async function start(): Promise<ParleyAddress> {
    refuseClosed();
    try {
      return await listen();
    } catch (cause) {
      await closeOnce();
      throw cause;
    }
  }

  const closeOnce = (): Promise<void> => (closing ??= close());
  let starting: Promise<ParleyAddress> | undefined;
  return {
    listen: () => (closing ? start() : (starting ??= start())),
    close: closeOnce,
  };
}
