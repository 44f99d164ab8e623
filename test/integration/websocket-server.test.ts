// A WebSocket whose client talks on and does not read: the last bound, under both protocols. [R28] [U24]
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { WebSocket } from 'ws';
import { createScheduler } from '../../server/timing/scheduler.js';
import { createHeartbeat } from '../../server/transport/heartbeat.js';
import { watchedWebSocketServer } from '../../server/transport/websocket-server.js';
import { frameOf, openRawWebSocket, type RawWebSocket } from '../support/raw-websocket.js';

const megabyte = 1024 * 1024;

it('[R28] [U24] who talks while more than 2 MiB wait for it is cut', async () => {
  const { bob, socket } = await openPair();
  bob.socket.pause();
  // What the two ends of a TCP connection hold by themselves comes on top, a few megabytes each.
  socket.send('x'.repeat(64 * megabyte));
  await expect.poll(() => socket.bufferedAmount).toBeGreaterThan(2 * megabyte);
  expect(socket.readyState).toBe(socket.OPEN);
  bob.write(frameOf('hello?'));
  await expect.poll(() => socket.readyState).toBe(socket.CLOSED);
});

it('[R28] [U24] who reads may talk, however much it was told', async () => {
  const { bob, socket } = await openPair();
  socket.send('x'.repeat(4 * megabyte));
  await bob.hears(/^x/);
  socket.on('message', () => {
    socket.send('yes');
  });
  bob.write(frameOf('hello?'));
  expect(await bob.hears(/^yes$/)).toBe('yes');
});

interface Pair {
  bob: RawWebSocket;
  /** The server's side of bob's connection. */
  socket: WebSocket;
}

async function openPair(): Promise<Pair> {
  const heartbeat = createHeartbeat(
    0,
    createScheduler((cause) => {
      throw cause;
    }),
  );
  const webSockets = new (watchedWebSocketServer(heartbeat))();
  const server = createServer();
  const opened = new Promise<WebSocket>((resolve) => {
    server.on('upgrade', (request, stream, head) => {
      webSockets.handleUpgrade(request, stream, head, resolve);
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
  const bob = await openRawWebSocket(port, '/');
  return { bob, socket: await opened };
}
