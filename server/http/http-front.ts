// Where HTTP arrives: a server of parley's own, or somebody else's that it is mounted into.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { notFound } from './create-http-app.js';
import { routeUpgrades, type UpgradeTarget } from './upgrade-router.js';

export interface HttpAddress {
  port: number;
  isTls: boolean;
}

export interface HttpFront {
  listen(): Promise<HttpAddress>;
  /** Resolves when the own server is closed, or the foreign one is as it was before. */
  close(): Promise<void>;
}

export interface HttpContent {
  app: Express;
  upgrades: ReadonlyMap<string, UpgradeTarget>;
}

export interface ListenSettings {
  port: number;
  host: string;
  tlsCertFile: string;
  tlsKeyFile: string;
}

/** Slow or silent senders of headers and bodies are cut early; an answer that waits (long-polling) is not. */
const timeouts = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 };

export function listenOn(settings: ListenSettings, { app, upgrades }: HttpContent): HttpFront {
  const isTls = settings.tlsCertFile !== '';
  app.use(notFound);
  const server = isTls
    ? createTlsServer({ ...timeouts, ...readTls(settings) }, app)
    : createServer(timeouts, app);
  const router = routeUpgrades(server, upgrades);
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port: settings.port, ...(settings.host !== '' && { host: settings.host }) }, () => {
          server.off('error', reject);
          resolve({ port: portOf(server), isTls });
        });
      }),
    close: () =>
      new Promise((resolve) => {
        router.close();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

export function mountOn(server: Server | TlsServer, { app, upgrades }: HttpContent): HttpFront {
  const isTls = 'setSecureContext' in server;
  const hostListeners = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[];
  const router = routeUpgrades(server, upgrades);
  let isClosed = false;

  function passOn(request: IncomingMessage, response: ServerResponse): void {
    for (const listener of hostListeners) listener.call(server, request, response);
  }

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    if (isClosed) {
      passOn(request, response);
      return;
    }
    app(request as Parameters<Express>[0], response as Parameters<Express>[1], () => {
      // Not ours: the host's app gets the response as if it were untouched.
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      passOn(request, response);
    });
  }

  server.removeAllListeners('request');
  server.on('request', onRequest);
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        const done = (): void => {
          server.off('error', reject);
          resolve({ port: portOf(server), isTls });
        };
        if (server.listening) {
          done();
          return;
        }
        server.once('error', reject);
        server.once('listening', done);
      }),
    close: () => {
      router.close();
      isClosed = true;
      // Somebody who was mounted later may have put this listener behind its own: then it stays, and only passes on.
      if (!server.listeners('request').includes(onRequest)) return Promise.resolve();
      server.off('request', onRequest);
      for (const listener of hostListeners) server.on('request', listener);
      return Promise.resolve();
    },
  };
}

function readTls({ tlsCertFile, tlsKeyFile }: ListenSettings): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(tlsCertFile), key: readFileSync(tlsKeyFile) };
}

function portOf(server: Server | TlsServer): number {
  return (server.address() as AddressInfo).port;
}
