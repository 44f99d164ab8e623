// Port: the HTTP server that parley is reached through, its own (own-server) or the host's that it is mounted into
// (mounted).
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import type { UpgradeTarget } from './upgrade-router.js';

export interface HttpAddress {
  port: number;
  isTls: boolean;
}

export interface HttpFront {
  /** @throws if the port cannot be opened, or if it is closed before that */
  listen(): Promise<HttpAddress>;
  /**
   * Resolves when the own server is closed, or when the host's server is as it was before.
   * @param disconnected resolves when all clients have been closed; connections that are still open then are destroyed
   */
  close(disconnected: Promise<unknown>): Promise<void>;
}

export interface HttpContent {
  app: Express;
  upgrades: ReadonlyMap<string, UpgradeTarget>;
}

export function addressOfServer(server: Server | TlsServer): HttpAddress {
  return { port: (server.address() as AddressInfo).port, isTls: isTlsServer(server) };
}

export function isTlsServer(server: Server | TlsServer): boolean {
  return 'setSecureContext' in server;
}

/** Resolves when the server listens. Rejects if it cannot, or if it is closed before that. */
export function whenListening(server: Server | TlsServer): Promise<HttpAddress> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => {
      reject(new Error('parley was closed before it could listen.'));
    };
    const onListening = (): void => {
      server.off('error', reject);
      server.off('close', onClose);
      resolve(addressOfServer(server));
    };
    if (server.listening) {
      onListening();
      return;
    }
    server.once('error', reject);
    server.once('close', onClose);
    server.once('listening', onListening);
  });
}
