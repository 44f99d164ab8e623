// How a connection above the limits is refused: 503 with `Retry-After`, a number for each reason, a line a minute. [U17]
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ClosedReason } from '../http/idle-sockets.js';
import { refuseUpgrade } from '../http/upgrade-router.js';
import type { Counters } from '../observability/counters.js';
import { createFaultLog, type Logger } from '../observability/logger.js';
import type { RefusalReason } from './open-connections.js';

const sentence = 'This server accepts no more connections just now. Please try again in a moment.\n';

export function refuseRequest(response: ServerResponse, retrySeconds: number): void {
  response.writeHead(503, { 'Content-Type': 'text/plain', 'Retry-After': retrySeconds }).end(sentence);
}

export function refuseSocket(socket: Duplex, retrySeconds: number): void {
  refuseUpgrade(socket, '503 Service Unavailable', sentence, retrySeconds);
}

const raise = 'If many clients share one address, raise MAX_CONNECTIONS_PER_ADDRESS.';

/** What is logged of refused connections, and of those that are closed for others; the pressure has its own lines. */
const refusedWhy = {
  server:
    'Refused connections: as many are open as MAX_CONNECTIONS allows. Raise it if there is memory for more, or run more nodes.',
  address: `Refused connections from an address that has as many open as it may. ${raise}`,
  attempts: `Refused connections from an address that opens too many in a short time. ${raise}`,
  descriptors:
    'Closed new connections without an answer: as many are open as the limit of file descriptors allows. Raise it (ulimit -n, or LimitNOFILE in the systemd unit), or run more nodes.',
  idle: 'Closed connections that had sent no complete request, the oldest first: an address has too many of them, or the limit of file descriptors is reached. Clients that are served are not affected.',
};

/** Counts each refused connection, and logs each reason once a minute. */
export function createRefusedConnections(
  logger: Logger,
  counters: Counters,
): (reason: RefusalReason | ClosedReason) => void {
  const logOf = (message: string) => createFaultLog(logger, 'warn', message, {}, 60_000);
  const logs = {
    server: logOf(refusedWhy.server),
    address: logOf(refusedWhy.address),
    attempts: logOf(refusedWhy.attempts),
    descriptors: logOf(refusedWhy.descriptors),
    idle: logOf(refusedWhy.idle),
  };
  return (reason) => {
    counters.count('refused_connections', 'reason', reason);
    if (reason !== 'pressure' && reason !== 'draining') logs[reason](undefined);
  };
}
