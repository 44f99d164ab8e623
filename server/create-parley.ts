// Composition root: creates a running parley from its settings. Leaves the choice between memory and Redis to
// choose-backing.
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { chooseBacking } from './choose-backing.js';
import { completeConfig, type Config } from './config.js';
import { createAdmission, createRefusedOrigins } from './transport/admission.js';
import { createClientAddress } from './transport/client-address.js';
import { createFailureLimiter, noFailureLimit } from './transport/failure-limiter.js';
import { createHeartbeat } from './transport/heartbeat.js';
import { createIceServers } from './transport/ice-servers.js';
import { createLeaveHandler } from './transport/leave-handler.js';
import { createOpenConnections } from './transport/open-connections.js';
import { watchPressure } from './transport/pressure.js';
import { createRefusedConnections } from './transport/refused-connections.js';
import { createSocketIo, pollIntervalMs } from './transport/socket-io.js';
import { createCallsApp, createHttpApp, type Readiness } from './http/create-http-app.js';
import { withinDescriptors } from './http/descriptor-limit.js';
import { isTlsServer, type HttpAddress } from './http/http-front.js';
import { createInTurn } from './http/in-turn.js';
import { createKnownHosts } from './http/known-hosts.js';
import { mountOn } from './http/mounted.js';
import { listenOn } from './http/own-server.js';
import { createFaultLog, createLogger, type Logger } from './observability/logger.js';
import { createCounters } from './observability/counters.js';
import { createScheduler } from './timing/scheduler.js';
import { openRoomGateway } from './rooms/room-gateway.js';
import { openUserGateway } from './users/user-gateway.js';

export type { Config } from './config.js';
export type { HttpAddress } from './http/http-front.js';

/** The settings of `Config`, all optional, and options that only code can set. */
export interface ParleyOptions extends Partial<Config> {
  /**
   * Mount into this server, after its app is attached, instead of listening on `port`. The user protocol is then at
   * `/calls` only; it has its own port, too, if `callsPort` is set here.
   */
  server?: Server | TlsServer;
  /** Serve the pages. Default: true if parley listens by itself, false if it is mounted. */
  pages?: boolean;
  logger?: Logger;
}

export interface ParleyAddress extends HttpAddress {
  /** The port of the user protocol; absent if it is at `/calls` only. */
  callsPort?: number;
}

export interface Parley {
  /**
   * Resolves when everything is reachable. If mounted, it resolves as soon as the host's server listens: call `listen`
   * of that server first, or do not await this. A second call returns the same promise.
   * @throws {Error} if it is closed, if Redis does not answer, and with `code` `EADDRINUSE` or `EACCES` if a port
   * cannot be opened
   */
  listen(): Promise<ParleyAddress>;
  /** Closes every connection. The host's server goes on. Idempotent. */
  close(): Promise<void>;
}

/** How long a client may leave a response unread before its connection is closed. */
const unreadMs = 30_000;

/**
 * Creates a parley; nothing is opened before `listen`.
 * @throws {Error} with one sentence, if a setting is not allowed or two cannot be combined
 */
export function createParley(options: ParleyOptions = {}): Parley {
  const { server, logger: ownLogger, pages = server === undefined, ...given } = options;
  const config = completeConfig(given);
  const logger = ownLogger ?? createLogger(config);
  let closing: Promise<void> | undefined;
  let isOpen = false;
  const counters = createCounters();
  const scheduler = createScheduler((cause) => {
    logger.error({ err: cause }, 'A scheduled task failed. The others still run.');
  });
  const heartbeat = createHeartbeat(config.heartbeatMs, scheduler);
  const admission = createAdmission(config);
  const hosts = createKnownHosts(config, logger);
  const onOriginRefused = createRefusedOrigins(logger, scheduler);
  const rate = { events: config.rateLimit, bytes: config.rateLimitBytes };
  const addressOf = createClientAddress(config.trustProxy, logger);
  const failures = config.maxConnectionsPerAddress === 0 ? noFailureLimit : createFailureLimiter();
  const onRefused = createRefusedConnections(logger, counters);
  const connections = createOpenConnections({
    scheduler,
    settings: server ? config : withinDescriptors(config),
    onRefused,
    isPressed: () => pressure.isHigh(),
  });
  const inTurn = createInTurn({ ...config, rate, scheduler, addressOf });
  const accepting = { addressOf, connections, admission, heartbeat, onOriginRefused };
  const { io, handlePolling, handleUpgrade } = createSocketIo({ ...config, ...accepting, rate, scheduler });
  const iceServers = createIceServers(config, Date.now);
  const backing = chooseBacking(config, logger);
  const { rooms, users, lease } = backing;
  const shared = { lease, scheduler, rate, failures, counters, logger, iceServers, settings: config };
  const gateway = openRoomGateway({ ...rooms, ...shared, io });
  const calls = openUserGateway({ ...users, ...shared, ...accepting });
  const pressure = watchPressure({
    scheduler,
    logger,
    unseated: connections,
    kept: [gateway.kept, calls.kept],
  });

  const handleLeave = createLeaveHandler({
    announceSeat: gateway.announceLeaving,
    announceName: calls.announceLeaving,
    isReady: () => lease.isReady(),
    addressOf,
    failures,
    onFault: createFaultLog(logger, 'error', 'A request could not be handled. It is dropped.'),
  });
  const isOwnTls = config.tlsCertFile !== '';
  const app = createHttpApp({
    ...config,
    pages,
    isTls: server ? isTlsServer(server) : isOwnTls,
    isMounted: server !== undefined,
    hosts,
    inTurn,
    handlePolling,
    readiness,
    handleLeave,
  });
  const handleCall = hosts.admitUpgrade(calls.handleUpgrade);
  const upgrades = new Map([
    [`${config.basePath}/socket.io`, hosts.admitUpgrade(handleUpgrade)],
    [`${config.basePath}/calls`, handleCall],
  ]);
  const limits = { ...config, addressOf: addressOf.ofPeer, onClosed: onRefused };
  const listening = { ...config, idleMs: pollIntervalMs(config.heartbeatMs) + unreadMs, inTurn, limits };
  const front = server ? mountOn(server, { app, upgrades }) : listenOn(listening, { app, upgrades });

  const callsFront =
    server && given.callsPort === undefined
      ? undefined
      : listenOn(
          { ...listening, port: config.callsPort },
          {
            app: createCallsApp({ isTls: isOwnTls, hosts, handleLeave }),
            upgrades: new Map([
              ['', handleCall],
              ['/calls', handleCall],
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
    // The HTTP port opens last: when it answers, everything is open.
    const address = await front.listen();
    isOpen = true;
    return callsAddress ? { ...address, callsPort: callsAddress.port } : address;
  }

  async function close(): Promise<void> {
    // `/readyz` is 503 already, and nothing else changes yet: a load balancer has this time to notice. [R27]
    if (isOpen && config.drainMs > 0) await pause(config.drainMs);
    connections.drain();
    calls.close();
    const drained = gateway.close();
    const disconnected = drained.then(heartbeat.close);
    const callsClosed = callsFront?.close(disconnected);
    // The HTTP port closes last: until then `/readyz` says `draining`, and responses are completed. [R27]
    await drained;
    await Promise.all([front.close(disconnected), callsClosed]);
    await Promise.all([rooms.store.close(), users.store.close()]);
    await backing.close();
    pressure.close();
    scheduler.close();
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
