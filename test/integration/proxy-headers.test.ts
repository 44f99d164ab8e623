// What the nginx that is shipped tells a node of a client, and that a client cannot say it in nginx's place.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createClientAddress } from '../../server/transport/client-address.js';
import { ask, upgradeHeaders } from '../support/http-ask.js';
import { createLogBook } from '../support/log-book.js';
import { startNginx, type Nginx } from '../support/nginx.js';
import { startParley } from '../support/parley.js';
import { logInUser } from '../support/user-client.js';

/** In the place of a node: it keeps what it is asked. */
async function startListener(
  status = 200,
): Promise<{ nginx: Nginx; port: number; heard: IncomingMessage[] }> {
  const heard: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    heard.push(request);
    response.writeHead(status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { nginx: await startNginx([port]), port, heard };
}

it('the address and the host are the true ones, whatever a client claims', async () => {
  const { nginx, heard } = await startListener();
  await ask(nginx.port, '/', {
    headers: {
      Host: 'talk.example.org:8443',
      'X-Forwarded-For': '203.0.113.7, 203.0.113.8',
      'X-Forwarded-Host': 'evil.example',
    },
  });
  const [request] = heard;
  expect(request?.headers).toMatchObject({
    host: 'talk.example.org',
    'x-forwarded-host': 'talk.example.org',
    'x-forwarded-for': '127.0.0.1',
  });
  const addressOf = createClientAddress(true, createLogBook().logger);
  expect(request && addressOf(request)).toBe('127.0.0.1');
});

it('a request is an upgrade for the node only if it was one', async () => {
  const { nginx, heard } = await startListener();
  await ask(nginx.port, '/socket.io/');
  expect(heard[0]?.headers.upgrade).toBeUndefined();
  expect(heard[0]?.headers.connection).not.toBe('close');
});

it('the log has neither addresses nor queries', async () => {
  const { nginx } = await startListener();
  await ask(nginx.port, '/socket.io/?sid=secret&shard=hash');
  await expect.poll(nginx.requests).toMatchObject([{ method: 'GET', path: '/socket.io/', status: 200 }]);
  expect(JSON.stringify(nginx.requests())).not.toMatch(/secret|hash/);
});

it('is ready as long as one node is, and passes a 503 on when none is', async () => {
  const { port } = await startParley({ trustProxy: true });
  const draining = await startListener(503);
  const nginx = await startNginx([draining.port, port]);
  for (let shard = 0; shard < 40; shard++) {
    expect((await ask(nginx.port, `/readyz?shard=${shard}`)).status).toBe(200);
  }
  expect(draining.heard.length).toBeGreaterThan(0);
  expect((await ask(draining.nginx.port, '/readyz')).status).toBe(503);
});

it('two call each other by name, one at /calls and one on the port of the calls', async () => {
  const { port } = await startParley({ trustProxy: true });
  const nginx = await startNginx([port]);
  const ann = await logInUser(`ws://127.0.0.1:${nginx.port}/calls`, 'ann');
  const bob = await logInUser(`ws://127.0.0.1:${nginx.callsPort}`, 'bob');
  ann.say({ type: 'offer', name: 'bob', offer: { sdp: 'o' } });
  expect(await bob.hears()).toMatchObject({ type: 'offer', name: 'ann', offer: { sdp: 'o' } });
  bob.say({ type: 'answer', name: 'ann', answer: { sdp: 'a' } });
  expect(await ann.hears()).toMatchObject({ type: 'answer', answer: { sdp: 'a' } });
  ann.say({ type: 'leave', name: 'bob' });
  expect(await bob.hears()).toMatchObject({ type: 'leave' });
});

it('[U19] a page from elsewhere may not call behind the proxy either', async () => {
  const { port } = await startParley({ trustProxy: true });
  const nginx = await startNginx([port]);
  for (const [on, path] of [
    [nginx.port, '/calls'],
    [nginx.callsPort, '/'],
  ] as const) {
    const upgrade = (Origin: string): ReturnType<typeof ask> =>
      ask(on, path, { headers: { ...upgradeHeaders, Host: 'talk.example.org', Origin } });
    expect((await upgrade('https://evil.example')).status).toBe(403);
    expect((await upgrade('https://talk.example.org')).status).toBe(101);
  }
});
