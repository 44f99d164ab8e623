// Somebody else's Express app and its server, into which a test mounts parley.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { onTestFinished } from 'vitest';

/** Not listening yet; closed when the test is over. */
export function createHost(): Server {
  const app = express();
  app.get('/hello', (_request, response) => {
    response.set('X-Host', 'yes').send('hello from the host');
  });
  const server = createServer(app);
  onTestFinished(() => closeServer(server));
  return server;
}

export async function startHost(): Promise<{ server: Server; port: number }> {
  const server = createHost();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
