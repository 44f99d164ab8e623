// Socket.IO on an Engine.IO of our own, not attached to any HTTP server: requests and upgrades are handed to it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  Server as EngineServer,
  type Socket as EngineSocket,
  type ServerOptions as EngineOptions,
} from 'engine.io';
import { Server } from 'socket.io';
import { maxFrameBytes } from '../protocol/limits.js';
import type { ClientToServerEvents, ServerToClientEvents } from '../protocol/room-events.js';
import { refuseUpgrade, type UpgradeTarget } from '../http/upgrade-router.js';
import type { Admission } from './admission.js';
import type { Heartbeat } from './heartbeat.js';
import { allowOneConnect } from './one-connect.js';
import { cutSlowReader } from './slow-reader.js';
import { watchedWebSocketServer } from './websocket-server.js';

/** Socket.IO's own heartbeat runs in the page, which an open prompt stops: so, a day. Above 2^31 ms timers break. */
const pingTimeoutMs = 86_400_000;

/** In heartbeats, Engine.IO's ping: only long-polling needs it, as the sign that the page is still there. */
const pingEveryBeats = 2.5;
const defaultPingMs = 25_000;

export interface SocketIo {
  io: Server<ClientToServerEvents, ServerToClientEvents>;
  /** Takes a long-polling request. */
  handlePolling(request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade: UpgradeTarget;
  /** From now on no connection begins: a proxy that is told 503 asks the next node. Those that are open go on. [R27] */
  turnAway(): void;
}

export interface SocketIoSettings {
  heartbeatMs: number;
  admission: Admission;
  heartbeat: Heartbeat;
  onOriginRefused: (origin: string | undefined) => void;
}

export function createSocketIo(settings: SocketIoSettings): SocketIo {
  const { admission, heartbeat, heartbeatMs, onOriginRefused } = settings;
  const options: EngineOptions = {
    pingTimeout: pingTimeoutMs,
    pingInterval: heartbeatMs > 0 ? heartbeatMs * pingEveryBeats : defaultPingMs,
    maxHttpBufferSize: maxFrameBytes,
    wsEngine: watchedWebSocketServer(heartbeat),
    allowRequest: (request, answer) => {
      const isAllowed = admission.isAllowed(request);
      if (!isAllowed) onOriginRefused(request.headers.origin);
      if (!isAllowed) answer('This page may not connect: its origin is not allowed.', false);
      else if (isJsonp(request)) answer('JSONP is not served.', false);
      else answer(null, true);
    },
    cors: (request, answer) => {
      answer(null, { origin: admission.isAllowed(request), credentials: false });
    },
  };
  const engine = new EngineServer(options);
  const io: SocketIo['io'] = new Server({ serveClient: false });
  io.bind(engine);
  engine.on('connection', (connection: EngineSocket) => {
    allowOneConnect(connection);
    cutSlowReader(connection);
    heartbeat.watchPolling({
      isPolling: () => connection.transport.name === 'polling',
      onHeard: (listener) => connection.on('packet', listener),
      onClosed: (listener) => connection.once('close', listener),
      // Without `true` one that is closing already, and waits for a reader, would wait on for a day.
      close: () => connection.close(true),
    });
  });
  let isTurningAway = false;
  const isUnwelcome = (request: IncomingMessage): boolean => isTurningAway && !queryOf(request).has('sid');
  return {
    io,
    handlePolling(request, response) {
      if (isUnwelcome(request)) response.writeHead(503).end();
      else engine.handleRequest(request, response);
    },
    handleUpgrade(request, socket, head) {
      if (isUnwelcome(request)) refuseUpgrade(socket, '503 Service Unavailable');
      else engine.handleUpgrade(request, socket, head);
    },
    turnAway() {
      isTurningAway = true;
    },
  };
}

/** A script tag of any page can make such a request, and sends no Origin. */
function isJsonp(request: IncomingMessage): boolean {
  return queryOf(request).has('j');
}

function queryOf({ url = '/' }: IncomingMessage): URLSearchParams {
  return new URL(url, 'http://localhost').searchParams;
}
