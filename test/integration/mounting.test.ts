// Parley inside somebody else's server: both work side by side, and closing parley leaves the other as it was.
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { createHost, startHost } from '../support/host.js';
import { ask, upgradeHeaders } from '../support/http-ask.js';
import { startParley } from '../support/parley.js';
import { connectClient, transports } from '../support/room-client.js';
import { connectPair } from '../support/room-pair.js';
import { echoOf } from '../support/web-socket-echo.js';

const basePath = '/parley';

describe('mounted into an Express app', () => {
  it.each(transports)('[R4] [R7] a pair talks over %s beside the routes of the app', async (transport) => {
    const { server, port } = await startHost();
    await startParley({ server, basePath });
    const options = { transport, path: `${basePath}/socket.io` };
    const { expectUndisturbed } = await connectPair(`http://127.0.0.1:${port}`, options);
    await expectUndisturbed();
    expect(await ask(port, '/hello')).toMatchObject({ status: 200, body: 'hello from the host' });
  });

  it("the host's answers are as they were without parley", async () => {
    const { server, port } = await startHost();
    const paths = ['/hello', '/missing', '/parleys', '/healthz', '/', '/%'];
    const before = await Promise.all(paths.map((path) => ask(port, path)));
    await startParley({ server, basePath });
    const after = await Promise.all(paths.map((path) => ask(port, path)));
    const clean = (answers: typeof before): unknown[] =>
      answers.map(({ headers, ...answer }) => ({ ...answer, headers: { ...headers, date: '' } }));
    expect(clean(after)).toEqual(clean(before));
    expect(after[0]?.headers).toMatchObject({ 'x-powered-by': 'Express', 'x-host': 'yes' });
    expect(after[0]?.headers['content-security-policy']).toBeUndefined();
  });

  it('pages are left out unless they are asked for', async () => {
    const without = await startHost();
    await startParley({ server: without.server, basePath });
    expect((await ask(without.port, `${basePath}/healthz`)).status).toBe(200);
    expect((await ask(without.port, `${basePath}/`)).body).toContain('Cannot GET /parley/');
    const withPages = await startHost();
    await startParley({ server: withPages.server, basePath, pages: true });
    const page = await ask(withPages.port, `${basePath}/`);
    expect(page.body).toContain('<!doctype html>');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it("the host's own WebSocket server keeps its path, before and after", async () => {
    const { server, port } = await startHost();
    const echo = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      if (request.url !== '/echo') return;
      echo.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('message', (data) => webSocket.send(data));
      });
    });
    const { parley } = await startParley({ server, basePath });
    expect(await echoOf(port, 'hi')).toBe('hi');
    const { expectUndisturbed } = await connectPair(`http://127.0.0.1:${port}`, {
      path: `${basePath}/socket.io`,
    });
    expect(await echoOf(port, 'again')).toBe('again');
    await expectUndisturbed();
    await parley.close();
    expect(await echoOf(port, 'after')).toBe('after');
  });

  it('close() ends the pair, and leaves the server running with its listeners as before', async () => {
    const { server, port } = await startHost();
    const listeners = (): unknown[] =>
      ['request', 'upgrade', 'connection', 'error', 'listening', 'close'].map((event) => [
        event,
        server.listeners(event),
      ]);
    const before = listeners();
    const { parley } = await startParley({ server, basePath });
    const path = `${basePath}/socket.io`;
    const { ann, bob } = await connectPair(`http://127.0.0.1:${port}`, { path });
    await parley.close();
    await parley.close();
    expect(await Promise.all([ann.ended, bob.ended])).toEqual(['transport close', 'transport close']);
    expect(ann.names()).not.toContain('peer gone');
    expect(server.listening).toBe(true);
    expect(listeners()).toEqual(before);
    expect(Object.keys(server)).not.toContain('emit');
    expect(await ask(port, '/hello')).toMatchObject({ status: 200, body: 'hello from the host' });
    expect((await ask(port, `${basePath}/healthz`)).status).toBe(404);
  });

  it('a server that listens later is waited for', async () => {
    const server = createHost();
    const starting = startParley({ server, basePath });
    server.listen(0, '127.0.0.1');
    const { port } = await starting;
    expect(port).toBe((server.address() as AddressInfo).port);
    const ann = await connectClient(`http://127.0.0.1:${port}`, { path: `${basePath}/socket.io` });
    expect(await ann.ask('create or join', 'Test')).toMatchObject({ status: 'created' });
  });

  it('two parleys in one server know nothing of each other', async () => {
    const { server, port } = await startHost();
    await startParley({ server, basePath: '/one' });
    await startParley({ server, basePath: '/two' });
    const url = `http://127.0.0.1:${port}`;
    const one = await connectPair(url, { path: '/one/socket.io' });
    const two = await connectPair(url, { path: '/two/socket.io' });
    await one.expectUndisturbed();
    await two.expectUndisturbed();
    expect((await ask(port, '/hello')).body).toBe('hello from the host');
  });

  it('two parleys that close in the order in which they came leave the host answering once', async () => {
    const { server, port } = await startHost();
    const first = await startParley({ server, basePath: '/one' });
    const second = await startParley({ server, basePath: '/two' });
    await first.parley.close();
    expect((await ask(port, '/one/healthz')).status).toBe(404);
    expect((await ask(port, '/two/healthz')).status).toBe(200);
    await second.parley.close();
    expect(server.listenerCount('request')).toBe(1);
    expect((await ask(port, '/hello')).body).toBe('hello from the host');
  });
});

describe('upgrades that nobody takes', () => {
  it.each(['/', '/elsewhere', '/socket.iox/', '/socket.io/more'])(
    '%s gets 404 on the own server',
    async (path) => {
      const { port } = await startParley();
      expect((await ask(port, path, { headers: upgradeHeaders })).status).toBe(404);
      expect((await ask(port, '/healthz')).status).toBe(200);
    },
  );

  it('get 404 in a host without another WebSocket server, too', async () => {
    const { server, port } = await startHost();
    await startParley({ server, basePath });
    expect((await ask(port, '/socket.io/', { headers: upgradeHeaders })).status).toBe(404);
  });
});

it('an offer of another protocol is passed over, and the request answered', async () => {
  const { port } = await startParley();
  const headers = {
    Connection: 'Upgrade, HTTP2-Settings',
    Upgrade: 'h2c',
    'HTTP2-Settings': 'AAMAAABkAAQAAP__',
  };
  expect(await ask(port, '/healthz', { headers })).toMatchObject({ status: 200, body: '{"status":"ok"}' });
});

it('headers that the host sets early stay on its pages', async () => {
  const { server, port } = await startHost();
  await startParley({ server, basePath });
  server.prependListener('request', (_request, response: ServerResponse) =>
    response.setHeader('X-Trace', '7'),
  );
  expect((await ask(port, '/hello')).headers['x-trace']).toBe('7');
});

it('with two parleys in one server, an upgrade that nobody takes is answered', async () => {
  const { server, port } = await startHost();
  await startParley({ server, basePath: '/one' });
  await startParley({ server, basePath: '/two' });
  expect((await ask(port, '/three', { headers: upgradeHeaders })).status).toBe(404);
});
