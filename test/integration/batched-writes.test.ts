// What is sent on one WebSocket in one turn of the event loop leaves in one write.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createHeartbeat } from '../../server/transport/heartbeat.js';
import { createScheduler } from '../../server/timing/scheduler.js';
import { watchedWebSocketServer } from '../../server/transport/websocket-server.js';
import { noRate } from '../support/no-rate.js';

it('texts of one turn leave in one write and arrive in order; nothing is sent on one that is gone', async () => {
  const scheduler = createScheduler(() => expect.unreachable());
  const server = createServer().listen(0, '127.0.0.1');
  const webSockets = new (watchedWebSocketServer(createHeartbeat(0, scheduler), scheduler, noRate))();
  await once(server, 'listening');
  const opened = new Promise<[WebSocket, Socket]>((resolve) => {
    server.once('upgrade', (request, stream: Socket, head) => {
      webSockets.handleUpgrade(request, stream, head, (webSocket) => {
        resolve([webSocket, stream]);
      });
    });
  });
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.terminate();
    server.close();
    scheduler.close();
  });
  const received: string[] = [];
  client.on('message', (data: Buffer) => received.push(data.toString()));
  const [webSocket, stream] = await opened;
  const writes = countWrites(stream);

  for (const text of ['one', 'two', 'three']) webSocket.send(text);
  expect(writes.count).toBe(0);
  await expect.poll(() => received).toEqual(['one', 'two', 'three']);
  expect(writes.count).toBe(1);

  webSocket.send('four');
  webSocket.close();
  await once(client, 'close');
  expect(received).toEqual(['one', 'two', 'three', 'four']);
  expect(() => {
    webSocket.send('five', () => undefined);
  }).not.toThrow();
});

function countWrites(stream: Socket): { count: number } {
  const writes = { count: 0 };
  const { _writev: writev, _write: write } = stream;
  stream._writev = (chunks, done) => {
    writes.count++;
    writev?.call(stream, chunks, done);
  };
  stream._write = (chunk, encoding, done) => {
    writes.count++;
    write.call(stream, chunk, encoding, done);
  };
  return writes;
}
