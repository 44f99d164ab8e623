// What the room's connection says of its channel before it is open: a hash that both sides share, and not the name; and
// another one where nobody answers.
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { socketIoTransport } from '../../client/signaling/socket-io-transport.js';

/** The address of the first request that a client of this channel makes. */
async function firstRequest(channel: string): Promise<URL> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/parley`);
  const asked = new Promise<URL>((resolve) => {
    server.on('upgrade', (request, socket) => {
      resolve(new URL(request.url ?? '', url));
      socket.destroy();
    });
  });
  const transport = socketIoTransport({ url, channel, token: undefined, log: false })({
    onOpen: () => {},
    onEvent: () => {},
    onClose: () => {},
  });
  onTestFinished(() => {
    transport.close();
    server.close();
    server.closeAllConnections();
  });
  return asked;
}

test('the handshake has a hash of the channel, the same for everybody in it, and not its name', async () => {
  const [one, other] = [await firstRequest('café room'), await firstRequest('cafe\u0301 room')];
  expect(one.pathname).toBe('/parley/socket.io/');
  expect(one.searchParams.get('shard')).toMatch(/^[\da-z]{1,7}$/);
  expect(other.searchParams.get('shard')).toBe(one.searchParams.get('shard'));
  expect(decodeURIComponent(one.href)).not.toContain('room');
});

test('channels with other names have other hashes', async () => {
  const shards = await Promise.all(
    Array.from({ length: 40 }, async (_, index) =>
      (await firstRequest(`room-${index}`)).searchParams.get('shard'),
    ),
  );
  expect(new Set(shards).size).toBe(40);
});

test('whoever gets no answer asks elsewhere the next time', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const shards: (string | null)[] = [];
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const hang = ({ url: path = '' }: { url?: string }): void => {
    shards.push(new URL(path, url).searchParams.get('shard'));
  };
  server.on('upgrade', hang).on('request', hang);
  onTestFinished(() => {
    vi.useRealTimers();
    server.close();
    server.closeAllConnections();
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const open = socketIoTransport({ url, channel: 'red', token: undefined, log: false });
  for (let time = 1; time <= 3; time++) {
    const closed = new Promise((resolve) => {
      open({ onOpen: () => {}, onEvent: () => {}, onClose: resolve });
    });
    while (shards.length < time) await new Promise(setImmediate);
    vi.advanceTimersByTime(5000);
    expect(await closed).toBe('timeout');
  }
  const [hash = ''] = shards;
  expect(shards).toEqual([hash, `${hash}-1`, `${hash}-2`]);
});
