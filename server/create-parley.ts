// Composition root: settings in, a running parley out. The only file that chooses implementations.
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { createMemoryCourier } from './cluster/memory-courier.js';
import { completeConfig, type Config } from './config.js';
import { createAdmission } from './connections/admission.js';
import { createHeartbeat } from './connections/heartbeat.js';
import { createSocketIo } from './connections/socket-io.js';
import { createHttpApp } from './http/create-http-app.js';
import { listenOn, mountOn, type HttpAddress } from './http/http-front.js';
import { createLogger, type Logger } from './platform/logger.js';
import { createMemoryRoomStore } from './rooms/memory-room-store.js';
import { openRoomGateway } from './rooms/room-gateway.js';
import type { RoomParcel } from './rooms/room-parcel.js';

export type { Config } from './config.js';
export type { HttpAddress } from './http/http-front.js';

/** The settings, all optional, by the names of `Config`, and what only code can give. */
export interface ParleyOptions extends Partial<Config> {
  /** Mount into this server, after its app is attached, instead of listening on `port`. */
  server?: Server | TlsServer;
  /** Serve the pages. Default: true when parley listens by itself, false when it is mounted. */
  pages?: boolean;
  logger?: Logger;
}

export interface Parley {
  /**
   * Resolves when everything is reachable. Mounted parleys are at once, as far as their server is.
   * @throws {Error} with `code` `EADDRINUSE` or `EACCES` when a port cannot be opened
   */
  listen(): Promise<HttpAddress>;
  /** Ends every connection. A server that was mounted into goes on. Idempotent. */
  close(): Promise<void>;
}

export function createParley(options: ParleyOptions = {}): Parley {
  const { server, logger: ownLogger, pages = server === undefined, ...given } = options;
  const config = completeConfig(given);
  const logger = ownLogger ?? createLogger(config);
  const heartbeat = createHeartbeat(config.heartbeatMs);
  const { io, handlePolling, handleUpgrade } = createSocketIo({
    heartbeatMs: config.heartbeatMs,
    admission: createAdmission(config),
    heartbeat,
    onOriginRefused: (origin) => {
      logger.warn({ origin }, 'refused a page of another origin; ALLOWED_ORIGINS can allow it');
    },
  });
  const rooms = createMemoryRoomStore();
  const courier = createMemoryCourier<RoomParcel>();
  const gateway = openRoomGateway({ io, store: rooms, courier, logger, settings: config });

  const app = createHttpApp({
    ...config,
    pages,
    isTls: config.tlsCertFile !== '',
    handlePolling,
  });
  const upgrades = new Map([[`${config.basePath}/socket.io`, handleUpgrade]]);
  const front = server ? mountOn(server, { app, upgrades }) : listenOn(config, { app, upgrades });

  async function close(): Promise<void> {
    const closed = front.close();
    await gateway.close();
    await heartbeat.close();
    await closed;
    await rooms.close();
  }

  let closing: Promise<void> | undefined;
  const closeOnce = (): Promise<void> => (closing ??= close());
  return {
    listen: () =>
      front.listen().catch(async (cause: unknown) => {
        await closeOnce();
        throw cause;
      }),
    close: closeOnce,
  };
}
