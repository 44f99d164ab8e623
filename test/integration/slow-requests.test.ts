// Clients that send headers or bodies slowly, or never read an answer: each is closed, and keeps little until then.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { expect, it, onTestFinished } from 'vitest';
import type { InTurn } from '../../server/http/in-turn.js';
import { listenOn } from '../../server/http/own-server.js';
import { startHost } from '../support/host.js';
import { ask } from '../support/http-ask.js';
import { startParley } from '../support/parley.js';
import { countOpenFiles, getOf, openRawHttp } from '../support/raw-http.js';
import { openRawPolling } from '../support/raw-polling.js';

const chunked = 'Transfer-Encoding: chunked\r\n\r\n';
const session = '/socket.io/?EIO=4&transport=polling&sid=';
/** Fewer than 64 in the 10 s: more small pieces than that close it earlier. */
const everyMs = 250;

function postOf(path: string, headers: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n${headers}`;
}

/** Sends `begin`, then `more` again and again. Resolves with what has come when the connection is closed. */
async function drip(port: number, begin: string, more: string): Promise<string> {
  const { socket, closed, read } = openRawHttp(port);
  const text = read();
  socket.write(begin);
  const timer = setInterval(() => socket.write(more), everyMs);
  onTestFinished(() => clearInterval(timer));
  await closed;
  clearInterval(timer);
  return text();
}

it('whoever sends a byte at a time is closed after some seconds, and the others are served meanwhile', async () => {
  const { port, callsPort = 0, url } = await startParley();
  const connections = Array.from({ length: 20 }, async () => {
    const { sessionId } = await openRawPolling(url);
    return Promise.all([
      drip(port, 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n', 'X: y\r\n'),
      drip(callsPort, 'GET / HTTP/1.1\r\n', 'X: y\r\n'),
      drip(port, postOf('/leave', chunked), '1\r\nx\r\n'),
      drip(port, postOf('/leave', 'Content-Length: 1000\r\n\r\n'), 'x'),
      drip(port, postOf(`${session}${sessionId}`, chunked), '1\r\nx\r\n'),
    ]);
  });
  const all = Promise.all(connections);
  expect((await ask(port, '/')).status).toBe(200);
  for (const answers of await all) {
    expect(answers.map((text) => text.split('\r\n')[0])).toEqual(
      answers.map(() => 'HTTP/1.1 408 Request Timeout'),
    );
  }
  expect((await ask(port, '/')).status).toBe(200);
});

it('a body that is too long is refused before its end, also if its length was not announced', async () => {
  const { port, url } = await startParley();
  const { sessionId } = await openRawPolling(url);
  const client = openRawHttp(port);
  const text = client.read();
  const bytes = 1_048_577;
  client.socket.write(postOf(`${session}${sessionId}`, chunked));
  client.socket.write(`${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`);
  await expect.poll(text).toMatch(/^HTTP\/1\.1 413 /);
});

const tinyChunk = '1\r\nx\r\n';

it.each(['/leave', session, '/nothing', '/healthz'])(
  '[R34] a body in more than 64 pieces of a byte to %s ends its connection, and is not answered later',
  async (path) => {
    const { port, url } = await startParley();
    const { sessionId } = await openRawPolling(url);
    const client = openRawHttp(port);
    const text = client.read();
    client.socket.write(postOf(path === session ? path + sessionId : path, chunked) + tinyChunk.repeat(65));
    await client.closed;
    expect(text()).not.toContain('408 Request Timeout');
    expect((await ask(port, '/healthz')).status).toBe(200);
  },
);

it('[R34] 64 small pieces pass, and so do pieces of 512 bytes', async () => {
  const { port, url } = await startParley();
  const client = openRawHttp(port);
  const text = client.read();
  client.socket.write(`${postOf('/leave', chunked)}${tinyChunk.repeat(64)}0\r\n\r\n`);
  await expect.poll(text).toMatch(/^HTTP\/1\.1 204 /);
  const { sessionId } = await openRawPolling(url);
  const noop = `6${'x'.repeat(511)}`;
  client.socket.write(`${postOf(session + sessionId, chunked)}${`200\r\n${noop}\r\n`.repeat(1500)}0\r\n\r\n`);
  await expect.poll(text).toMatch(/HTTP\/1\.1 200 /);
});

it.each(['own', 'mounted'])(
  '[R34] who is answered before its body is complete reads the answer, and is not read on: %s server',
  async (kind) => {
    const host = kind === 'mounted' ? await startHost() : undefined;
    const started = await startParley(host && { server: host.server });
    const port = host?.port ?? started.port;
    const client = openRawHttp(port);
    client.socket.write(postOf('/leave', 'Content-Length: 100000000\r\n\r\n'));
    client.socket.write('x'.repeat(3_000_000));
    const text = client.read();
    await client.closed;
    expect(text()).toMatch(/^HTTP\/1\.1 413 [^]*Connection: close[^]*\n$/);
    expect(client.socket.bytesWritten).toBeLessThan(100_000_000);
  },
);

it('[R34] who goes on sending after the answer, and keeps its half open, is destroyed a second later', async () => {
  const { port } = await startParley();
  const { socket, closed } = openRawHttp(port, { allowHalfOpen: true });
  socket.resume().write(postOf('/nothing', 'Content-Length: 1000000000\r\n\r\n'));
  const timer = setInterval(() => socket.write('x'.repeat(100_000)), 10);
  onTestFinished(() => clearInterval(timer));
  await closed;
});

it('[R34] what is read of bodies counts: requests with large ones wait, and one that goes on is cut', async () => {
  const { port } = await startParley({ rateLimit: 0, rateLimitBytes: 10_000 });
  const client = openRawHttp(port);
  const body = 'x'.repeat(900);
  const timer = setInterval(() => {
    client.socket.write(postOf('/leave', `Content-Length: ${body.length}\r\n\r\n${body}`).repeat(3));
  }, 20);
  onTestFinished(() => clearInterval(timer));
  client.socket.resume();
  await client.closed;
});

it('a connection whose client does not read its answer is closed', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'parley-')));
  writeFileSync(join(folder, 'large.bin'), Buffer.alloc(20 * 1024 * 1024));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const app = express().use(express.static(folder));
  const inTurn: InTurn = (_request, _response, begin) => begin();
  const limits = { addressOf: () => undefined, maxConnectionsPerAddress: 0, onClosed: () => {} };
  const tls = { tlsCertFile: '', tlsKeyFile: '' };
  const settings = { port: 0, host: '127.0.0.1', ...tls, idleMs: 500, inTurn, limits };
  const front = listenOn(settings, { app, upgrades: new Map() });
  onTestFinished(() => front.close(Promise.resolve()));
  const { port } = await front.listen();
  const client = openRawHttp(port);
  client.socket.write(getOf('/large.bin'));
  await expect.poll(() => countOpenFiles(folder)).toBe(1);
  await expect.poll(() => countOpenFiles(folder)).toBe(0);
  client.read();
  await client.closed;
});
