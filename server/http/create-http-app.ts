// The Express app: the pages, the scripts for browsers, and health. Leaves Socket.IO's requests to Engine.IO.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { Router, type Express } from 'express';
import { packageRoot } from '../platform/package-root.js';
import { securityHeaders } from './security-headers.js';

/** `redis`: it does not answer, or this node has yet to take up its seats again. */
export type Readiness = 'ready' | 'redis' | 'draining';

export interface HttpAppParts {
  basePath: string;
  /** Serve the pages; without them only health, the library's script, and what Socket.IO clients need. */
  pages: boolean;
  /** A folder served instead of the bundled pages; empty: the bundled ones. */
  publicDir: string;
  isTls: boolean;
  /** Whether new people are welcome, or why not. */
  readiness: () => Readiness;
  /** Hears the body of a `POST /leave`. */
  handleLeave: (body: string) => void;
  /** Takes Socket.IO's long-polling requests. */
  handlePolling: (request: IncomingMessage, response: ServerResponse) => void;
}

const socketIoClient = join(dirname(createRequire(import.meta.url).resolve('socket.io')), '../client-dist');

const libraryScript = join(packageRoot, 'dist/client/parley.js');

/** A channel name and a secret. */
const maxLeaveBytes = 1024;

/** Browsers ask each time and get 304 while nothing changed, so that a page and its script always fit. */
const askEachTime = { 'Cache-Control': 'no-cache' };
const staticOptions = {
  cacheControl: false,
  setHeaders: (response: ServerResponse) => response.setHeaders(new Map(Object.entries(askEachTime))),
} as const;

/** `/call` is `call.html`. */
const pageOptions = { ...staticOptions, extensions: ['html'] };

export function createHttpApp(parts: HttpAppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  // As upgrades are routed.
  app.enable('case sensitive routing');
  app.set('query parser', false);
  app.use(parts.basePath === '' ? '/' : parts.basePath, createRouter(parts));
  app.use(badRequest);
  return app;
}

/** A malformed address, mostly; Express's own answer would show a stack trace. */
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

/** What answers when nothing else did: a plain sentence. */
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
    // Express takes the mount path off the URL; Engine.IO wants it whole.
    request.url = request.originalUrl;
    handlePolling(request, response);
  });
  // A page on anybody's site may want it, so it is there without the pages, too.
  router.get('/parley.js', (_request, response) => {
    response.sendFile(libraryScript, { cacheControl: false, headers: askEachTime });
  });
  if (!pages) return router;
  router.use(express.static(isOwnPages ? join(packageRoot, 'public') : publicDir, pageOptions));
  router.use(express.static(join(packageRoot, 'dist/client'), { ...staticOptions, index: false }));
  return router;
}
