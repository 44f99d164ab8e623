// The life of one parley, from listen to close, in whatever order and however often the two are asked for.
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createParley } from '../../server/create-parley.js';
import { ask } from '../support/http-ask.js';
import { startParley } from '../support/parley.js';
import { connectClient } from '../support/room-client.js';

it('close() of an own server ends everything, polling too, and frees the port', async () => {
  const { parley, url, port } = await startParley();
  const ann = await connectClient(url, { transport: 'websocket' });
  const bob = await connectClient(url, { transport: 'polling' });
  await parley.close();
  await Promise.all([ann.ended, bob.ended]);
  await startParley({ port });
});

it('a port that is taken is an error with its code', async () => {
  const { port } = await startParley();
  await expect(startParley({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

describe('the life of a parley', () => {
  it('listen() asked twice answers the same, and the server goes on', async () => {
    const { parley, port } = await startParley();
    expect(await parley.listen()).toMatchObject({ port });
    expect((await ask(port, '/healthz')).status).toBe(200);
  });

  it('listen() after close() says that it is closed', async () => {
    const { parley } = await startParley();
    await parley.close();
    await expect(parley.listen()).rejects.toThrow('This parley is closed. Create another one.');
  });

  it('close() in the same breath as listen() settles both', async () => {
    const parley = createParley({ port: 0, callsPort: 0, logLevel: 'silent' });
    const listening = expect(parley.listen()).rejects.toThrow(/closed/);
    await parley.close();
    await listening;
  });

  it('close() before the host listens settles both', async () => {
    const server = createServer();
    const parley = createParley({ server, logLevel: 'silent' });
    const listening = expect(parley.listen()).rejects.toThrow(/closed/);
    await parley.close();
    await listening;
    expect(server.listenerCount('request')).toBe(0);
  });
});
