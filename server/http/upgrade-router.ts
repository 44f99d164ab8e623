// Routes the WebSocket upgrades of an HTTP server by path. It takes only parley's own paths, so that other WebSocket
// servers on the same port keep working.
import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { takeUpgrades } from './take-upgrades.js';

export type UpgradeTarget = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface UpgradeRouter {
  close(): void;
}

interface RoutedServer {
  routes: Map<string, UpgradeTarget>;
  stop(): void;
}

/** One router for each server, however many parleys are mounted: it has to know when none of them takes an upgrade. */
const routedServers = new WeakMap<Server, RoutedServer>();

/** @param routes from a path, without a slash at its end, to the function that handles its upgrades */
export function routeUpgrades(server: Server, routes: ReadonlyMap<string, UpgradeTarget>): UpgradeRouter {
  const routed = routedServers.get(server) ?? startRouting(server);
  for (const [path, target] of routes) routed.routes.set(path, target);
  return {
    close() {
      for (const path of routes.keys()) routed.routes.delete(path);
      if (routed.routes.size === 0) routed.stop();
    },
  };
}

function startRouting(server: Server): RoutedServer {
  const routes = new Map<string, UpgradeTarget>();

  function take(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const target = isWebSocket(request) ? routes.get(pathOf(request)) : undefined;
    if (!target) return false;
    if (isAnswering(socket, request)) socket.destroy();
    else target(request, socket, head);
    return true;
  }

  /** Without a listener, Node would not emit `upgrade` at all. */
  function onUpgrade(request: IncomingMessage, socket: Duplex): void {
    // Another listener may take it.
    if (server.listenerCount('upgrade') > 1) return;
    if (isWebSocket(request)) refuseUpgrade(socket, '404 Not Found');
    else answerAsRequest(server, request, socket);
  }

  const stopTaking = takeUpgrades(server, take);
  const routed = {
    routes,
    stop() {
      stopTaking();
      server.off('upgrade', onUpgrade);
      routedServers.delete(server);
    },
  };
  server.on('upgrade', onUpgrade);
  routedServers.set(server, routed);
  return routed;
}

/**
 * Answers an upgrade with an error, and closes the socket, also if the client keeps its half open.
 * @param body plain text
 * @param retrySeconds when the client may try again
 */
export function refuseUpgrade(socket: Duplex, status: string, body = '', retrySeconds?: number): void {
  const destroy = (): void => {
    socket.destroy();
  };
  socket.on('error', destroy);
  socket.once('finish', destroy);
  const head = [`HTTP/1.1 ${status}`, 'Connection: close', `Content-Length: ${Buffer.byteLength(body)}`];
  if (body !== '') head.push('Content-Type: text/plain');
  if (retrySeconds !== undefined) head.push(`Retry-After: ${retrySeconds}`);
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * An upgrade to another protocol, such as h2c, may be ignored (RFC 9110, section 7.8). Without a listener Node ignores
 * it.
 */
function answerAsRequest(server: Server, request: IncomingMessage, socket: Duplex): void {
  if (!(socket instanceof Socket) || isAnswering(socket, request)) {
    socket.destroy();
    return;
  }
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => {
    socket.end(() => socket.destroy());
  });
  socket.on('error', () => socket.destroy());
  server.emit('request', request, response);
}

/**
 * Whether an earlier request on this connection has no complete response yet. Node emits `upgrade` all the same, and then
 * a second response on the same socket is an error that ends the process.
 */
function isAnswering(socket: Duplex, request: IncomingMessage): boolean {
  if (!(socket instanceof Socket)) return false;
  const response = new ServerResponse(request);
  try {
    response.assignSocket(socket);
  } catch {
    return true;
  }
  response.detachSocket(socket);
  return false;
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

function pathOf(request: IncomingMessage): string {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
