// The Express app: pages, scripts for browsers, health checks. Leaves Socket.IO's requests to Engine.IO.
import express, { Router, type Express, type RequestHandler } from 'express';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { packageRoot } from '../package-root.js';
import { serveBundled } from './bundled-files.js';
import type { InTurn } from './in-turn.js';
import type { KnownHosts } from './known-hosts.js';
import { readText } from './request-body.js';
import { forAllOrigins, securityHeaders } from './security-headers.js';

/** `redis`: Redis does not answer, or this node has not reclaimed its seats and names yet. */
export type Readiness = 'ready' | 'redis' | 'draining';

export interface HttpAppParts {
  basePath: string;
  /** Serve the pages. Otherwise only health checks, the script of the library, and what Socket.IO clients need. */
  pages: boolean;
  /** A folder to serve instead of the bundled pages; empty: the bundled pages. */
  publicDir: string;
  isTls: boolean;
  /** A host's server answers what is not parley's. Otherwise that is 404. */
  isMounted: boolean;
  hosts: KnownHosts;
  /** A server of parley's own calls it before the app. */
  inTurn: InTurn;
  /** Whether this node accepts new clients, or why not. */
  readiness: () => Readiness;
  /** Is given the body of a `POST /leave`. */
  handleLeave: (body: string, request: IncomingMessage) => void;
  /** Handles Socket.IO's long-polling requests. */
  handlePolling: (request: IncomingMessage, response: ServerResponse) => void;
}

const socketIoClient = join(dirname(createRequire(import.meta.url).resolve('socket.io')), '../client-dist');

const publicFolder = join(packageRoot, 'public');

/** The library and the scripts of the pages. */
const clientFolder = join(packageRoot, 'dist/client');

/** Enough for a channel name and a resume token. */
const maxLeaveBytes = 1024;

/** As for bundled files: revalidated at each load. `/call` serves `call.html`. */
const publicOptions = {
  cacheControl: false,
  setHeaders: (response: ServerResponse) => {
    response.setHeader('Cache-Control', 'no-cache');
  },
  extensions: ['html'],
};

export function createHttpApp(parts: HttpAppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  // Like the paths of upgrades.
  app.enable('case sensitive routing');
  app.set('query parser', false);
  const path = parts.basePath === '' ? '/' : parts.basePath;
  const { isMounted, isTls, publicDir } = parts;
  app.use(isMounted ? path : '/', securityHeaders({ isStrict: publicDir === '', isTls }));
  app.use(path, createRouter(parts));
  if (!isMounted) app.use(parts.hosts.admit, notFound);
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
function notFound(_request: express.Request, response: express.Response): void {
  response.status(404).type('text/plain').send('There is nothing here.\n');
}

function createRouter({
  pages,
  publicDir,
  isMounted,
  hosts,
  inTurn: inHostsTurn,
  readiness,
  handleLeave,
  handlePolling,
}: HttpAppParts): Router {
  const router = Router({ caseSensitive: true });
  const isOwnPages = publicDir === '';
  const inTurn: InTurn = isMounted ? inHostsTurn : (_request, _response, begin) => begin();
  /** Only for requests that are parley's: a host's own are neither delayed nor refused. */
  const admit: RequestHandler = (request, response, next) => {
    inTurn(request, response, () => void hosts.admit(request, response, next));
  };
  router.get('/healthz', inTurn, (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', inTurn, (_request, response) => {
    const status = readiness();
    response
      .status(status === 'ready' ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ status });
  });
  router.post('/leave', admit, takeLeave(handleLeave));
  router.use('/socket.io', admit, forAllOrigins, serveBundled([socketIoClient]));
  router.use('/socket.io', (request, response) => {
    // Express removes the mount path from the URL; Engine.IO needs the whole URL.
    request.url = request.originalUrl;
    handlePolling(request, response);
  });
  // Also served without the pages: pages on other sites load it.
  router.get('/parley.js', admit, forAllOrigins, serveBundled([clientFolder]));
  if (!pages) return router;
  if (isOwnPages) router.get('/', addSlash(admit));
  else router.use(serveFolder(publicDir, hosts, inTurn));
  router.use(serveBundled(isOwnPages ? [publicFolder, clientFolder] : [clientFolder], admit));
  return router;
}

/** [R26] [U30] */
function takeLeave(handleLeave: HttpAppParts['handleLeave']): RequestHandler {
  return (request, response, next) => {
    readText(request, maxLeaveBytes, (body) => {
      if (body === undefined) {
        next({ status: 413 });
        return;
      }
      if (body !== '') handleLeave(body, request);
      response.status(204).end();
    });
  };
}

/** `/parley` leads to `/parley/`, since the addresses in the pages are relative. */
function addSlash(admit: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (/^[^?]*\/(?:\?|$)/.test(request.originalUrl)) next();
    else void admit(request, response, () => response.redirect(301, request.baseUrl + request.url));
  };
}

/** It is not known here which requests are for a file of the folder: in a host's server some are the host's. */
function serveFolder(folder: string, hosts: KnownHosts, inTurn: InTurn): RequestHandler {
  const serve = express.static(folder, publicOptions);
  return (request, response, next) => {
    if (hosts.has(request)) inTurn(request, response, () => void serve(request, response, next));
    else next();
  };
}

/**
 * Answers plain HTTP requests to the port of the user protocol: a page that closes [U30], and a browser that opens the port
 * like a page [U19].
 */
export function createCallsApp({
  isTls,
  hosts,
  handleLeave,
}: Pick<HttpAppParts, 'isTls' | 'hosts' | 'handleLeave'>): Express {
  const app = express();
  app.disable('x-powered-by');
  app.enable('case sensitive routing');
  app.set('query parser', false);
  app.use(securityHeaders({ isStrict: true, isTls }));
  app.post('/leave', hosts.admit, takeLeave(handleLeave));
  app.use(badRequest);
  app.use((_request, response) => {
    response
      .status(426)
      .set({ Upgrade: 'websocket', Connection: 'Upgrade' })
      .type('text/plain')
      .send('Calls by user name are spoken here, over WebSocket. The pages are on the other port.\n');
  });
  return app;
}
