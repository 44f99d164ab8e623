// Socket.IO on its own Engine.IO server, which is not attached to an HTTP server: the requests and upgrades that
// engine-requests admits are passed to it.
import { ServerResponse, type IncomingMessage } from 'node:http';
import {
  Server as EngineServer,
  type Socket as EngineSocket,
  type ServerOptions as EngineOptions,
} from 'engine.io';
import { Server } from 'socket.io';
import { Encoder } from 'socket.io-parser';
import { isTooLong, maxConnectMs, maxFrameBytes, maxTextLength } from '../protocol/limits.js';
import { refusals } from '../protocol/refusals.js';
import type { ClientToServerEvents, ServerToClientEvents } from '../protocol/room-events.js';
import type { UpgradeTarget } from '../http/upgrade-router.js';
import type { Scheduler } from '../timing/scheduler.js';
import type { Admission } from './admission.js';
import type { ClientAddress } from './client-address.js';
import {
  checkConnect,
  closeSlowReader,
  closeTooFast,
  limitClosing,
  refuse,
  seated,
} from './connection-limits.js';
import { createEngineRequests } from './engine-requests.js';
import type { Heartbeat } from './heartbeat.js';
import type { OpenConnections } from './open-connections.js';
import { packetDecoder } from './packet-decoder.js';
import { createPollingPace } from './polling-pace.js';
import type { Rate } from './token-buckets.js';
import { watchedWebSocketServer } from './websocket-server.js';

/** Socket.IO's own heartbeat runs in the page, and an open prompt blocks that: so, a day. Timers fail above 2^31 ms. */
const pingTimeoutMs = 86_400_000;

/** Interval of Engine.IO's ping, in heartbeats. Only long-polling needs it, as the sign that the page is alive. */
const pingEveryBeats = 2.5;
const defaultPingMs = 25_000;

export interface SocketIo {
  io: Server<ClientToServerEvents, ServerToClientEvents>;
  /** Handles a long-polling request. */
  handlePolling(request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade: UpgradeTarget;
}

export interface SocketIoSettings {
  heartbeatMs: number;
  maxMessageBytes: number;
  addressOf: ClientAddress;
  connections: OpenConnections;
  admission: Admission;
  heartbeat: Heartbeat;
  scheduler: Scheduler;
  rate: Rate;
  onOriginRefused: (origin: string | undefined) => void;
}

export function createSocketIo(settings: SocketIoSettings): SocketIo {
  const { admission, heartbeat, heartbeatMs, scheduler, addressOf } = settings;
  const { connections, rate, maxMessageBytes } = settings;
  const options: EngineOptions = {
    pingTimeout: pingTimeoutMs,
    pingInterval: pollIntervalMs(heartbeatMs),
    maxHttpBufferSize: maxFrameBytes,
    wsEngine: watchedWebSocketServer(heartbeat, scheduler, rate, maxTextLength(maxMessageBytes)),
    cors: (request, answer) => {
      answer(null, { origin: admission.isAllowed(request), credentials: false });
    },
  };
  const engine = new EngineServer(options);
  const pace = createPollingPace(rate, scheduler);
  const requests = createEngineRequests({
    ...settings,
    // The types call `clients` protected.
    clients: Reflect.get(engine, 'clients') as Record<string, EngineSocket>,
  });
  // The last one, after `cors`. The response of an upgrade lives as long as the connection, because it listens to its
  // socket (engine.io 6.6.12, `WebSocketResponse` in build/server.js).
  engine.use((_request: IncomingMessage, response: object, next: () => void) => {
    if (!(response instanceof ServerResponse)) Object.assign(response, { req: undefined });
    next();
  });
  const io: SocketIo['io'] = new Server({
    serveClient: false,
    parser: { Encoder, Decoder: packetDecoder((packet) => isTooLong(packet, maxMessageBytes)) },
  });
  io.bind(engine);
  /** By connection that has not joined the namespace, or has left it, oldest first: cancels its end. [R15] */
  const unjoined = new Map<EngineSocket, () => void>();

  function endUnlessJoined(connection: EngineSocket): void {
    // Without `true`, a connection that waits for its client to read would stay.
    const end = scheduler.after(maxConnectMs, () => {
      connection.close(true);
    });
    unjoined.set(connection, end);
  }

  function settle(connection: EngineSocket): void {
    unjoined.get(connection)?.();
    unjoined.delete(connection);
  }

  /** [U17] */
  function register(connection: EngineSocket, address: string | undefined): void {
    const registered = connections.add(address, {
      closeUnseated(reason) {
        refuse(connection, reason === 'idle' ? refusals.idle() : refusals.unavailable());
        connection.close(true);
      },
    });
    connection.on(seated, (isSeated: boolean) => {
      if (isSeated) registered.seat();
      else registered.unseat();
    });
    connection.once('close', () => {
      settle(connection);
      registered.remove();
    });
  }

  io.on('connection', (socket) => {
    settle(socket.conn);
    // One that the server disconnects is closed as soon as its client has read the rest: a page may be blocked for minutes.
    socket.on('disconnect', (reason) => {
      if (reason === 'client namespace disconnect') endUnlessJoined(socket.conn);
    });
  });
  engine.on('connection', (connection: EngineSocket) => {
    const address = addressOf(connection.request);
    keepAddressOnly(connection, address);
    checkConnect(connection);
    closeSlowReader(connection);
    closeTooFast(connection, rate.events);
    pace.watch(connection);
    limitClosing(connection, scheduler);
    endUnlessJoined(connection);
    register(connection, address);
    heartbeat.watchPolling({
      isPolling: () => connection.transport.name === 'polling',
      onReceived: (listener) => connection.on('packet', listener),
      onClosed: (listener) => connection.once('close', listener),
      // Without `true`, a connection that is closing already and waits for its client to read would stay for a day.
      close: () => connection.close(true),
    });
  });

  return {
    io,
    handlePolling(request, response) {
      const query = requests.admit(request, response);
      if (!query) return;
      const begin = (): void => {
        engine.handleRequest(request, response);
      };
      if (request.method === 'POST') pace.begin(query['sid'] ?? '', response, begin);
      else begin();
    },
    handleUpgrade(request, socket, head) {
      if (requests.admitUpgrade(request, socket)) engine.handleUpgrade(request, socket, head);
    },
  };
}

/** The interval in which a long-polling request is answered, in ms. */
export function pollIntervalMs(heartbeatMs: number): number {
  return heartbeatMs > 0 ? heartbeatMs * pingEveryBeats : defaultPingMs;
}

/**
 * Engine.IO keeps the first request of a connection, with up to 16 KB of headers, and Socket.IO reads it at the CONNECT.
 * Both do without it, and take the address from `remoteAddress`: it is `handshake.address` then
 * (https://socket.io/docs/v4/memory-usage/#discard-the-initial-http-request).
 */
function keepAddressOnly(connection: EngineSocket, address = ''): void {
  Object.assign(connection, { request: null, remoteAddress: address });
}
