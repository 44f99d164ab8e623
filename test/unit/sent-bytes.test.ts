// What the two connections tell of each frame that they send: its bytes in UTF-8, as a server counts them.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { socketIoTransport } from '../../client/transport/socket-io-transport.js';
import { webSocketTransport } from '../../client/transport/websocket-transport.js';

const texts = ['hello', 'é', '你好', '👍'];

/** Takes frames, and answers as it is told. @returns the bytes of the frames that have come */
async function startServer(answer: (socket: WebSocket, text: string) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const came: number[] = [];
  server.on('connection', (socket) => {
    answer(socket, '');
    socket.on('message', (data: Buffer) => {
      came.push(data.length);
      answer(socket, data.toString());
    });
  });
  return { came, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) };
}

test('Socket.IO: each event, without the mark of Engine.IO, and not the connection to the namespace', async () => {
  const { came, url } = await startServer((socket, text) => {
    if (text === '')
      socket.send('0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000}');
    if (text === '40{}') socket.send('40{"sid":"y"}');
  });
  const told: number[] = [];
  const open = socketIoTransport({ url, channel: 'red', token: undefined, log: false });
  const transport = await new Promise<ReturnType<typeof open>>((resolve) => {
    const opened = open({ onOpen: () => resolve(opened), onEvent: () => {}, onClose: () => {} }, (bytes) =>
      told.push(bytes),
    );
  });
  for (const text of texts) transport.emit('message', text);
  transport.emit('check', () => {});
  await expect.poll(() => came).toHaveLength(texts.length + 2);
  expect(told).toEqual(came.slice(1).map((bytes) => bytes - 1));
  transport.close();
  transport.emit('message', 'late');
  expect(told).toHaveLength(texts.length + 1);
});

test('a plain WebSocket: each frame', async () => {
  const { came, url } = await startServer(() => {});
  const told: number[] = [];
  const open = webSocketTransport(url);
  const transport = await new Promise<ReturnType<typeof open>>((resolve) => {
    const opened = open({ onOpen: () => resolve(opened), onEvent: () => {}, onClose: () => {} }, (bytes) =>
      told.push(bytes),
    );
  });
  for (const candidate of texts) transport.send({ type: 'candidate', name: 'bob', candidate });
  await expect.poll(() => came).toHaveLength(texts.length);
  expect(told).toEqual(came);
  transport.close();
  transport.send({ type: 'users' });
  expect(told).toHaveLength(texts.length);
});
