// Parley's own HTTP or HTTPS server. It closes when it has to, whatever its clients do.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
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
  // Until an upgrade, where ws ends it; between two requests Node's keepAliveTimeout, of 5 s, applies.
  server.timeout = settings.idleMs;
  const { sockets: ofProcess = idleSockets } = settings;
  const sockets = ofProcess.watch(server, settings.limits);
  const router = routeUpgrades(server, new Map([...upgrades].map(([path, take]) => [path, watched(take)])));

  function watched(take: UpgradeTarget): UpgradeTarget {
    return (request, socket, head) => {
      sockets.upgrade(request);
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

function readTls({ tlsCertFile, tlsKeyFile }: ListenSettings): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(tlsCertFile), key: readFileSync(tlsKeyFile) };
}
