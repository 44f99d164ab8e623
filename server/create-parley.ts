// Composition root: settings in, a running parley out. What is kept in memory or in Redis is
// choose-backing's to say.
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { chooseBacking } from './choose-backing.js';
import { completeConfig, type Config } from './config.js';
import { createAdmission } from './connections/admission.js';
import { createHeartbeat } from './connections/heartbeat.js';
import { createIceServers } from './connections/ice-servers.js';
import { createRefusedOrigins } from './connections/refused-origins.js';
import { createSocketIo } from './connections/socket-io.js';
import { createCallsApp } from './http/create-calls-app.js';
import { createHttpApp, type Readiness } from './http/create-http-app.js';
import { isTlsServer, type HttpAddress } from './http/http-front.js';
import { mountOn } from './http/mounted.js';
import { listenOn } from './http/own-server.js';
import { createLogger, type Logger } from './platform/logger.js';
import { openRoomGateway } from './rooms/room-gateway.js';
import { openUserGateway } from './users/user-gateway.js';

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
   * @throws {Error} when it is closed, when Redis does not answer, and with `code` `EADDRINUSE` or `EACCES` when a
   * port cannot be opened
   */
  listen(): Promise<ParleyAddress>;
  /** Ends every connection. A server that was mounted into goes on. Idempotent. */
  close(): Promise<void>;
}

/**
 * Wires a parley; nothing is open before `listen`.
 * @throws {Error} one sentence, when a setting is not allowed or two do not go together
 */
export function createParley(options: ParleyOptions = {}): Parley {
  const { server, logger: ownLogger, pages = server === undefined, ...given } = options;
  const config = completeConfig(given);
  const logger = ownLogger ?? createLogger(config);
  let closing: Promise<void> | undefined;
  let isOpen = false;
  const heartbeat = createHeartbeat(config.heartbeatMs);
  const admission = createAdmission(config);
  const onOriginRefused = createRefusedOrigins(logger);
  const { io, handlePolling, handleUpgrade, turnAway } = createSocketIo({
    heartbeatMs: config.heartbeatMs,
    admission,
    heartbeat,
    onOriginRefused,
  });
  const iceServers = createIceServers(config, Date.now);
  const backing = chooseBacking(config, logger);
  const { rooms, users, lease } = backing;
  const gateway = openRoomGateway({ ...rooms, io, lease, logger, iceServers, settings: config });
  const calls = openUserGateway({
    ...users,
    lease,
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
    readiness,
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

  function readiness(): Readiness {
    if (closing) return 'draining';
    return lease.isReady() ? 'ready' : 'redis';
  }

  async function listen(): Promise<ParleyAddress> {
    await backing.open();
    refuseClosed();
    const callsAddress = await callsFront?.listen();
    refuseClosed();
    // The HTTP port opens last: when it answers, everything does.
    const address = await front.listen();
    isOpen = true;
    return callsAddress ? { ...address, callsPort: callsAddress.port } : address;
  }

  async function close(): Promise<void> {
    // Not ready any more, and otherwise as before: whoever sends people here has this long to notice. [R27]
    if (isOpen && config.drainMs > 0) await pause(config.drainMs);
    turnAway();
    calls.close();
    const drained = gateway.close();
    const disconnected = drained.then(heartbeat.close);
    const callsClosed = callsFront?.close(disconnected);
    // The HTTP port closes last: meanwhile it says that this server drains, and finishes its answers. [R27]
    await drained;
    await Promise.all([front.close(disconnected), callsClosed]);
    await Promise.all([rooms.store.close(), users.store.close()]);
    await backing.close();
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
