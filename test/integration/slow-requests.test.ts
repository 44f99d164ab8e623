// Clients that send headers or bodies slowly, or never read an answer: each is closed, and keeps little until then.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { expect, it, onTestFinished } from 'vitest';
import type { InTurn } from '../../server/http/in-turn.js';
import { listenOn } from '../../server/http/own-server.js';
import { ask } from '../support/http-ask.js';
import { startParley } from '../support/parley.js';
import { countOpenFiles, getOf, openRawHttp } from '../support/raw-http.js';
import { openRawPolling } from '../support/raw-polling.js';

const chunked = 'Transfer-Encoding: chunked\r\n\r\n';
const session = '/socket.io/?EIO=4&transport=polling&sid=';
const everyMs = 100;

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

it('a body in more than 10,000 pieces is not waited for, since each piece costs more than its bytes', async () => {
  const { port, url } = await startParley();
  const { sessionId } = await openRawPolling(url);
  const client = openRawHttp(port);
  const text = client.read();
  client.socket.write(postOf(`${session}${sessionId}`, chunked) + '1\r\nx\r\n'.repeat(10_001));
  await client.closed;
  expect(text()).not.toContain('408 Request Timeout');
  expect((await ask(port, `${session}${sessionId}`)).status).toBe(400);
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
