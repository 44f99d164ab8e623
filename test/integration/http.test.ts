// What the HTTP port serves besides the channels and the pages: health, and plain words when there is nothing; paths, folders, TLS.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttpApp } from '../../server/http/create-http-app.js';
import { createKnownHosts } from '../../server/http/known-hosts.js';
import { createCertificate } from '../support/certificate.js';
import { ask, type HttpAnswer } from '../support/http-ask.js';
import { createLogBook } from '../support/log-book.js';
import { startParley } from '../support/parley.js';
import { openRawPolling } from '../support/raw-polling.js';

describe('health', () => {
  it('/healthz says ok and is never kept', async () => {
    const { port } = await startParley();
    const { status, headers, body } = await ask(port, '/healthz');
    expect({ status, body }).toEqual({ status: 200, body: '{"status":"ok"}' });
    expect(headers['cache-control']).toBe('no-store');
  });
});

describe('what there is not', () => {
  it.each([
    '/nothing',
    '/index.php',
    '/js/',
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/js/..%5c..%5cpackage.json',
    '/.env',
    '/server/main.js',
    '/healthz/more',
    '/constructor',
    '/__proto__',
    '/%',
    '/%c0%af',
    '/%E0%A4%A',
    '/js/%zz',
    '//[',
    'http://[',
    'http://[/healthz',
    'http://a:b@[',
  ])('%s is a plain 404', async (path) => {
    const { port } = await startParley();
    const { status, headers, body } = await ask(port, path);
    expect({ status, body }).toEqual({ status: 404, body: 'There is nothing here.\n' });
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('a target that cannot be parsed is answered with the same headers, on both ports', async () => {
    const { port, callsPort = 0 } = await startParley();
    for (const [onPort, status] of [
      [port, 404],
      [callsPort, 426],
    ] as const) {
      const [known, odd] = [await ask(onPort, '/nothing'), await ask(onPort, 'http://[')];
      const named = ({ headers: { date: _date, ...rest } }: HttpAnswer): unknown => rest;
      expect([odd.status, named(odd), odd.body]).toEqual([status, named(known), known.body]);
      expect(odd.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    }
  });

  it.each(['PUT', 'DELETE', 'HEAD', 'PATCH'])('%s is no method of long-polling: 405', async (method) => {
    const { port, url } = await startParley();
    const { sessionId } = await openRawPolling(url);
    for (const sid of ['', `&sid=${sessionId}`]) {
      const path = `/socket.io/?EIO=4&transport=polling${sid}`;
      const { status, headers, body } = await ask(port, path, { method });
      expect([status, headers.allow]).toEqual([405, 'GET, POST, OPTIONS']);
      expect(headers['x-content-type-options']).toBe('nosniff');
      if (method !== 'HEAD') expect(body).toBe('Long-polling uses GET and POST.\n');
    }
  });

  it.each(['POST', 'PUT', 'DELETE'])('%s / is a plain 404', async (method) => {
    const { port } = await startParley();
    expect(await ask(port, '/', { method })).toMatchObject({ status: 404, body: 'There is nothing here.\n' });
  });

  it('a body that is too long is a plain 413', async () => {
    const { port } = await startParley();
    const headers = { 'Content-Length': '2000' };
    expect(await ask(port, '/leave', { method: 'POST', headers, body: 'x'.repeat(2000) })).toMatchObject({
      status: 413,
      body: 'The server cannot read this request.\n',
    });
  });

  it('a fault of the server is a plain 500 without a stack trace', async () => {
    const port = await serveFaulty();
    expect(await ask(port, '/readyz')).toMatchObject({
      status: 500,
      body: 'The server failed at this. Please try again.\n',
    });
  });

  it('[R19] Socket.IO without its parameters is a 400, and the server goes on', async () => {
    const { port } = await startParley();
    for (const path of ['/socket.io/', '/socket.io', '/socket.io/?EIO=4&transport=pigeon']) {
      expect((await ask(port, path)).status).toBe(400);
    }
    expect((await ask(port, '/healthz')).status).toBe(200);
  });
});

it('[R17] JSONP, which any page could ask for without an Origin, is not served', async () => {
  const { port } = await startParley();
  expect((await ask(port, '/socket.io/?EIO=4&transport=polling')).status).toBe(200);
  expect(await ask(port, '/socket.io/?EIO=4&transport=polling&j=0')).toMatchObject({
    status: 403,
    body: '{"code":4,"message":"JSONP is not served."}',
  });
});

it('[R17] a page of another origin is told why it may not connect', async () => {
  const { port } = await startParley();
  const headers = { Origin: 'https://other.example' };
  expect(await ask(port, '/socket.io/?EIO=4&transport=polling', { headers })).toMatchObject({
    status: 403,
    body: '{"code":4,"message":"This page may not connect: its origin is not allowed."}',
  });
});

describe('BASE_PATH', () => {
  it('is one spelling only, for pages as for sockets', async () => {
    const { port } = await startParley({ basePath: '/parley' });
    expect((await ask(port, '/Parley/')).status).toBe(404);
    expect((await ask(port, '/Parley/socket.io/?EIO=4&transport=polling')).status).toBe(404);
  });

  it('everything is under it, and nothing beside it', async () => {
    const { port } = await startParley({ basePath: '/parley' });
    for (const path of [
      '/parley/',
      '/parley/healthz',
      '/parley/js/chat-page.js',
      '/parley/socket.io/socket.io.js',
    ]) {
      expect({ path, status: (await ask(port, path)).status }).toEqual({ path, status: 200 });
    }
    for (const path of ['/', '/healthz', '/js/chat-page.js', '/socket.io/socket.io.js', '/parleyhealthz']) {
      expect({ path, status: (await ask(port, path)).status }).toEqual({ path, status: 404 });
    }
    for (const query of ['', '?channel=red']) {
      const { status, headers } = await ask(port, `/parley${query}`);
      expect({ status, location: headers.location }).toEqual({ status: 301, location: `/parley/${query}` });
    }
    expect((await ask(port, '/')).headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'") as string,
    });
  });
});

describe('PUBLIC_DIR', () => {
  it('serves its own files, free of the strict policy, and the client script of Socket.IO', async () => {
    const publicDir = createFolder();
    writeFileSync(join(publicDir, 'index.html'), '<script>document.title = "the book"</script>');
    const { port } = await startParley({ publicDir });
    const { status, headers, body } = await ask(port, '/');
    expect({ status, body }).toEqual({ status: 200, body: '<script>document.title = "the book"</script>' });
    expect(headers['content-security-policy']).toBeUndefined();
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect((await ask(port, '/socket.io/socket.io.js')).status).toBe(200);
    expect((await ask(port, '/styles.css')).status).toBe(404);
  });
});

describe('pages: false', () => {
  it('leaves health, the library and what clients need', async () => {
    const { port } = await startParley({ pages: false });
    expect((await ask(port, '/')).status).toBe(404);
    expect((await ask(port, '/js/chat-page.js')).status).toBe(404);
    expect((await ask(port, '/healthz')).status).toBe(200);
    expect((await ask(port, '/socket.io/socket.io.js')).status).toBe(200);
    const library = await ask(port, '/parley.js');
    expect(library.headers).toMatchObject({ 'cache-control': 'no-cache' });
    expect(library.headers['content-type']).toContain('javascript');
    expect(library.body).toContain('openChannel');
  });
});

describe('TLS', () => {
  it('serves https with the certificate it was given, and then asks for https for good', async () => {
    const { port, url } = await startParley(createCertificate());
    expect(url).toBe(`https://127.0.0.1:${port}`);
    const { status, headers } = await ask(port, '/healthz', { isTls: true });
    expect(status).toBe(200);
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d+/);
    await expect(ask(port, '/healthz')).rejects.toThrow();
  });
});

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** An app whose readiness cannot be told. */
async function serveFaulty(): Promise<number> {
  const app = createHttpApp({
    basePath: '',
    pages: true,
    publicDir: '',
    isTls: false,
    isMounted: false,
    inTurn: (_request, _response, begin) => begin(),
    hosts: createKnownHosts({ allowedHosts: [], host: '', trustProxy: false }, createLogBook().logger),
    readiness: () => {
      throw new Error('broken');
    },
    handleLeave: () => {},
    handlePolling: () => {},
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
