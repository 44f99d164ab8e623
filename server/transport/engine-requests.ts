// Which requests and upgrades reach Engine.IO, and what the others are answered.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket as EngineSocket } from 'engine.io';
import { refuseUpgrade } from '../http/upgrade-router.js';
import type { Admission } from './admission.js';
import type { ClientAddress } from './client-address.js';
import type { OpenConnections } from './open-connections.js';
import { refuseRequest, refuseSocket } from './refused-connections.js';

export interface EngineRequestsParts {
  /** The open connections, by `sid`. */
  clients: Readonly<Record<string, EngineSocket>>;
  connections: OpenConnections;
  admission: Admission;
  addressOf: ClientAddress;
  onOriginRefused: (origin: string | undefined) => void;
}

export type Query = Partial<Record<string, string>>;

export interface EngineRequests {
  /** @returns undefined: it is refused, and answered */
  admit(request: IncomingMessage, response: ServerResponse): Query | undefined;
  /** @returns false: it is refused, and its socket closed */
  admitUpgrade(request: IncomingMessage, socket: Duplex): boolean;
}

/** Engine.IO's code for a request that is refused. */
const forbidden = 4;

/** To any other one of a session Engine.IO answers 500 (`onRequest` in build/transports/polling.js of engine.io 6.6.13). */
const methods = ['GET', 'POST', 'OPTIONS'];

export function createEngineRequests(parts: EngineRequestsParts): EngineRequests {
  const { clients, connections, admission, addressOf, onOriginRefused } = parts;
  const upgradeBegun = new WeakSet<EngineSocket>();

  /** [R17] Not Engine.IO's `allowRequest`, which requests with a `sid` do not get to. @returns why it is refused */
  function refusalOf(request: IncomingMessage, query: Query): string | undefined {
    // A script tag on any page can send a request for JSONP, without an Origin header.
    if (admission.isAllowed(request)) return query['j'] === undefined ? undefined : 'JSONP is not served.';
    onOriginRefused(request.headers.origin);
    return 'This page may not connect: its origin is not allowed.';
  }

  /** Every client upgrades its session once. Other handshakes with a `sid` are attempts of the address. [U17] */
  function waitSecondsForUpgrade(
    request: IncomingMessage,
    connection: EngineSocket | undefined,
  ): number | undefined {
    if (connection?.transport.name !== 'polling' || upgradeBegun.has(connection))
      return connections.waitSecondsForAttempt(addressOf(request));
    upgradeBegun.add(connection);
    return undefined;
  }

  return {
    admit(request, response) {
      const query = queryOf(request);
      const message = refusalOf(request, query);
      if (message !== undefined) {
        response.writeHead(403, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify({ code: forbidden, message }));
        return undefined;
      }
      if (!methods.includes(request.method ?? '')) {
        response.writeHead(405, { 'Content-Type': 'text/plain', Allow: methods.join(', ') });
        response.end('Long-polling uses GET and POST.\n');
        return undefined;
      }
      // [R27] [U17]
      const seconds = isNew(query) ? connections.waitSeconds(addressOf(request)) : undefined;
      if (seconds === undefined) return query;
      refuseRequest(response, seconds);
      return undefined;
    },
    admitUpgrade(request, socket) {
      const query = queryOf(request);
      const { sid = '' } = query;
      const connection = Object.hasOwn(clients, sid) ? clients[sid] : undefined;
      let message = refusalOf(request, query);
      // Engine.IO would close it after the handshake, any number of times.
      if (connection?.upgrading) message ??= 'This session is being upgraded already.';
      if (message !== undefined) {
        refuseUpgrade(socket, '400 Bad Request', message);
        return false;
      }
      const seconds = isNew(query)
        ? connections.waitSeconds(addressOf(request))
        : waitSecondsForUpgrade(request, connection);
      if (seconds !== undefined) refuseSocket(socket, seconds);
      return seconds === undefined;
    },
  };
}

/** As Engine.IO judges it: an empty `sid` is none. */
function isNew({ sid = '' }: Query): boolean {
  return sid === '';
}

/**
 * Engine.IO takes it from here, too (`prepare` in build/server.js of engine.io 6.6.13): what is counted is what it opens. Not
 * by `URL`, which throws at an absolute form that is none, such as one with port 99999.
 */
function queryOf(request: IncomingMessage): Query {
  const { url = '' } = request;
  const start = url.indexOf('?') + 1;
  const query: Query = Object.fromEntries(new URLSearchParams(start > 0 ? url.slice(start) : ''));
  Object.assign(request, { _query: query });
  return query;
}
