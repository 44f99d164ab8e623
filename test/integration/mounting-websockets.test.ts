// Parley inside somebody else's server that has WebSocket servers of its own, as ws makes them: each keeps its paths.
import type { Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { ask, upgradeHeaders } from '../support/http-ask.js';
import { startHost } from '../support/host.js';
import { startParley } from '../support/parley.js';
import { connectPair } from '../support/room-pair.js';
import { connectUser } from '../support/user-client.js';
import { echoOf, echoOn } from '../support/web-socket-echo.js';

const withPath = (server: Server): unknown => echoOn(new WebSocketServer({ server, path: '/ws' }));
const withoutPath = (server: Server): unknown => echoOn(new WebSocketServer({ server }));

async function expectCalls(port: number, path = '/calls'): Promise<void> {
  const ann = await connectUser(`ws://127.0.0.1:${port}${path}`);
  ann.say({ type: 'login', name: 'ann' });
  expect(await ann.hears()).toMatchObject({ type: 'login', success: true });
  await ann.close();
}

async function upgradeAt(port: number, path: string): Promise<number | undefined> {
  return (await ask(port, path, { headers: upgradeHeaders })).status;
}

describe("the host's WebSocketServer", () => {
  it.each([
    ['with a path', 'before', withPath],
    ['with a path', 'after', withPath],
    ['without a path', 'before', withoutPath],
    ['without a path', 'after', withoutPath],
  ])('%s, opened %s parley, leaves parley its paths and keeps its own', async (_which, when, open) => {
    const { server, port } = await startHost();
    if (when === 'before') open(server);
    await startParley({ server });
    if (when === 'after') open(server);
    const { expectUndisturbed } = await connectPair(`http://127.0.0.1:${port}`);
    await expectCalls(port);
    expect(await echoOf(port, 'hi', '/ws')).toBe('hi');
    await expectUndisturbed();
  });

  it.each(['first', 'second'])('goes on when two parleys close, the %s first', async (first) => {
    const { server, port } = await startHost();
    withPath(server);
    const one = await startParley({ server, basePath: '/one' });
    const two = await startParley({ server, basePath: '/two' });
    const url = `http://127.0.0.1:${port}`;
    const [leaving, staying] = first === 'first' ? [one, two] : [two, one];
    const [left, kept] = first === 'first' ? ['/one', '/two'] : ['/two', '/one'];
    await connectPair(url, { path: `${left}/socket.io` });
    const { expectUndisturbed } = await connectPair(url, { path: `${kept}/socket.io` });
    await leaving.parley.close();
    expect(await upgradeAt(port, `${left}/calls`)).toBe(400);
    await expectCalls(port, `${kept}/calls`);
    await expectUndisturbed();
    await staying.parley.close();
    expect(await upgradeAt(port, `${kept}/calls`)).toBe(400);
    expect(await echoOf(port, 'hi', '/ws')).toBe('hi');
    expect(Object.keys(server)).not.toContain('emit');
  });

  it('that knows no paths is given those of parley when parley is closed', async () => {
    const { server, port } = await startHost();
    withoutPath(server);
    const { parley } = await startParley({ server });
    await parley.close();
    expect(await echoOf(port, 'hi', '/calls')).toBe('hi');
  });
});

describe("somebody else's `emit`", () => {
  function countEvents(server: Server): () => number {
    const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean;
    let count = 0;
    server.emit = (event: string | symbol, ...args: unknown[]): boolean => {
      if (event === 'upgrade') count++;
      return emit(event, ...args);
    };
    return () => count;
  }

  it('that was there before parley is there again after it', async () => {
    const { server, port } = await startHost();
    withPath(server);
    const count = countEvents(server);
    const { parley } = await startParley({ server });
    await expectCalls(port);
    await echoOf(port, 'hi', '/ws');
    expect(count()).toBe(1);
    await parley.close();
    expect(await upgradeAt(port, '/calls')).toBe(400);
    expect(count()).toBe(2);
  });

  it('that came later stays when parley is closed, and parley comes again', async () => {
    const { server, port } = await startHost();
    withPath(server);
    const { parley } = await startParley({ server });
    const count = countEvents(server);
    await parley.close();
    expect(await upgradeAt(port, '/calls')).toBe(400);
    expect(await echoOf(port, 'hi', '/ws')).toBe('hi');
    expect(count()).toBe(2);
    await startParley({ server });
    await expectCalls(port);
    expect(await echoOf(port, 'hi', '/ws')).toBe('hi');
    expect(count()).toBe(3);
  });
});
