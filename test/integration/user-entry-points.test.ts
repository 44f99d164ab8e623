// Where the calls can be reached: the port of their own and /calls on the HTTP port, and by whom.
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { io } from 'socket.io-client';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createParley } from '../../server/create-parley.js';
import { connectUser, logInUser, startCalls } from '../support/user-client.js';

/** The status of a refused upgrade. */
async function refusalOf(url: string, origin?: string): Promise<number | undefined> {
  const socket = new WebSocket(url, origin === undefined ? {} : { origin });
  socket.on('error', () => {});
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
  socket.terminate();
  return response.statusCode;
}

test('[U19] one can call from one entry point to the other, with Socket.IO beside them', async () => {
  const { url, sharedUrl, port } = await startCalls();
  const ann = await logInUser(url, 'ann');
  const bob = await logInUser(sharedUrl, 'bob');
  const cy = await logInUser(`${url}/calls`, 'cy');
  ann.say({ type: 'offer', name: 'bob', offer: 1 });
  expect(await bob.hears()).toEqual({ type: 'offer', offer: 1, name: 'ann' });
  expect(await cy.hearsAll()).toEqual([]);
  const room = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
  onTestFinished(() => {
    room.disconnect();
  });
  room.emit('create or join', 'room-42');
  await new Promise((resolve) => room.once('created', resolve));
});

test('[U19] under a base path the calls are there too', async () => {
  const { port } = await startCalls({ basePath: '/parley' });
  await connectUser(`ws://127.0.0.1:${port}/parley/calls`);
  expect(await refusalOf(`ws://127.0.0.1:${port}/calls`)).toBe(404);
});

test('[U19] pages of foreign origins are refused at both entry points, own ones are not', async () => {
  const { url, sharedUrl, port } = await startCalls({ allowedOrigins: ['https://friend.example'] });
  for (const entry of [url, sharedUrl]) {
    for (const origin of [
      'https://evil.example',
      'null',
      'http://127.0.0.1.evil.example',
      'http://10.0.0.1',
      'file://',
    ]) {
      expect(await refusalOf(entry, origin), `${origin} at ${entry}`).toBe(403);
    }
    for (const origin of [`http://127.0.0.1:${port}`, 'http://localhost:3000', 'https://friend.example']) {
      await connectUser(entry, { origin });
    }
  }
});

test('[U19] a browser that opens the port of the calls as a page reads what it is', async () => {
  const { callsPort } = await startCalls();
  const response = await fetch(`http://127.0.0.1:${callsPort}/`);
  expect(response.status).toBe(426);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': expect.stringContaining("default-src 'none'") as string,
  });
  expect(await response.text()).toBe(
    'Calls by user name are spoken here, over WebSocket. The pages are on the other port.\n',
  );
});

test('[U19] mounted into a server, the calls have no port of their own unless one is given', async () => {
  const server = createServer((_request, response) => response.end('host'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;

  const mounted = createParley({ server, logLevel: 'silent' });
  expect(await mounted.listen()).toEqual({ port, isTls: false });
  await connectUser(`ws://127.0.0.1:${port}/calls`);
  await mounted.close();

  const withPort = createParley({ server, callsPort: 0, host: '127.0.0.1', logLevel: 'silent' });
  const { callsPort = 0 } = await withPort.listen();
  await connectUser(`ws://127.0.0.1:${callsPort}`);
  await connectUser(`ws://127.0.0.1:${port}/calls`);
  await withPort.close();
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('host');
});

test('a PORT that is taken closes the port of the calls again', async () => {
  const { port } = await startCalls();
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: free } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');

  const second = createParley({ port: port, callsPort: free, host: '127.0.0.1', logLevel: 'silent' });
  await expect(second.listen()).rejects.toMatchObject({ code: 'EADDRINUSE', port: port });
  await expect(fetch(`http://127.0.0.1:${free}/`)).rejects.toThrow();
});
