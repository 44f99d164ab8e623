// The server of PeerJS, from its package and with its own defaults, but for the number of connections that it allows.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PeerServer } from 'peer';
import { reportPorts } from './report-ports.js';

const maxConnections = 100_000;

PeerServer({ port: 0, host: '127.0.0.1', concurrent_limit: maxConnections }, (server) =>
  reportPorts({ port: ((server as Server).address() as AddressInfo).port }),
);
