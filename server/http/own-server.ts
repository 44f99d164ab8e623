// Parley's own HTTP or HTTPS server. It closes when it has to, whatever its clients do.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Express } from 'express';
import { whenListening, type HttpContent, type HttpFront } from './http-front.js';
import type { InTurn } from './in-turn.js';
import { routeUpgrades } from './upgrade-router.js';

export interface ListenSettings {
  port: number;
  host: string;
  tlsCertFile: string;
  tlsKeyFile: string;
  /** How long nothing may be sent on a connection while a response is prepared, as by long-polling, or not read. */
  idleMs: number;
  inTurn: InTurn;
}

/** Clients that send headers or bodies slowly are closed early. */
const timeouts = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 };
const handshakeTimeout = 5000;

export function listenOn(settings: ListenSettings, { app, upgrades }: HttpContent): HttpFront {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    settings.inTurn(request, response, () => {
      app(request as Parameters<Express>[0], response as Parameters<Express>[1]);
    });
  };
  const server =
    settings.tlsCertFile === ''
      ? createServer(timeouts, handle)
      : createTlsServer({ ...timeouts, handshakeTimeout, ...readTls(settings) }, handle);
  // Until an upgrade, where ws ends it; between two requests Node's keepAliveTimeout, of 5 s, applies.
  server.timeout = settings.idleMs;
  const router = routeUpgrades(server, upgrades);
  // Node's closeAllConnections() covers neither upgraded sockets nor those in a TLS handshake.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  return {
    listen: () => {
      const listening = whenListening(server);
      server.listen({ port: settings.port, ...(settings.host !== '' && { host: settings.host }) });
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
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function readTls({ tlsCertFile, tlsKeyFile }: ListenSettings): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(tlsCertFile), key: readFileSync(tlsKeyFile) };
}
