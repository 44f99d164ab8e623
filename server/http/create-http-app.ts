// The Express app: pages, scripts for browsers, health checks. Leaves Socket.IO's requests to Engine.IO.
import express, { Router, type Express } from 'express';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { packageRoot } from '../package-root.js';
import { securityHeaders } from './security-headers.js';

/** `redis`: Redis does not answer, or this node has not reclaimed its seats and names yet. */
export type Readiness = 'ready' | 'redis' | 'draining';

export interface HttpAppParts {
  basePath: string;
  /** Serve the pages. Otherwise only health checks, the script of the library, and what Socket.IO clients need. */
  pages: boolean;
  /** A folder to serve instead of the bundled pages; empty: the bundled pages. */
  publicDir: string;
  isTls: boolean;
  /** Whether this node accepts new clients, or why not. */
  readiness: () => Readiness;
  /** Is given the body of a `POST /leave`. */
  handleLeave: (body: string) => void;
  /** Handles Socket.IO's long-polling requests. */
  handlePolling: (request: IncomingMessage, response: ServerResponse) => void;
}

const socketIoClient = join(dirname(createRequire(import.meta.url).resolve('socket.io')), '../client-dist');

const libraryScript = join(packageRoot, 'dist/client/parley.js');

/** Enough for a channel name and a resume token. */
const maxLeaveBytes = 1024;

/**
 * Browsers revalidate at each load (304 if nothing has changed), so that a page and its script have the same version.
 */
const revalidate = { 'Cache-Control': 'no-cache' };
const staticOptions = {
  cacheControl: false,
  setHeaders: (response: ServerResponse) => response.setHeaders(new Map(Object.entries(revalidate))),
} as const;

/** `/call` serves `call.html`. */
const pageOptions = { ...staticOptions, extensions: ['html'] };

export function createHttpApp(parts: HttpAppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  // Like the paths of upgrades.
  app.enable('case sensitive routing');
  app.set('query parser', false);
  app.use(parts.basePath === '' ? '/' : parts.basePath, createRouter(parts));
  app.use(badRequest);
  return app;
}

/** For malformed requests, mostly: Express's own answer would show a stack trace. */
function badRequest(
  error: { status?: number },
  _request: express.Request,
  response: express.Response,
  next: express.NextFunction,
): void {
  if (response.headersSent) {
    next(error);
    return;
  }
  const status = error.status ?? 500;
  const sentence =
    status < 500 ? 'The server cannot read this request.' : 'The server failed at this. Please try again.';
  response.status(status).type('text/plain').send(`${sentence}\n`);
}

/** The last handler: 404 as plain text. */
export function notFound(_request: express.Request, response: express.Response): void {
  response.status(404).type('text/plain').send('There is nothing here.\n');
}

function createRouter({
  pages,
  publicDir,
  isTls,
  readiness,
  handleLeave,
  handlePolling,
}: HttpAppParts): Router {
  const router = Router({ caseSensitive: true });
  const isOwnPages = publicDir === '';
  router.use(securityHeaders({ isStrict: isOwnPages, isTls }));
  router.get('/healthz', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', (_request, response) => {
    const status = readiness();
    response
      .status(status === 'ready' ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ status });
  });
  router.post('/leave', express.text({ limit: maxLeaveBytes, type: () => true }), (request, response) => {
    if (typeof request.body === 'string') handleLeave(request.body);
    response.status(204).end();
  });
  router.use(
    '/socket.io',
    express.static(socketIoClient, { ...staticOptions, index: false, redirect: false }),
  );
  router.use('/socket.io', (request, response) => {
    // Express removes the mount path from the URL; Engine.IO needs the whole URL.
    request.url = request.originalUrl;
    handlePolling(request, response);
  });
  // Also served without the pages: pages on other sites load it.
  router.get('/parley.js', (_request, response) => {
    response.sendFile(libraryScript, { cacheControl: false, headers: revalidate });
  });
  if (!pages) return router;
  router.use(express.static(isOwnPages ? join(packageRoot, 'public') : publicDir, pageOptions));
  router.use(express.static(join(packageRoot, 'dist/client'), { ...staticOptions, index: false }));
  return router;
}

/** Answers plain HTTP requests to the port of the user protocol, as when a browser opens it like a page. [U19] */
export function createCallsApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', false);
  app.use((_request, response) => {
    response
      .status(426)
      .set({ Upgrade: 'websocket', Connection: 'Upgrade' })
      .type('text/plain')
      .send('Calls by user name are spoken here, over WebSocket. The pages are on the other port.\n');
  });
  return app;
}
