// A WebSocket of the server on a clock that a test moves, and its client, by hand.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { WebSocket } from 'ws';
import { createHeartbeat } from '../../server/transport/heartbeat.js';
import type { Rate } from '../../server/transport/token-buckets.js';
import { watchedWebSocketServer } from '../../server/transport/websocket-server.js';
import { createHeldClock, type HeldClock } from './held-clock.js';
import { schedulerOn } from './held-scheduler.js';
import { noRate } from './no-rate.js';
import { openRawWebSocket, type RawOptions, type RawWebSocket } from './raw-websocket.js';

export interface WebSocketPair {
  bob: RawWebSocket;
  /** The server's side of bob's connection. */
  socket: WebSocket;
  /** The texts that the server has parsed. */
  received: string[];
  clock: HeldClock;
}

export async function openWebSocketPair(options: RawOptions & { rate?: Rate } = {}): Promise<WebSocketPair> {
  const clock = createHeldClock();
  const scheduler = schedulerOn(clock);
  const heartbeat = createHeartbeat(0, scheduler);
  const webSockets = new (watchedWebSocketServer(heartbeat, scheduler, options.rate ?? noRate))();
  const server = createServer();
  const received: string[] = [];
  const opened = new Promise<WebSocket>((resolve) => {
    server.on('upgrade', (request, stream, head) => {
      webSockets.handleUpgrade(request, stream, head, (socket) => {
        socket.on('message', (data: Buffer) => received.push(data.toString()));
        resolve(socket);
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.close();
    for (const socket of webSockets.clients) socket.terminate();
    await heartbeat.close();
  });
  const { port } = server.address() as AddressInfo;
  const bob = await openRawWebSocket(port, '/', options);
  return { bob, socket: await opened, received, clock };
}
