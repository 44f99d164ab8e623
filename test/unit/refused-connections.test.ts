// What is counted and logged of refused connections, and what their client is answered.
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createCounters } from '../../server/observability/counters.js';
import { createRefusedConnections, refuseSocket } from '../../server/transport/refused-connections.js';
import { createLogBook } from '../support/log-book.js';

const reasons = ['server', 'address', 'attempts', 'descriptors', 'idle', 'pressure', 'draining'] as const;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('[U17] each is counted, and each reason is logged once a minute, with what to do', () => {
  const { logger, lines } = createLogBook('info');
  const counters = createCounters();
  const onRefused = createRefusedConnections(logger, counters);
  for (let times = 0; times < 500; times++) {
    for (const reason of reasons) onRefused(reason);
  }
  expect(counters.read()).toEqual(
    new Map(reasons.map((reason) => [`refused_connections{reason="${reason}"}`, 500])),
  );
  const raise = 'If many clients share one address, raise MAX_CONNECTIONS_PER_ADDRESS.';
  expect(lines.map(({ msg }) => msg)).toEqual([
    'Refused connections: as many are open as MAX_CONNECTIONS allows. Raise it if there is memory for more, or run more nodes.',
    `Refused connections from an address that has as many open as it may. ${raise}`,
    `Refused connections from an address that opens too many in a short time. ${raise}`,
    'Closed new connections without an answer: as many are open as the limit of file descriptors allows. Raise it (ulimit -n, or LimitNOFILE in the systemd unit), or run more nodes.',
    'Closed connections that had sent no complete request, the oldest first: an address has too many of them, or the limit of file descriptors is reached. Clients that are served are not affected.',
  ]);
  vi.advanceTimersByTime(60_000);
  onRefused('address');
  expect(lines.slice(5)).toMatchObject([{ level: 40, faults: 500 }]);
});

it('[U17] an upgrade is answered with 503, when to try again, and a sentence', () => {
  const socket = new PassThrough();
  refuseSocket(socket, 5);
  const sentence = 'This server accepts no more connections just now. Please try again in a moment.\n';
  expect(String(socket.read()).split('\r\n')).toEqual([
    'HTTP/1.1 503 Service Unavailable',
    'Connection: close',
    `Content-Length: ${sentence.length}`,
    'Content-Type: text/plain',
    'Retry-After: 5',
    '',
    sentence,
  ]);
});
