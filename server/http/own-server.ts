// Parley's own HTTP or HTTPS server. It closes when it has to, whatever its clients do.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Express } from 'express';
import { whenListening, type HttpContent, type HttpFront } from './http-front.js';
import { idleSockets, type IdleSockets, type SocketLimits } from './idle-sockets.js';
import type { InTurn } from './in-turn.js';
import { routeUpgrades, type UpgradeTarget } from './upgrade-router.js';

export interface ListenSettings {
  port: number;
  host: string;
  tlsCertFile: string;
  tlsKeyFile: string;
  /** How long nothing may be sent on a connection while a response is prepared, as by long-polling, or not read. */
  idleMs: number;
  inTurn: InTurn;
  limits: SocketLimits;
  /** Default: those of the process. */
  sockets?: IdleSockets;
}

/** Clients that send headers or bodies slowly are closed early. */
const timeouts = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 };
const handshakeTimeout = 5000;

/** There is no such page. */
const noTarget = '/%';

/** What is parsed at a time. */
const maxPartBytes = 4096;

/** Of 511, as Node.js has it, a burst leaves no room for others, whose clients try again after 1 s, 3 s and 7 s. */
const backlog = 4096;

export function listenOn(settings: ListenSettings, { app, upgrades }: HttpContent): HttpFront {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    sockets.answer(request, response);
    settings.inTurn(request, response, () => {
      answer(request, response);
    });
  };

  function answer(request: IncomingMessage, response: ServerResponse): void {
    app(request as Parameters<Express>[0], response as Parameters<Express>[1], () => {
      // Express calls no handler for a request target that it cannot parse, such as `http://[`.
      if (response.headersSent || request.url === noTarget) request.socket.destroy();
      else {
        request.url = noTarget;
        answer(request, response);
      }
    });
  }
  const server =
    settings.tlsCertFile === ''
      ? createServer(timeouts, handle)
      : createTlsServer({ ...timeouts, handshakeTimeout, ...readTls(settings) }, handle);
  const endParts = parseInParts(server, settings.tlsCertFile === '' ? 'connection' : 'secureConnection');
  // Until an upgrade, where ws ends it; between two requests Node's keepAliveTimeout, of 5 s, applies.
  server.timeout = settings.idleMs;
  const { sockets: ofProcess = idleSockets } = settings;
  const sockets = ofProcess.watch(server, settings.limits);
  const router = routeUpgrades(server, new Map([...upgrades].map(([path, take]) => [path, watched(take)])));

  function watched(take: UpgradeTarget): UpgradeTarget {
    return (request, socket, head) => {
      sockets.upgrade(request);
      endParts(request.socket);
      take(request, socket, head);
    };
  }

  return {
    listen: () => {
      const listening = whenListening(server);
      server.listen({ port: settings.port, backlog, ...(settings.host !== '' && { host: settings.host }) });
      return listening;
    },
    close: async (disconnected) => {
      router.close();
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      // A server that is still opening its port has no connections; the event makes `listen` reject.
      if (!server.listening) server.emit('close');
      server.closeIdleConnections();
      await disconnected;
      sockets.destroyAll();
      await closed;
    },
  };
}

/**
 * Node parses all that it has read at once: for 64 KiB of chunks with a byte each that takes 20 ms, also if the connection is
 * destroyed at the first of them.
 * @returns ends it for a socket that becomes a WebSocket
 */
function parseInParts(server: Server, opened: 'connection' | 'secureConnection'): (socket: Socket) => void {
  const listeners = new WeakMap<Socket, (data: Buffer) => void>();
  server.on(opened, (socket: Socket) => {
    const [parse] = socket.listeners('data');
    if (!parse) return;
    const onData = (data: Buffer): void => {
      for (let at = 0; at < data.length && !socket.destroyed; at += maxPartBytes) {
        // No client of a WebSocket sends that much before the answer to its upgrade.
        if (!listeners.has(socket)) socket.destroy();
        // Node gives the parser to another connection after an upgrade, also after one that is refused.
        else if (Reflect.get(socket, 'parser')) parse.call(socket, data.subarray(at, at + maxPartBytes));
      }
    };
    listeners.set(socket, onData);
    socket.off('data', parse as () => void).on('data', onData);
  });
  return (socket) => {
    const onData = listeners.get(socket);
    if (onData) socket.off('data', onData);
    listeners.delete(socket);
  };
}

function readTls({ tlsCertFile, tlsKeyFile }: ListenSettings): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(tlsCertFile), key: readFileSync(tlsKeyFile) };
}
