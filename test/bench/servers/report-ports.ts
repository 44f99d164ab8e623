// What every server of the benchmark says when it listens, and how often it pings.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Ports } from '../dialect.js';

/** ms between two pings of a connection. */
export const pingMs = Number(process.env['BENCH_PING_MS']);

export function reportPorts(ports: Ports): void {
  process.send?.({ ports });
}

/** Listens on a free port. */
export function listenAndReport(server: Server): void {
  server.listen(0, '127.0.0.1', () => reportPorts({ port: (server.address() as AddressInfo).port }));
}
