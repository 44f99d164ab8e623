// A server that ends, and one that starts again on the same port: clients come back by themselves and go on. [R27]
import { describe, expect, it, onTestFinished } from 'vitest';
import { createParley } from '../../server/create-parley.js';
import { ask, upgradeHeaders } from '../support/http-ask.js';
import { startParley } from '../support/parley.js';
import { openRawPolling } from '../support/raw-polling.js';
import { connectClient, transports } from '../support/room-client.js';
import { connectPair } from '../support/room-pair.js';
import { openReturningClient, type ReturningClient } from '../support/returning-client.js';
import { createRoomTable } from '../support/room-table.js';

const channel = 'room-42';

const handshakes = [
  ['/socket.io/?EIO=4&transport=polling', {}],
  ['/socket.io/?EIO=4&transport=websocket', upgradeHeaders],
  ['/calls', upgradeHeaders],
] as const;

describe.each(transports)('over %s', (transport) => {
  it('[R27] each client hears draining and is closed so that it comes back; nobody hears that a peer is gone', async () => {
    const { url, parley } = await startParley({ graceMs: 7000 });
    const ann = openReturningClient(url, transport, channel, 'a1');
    await ann.answered(1);
    const bob = openReturningClient(url, transport, channel, 'b1');
    await Promise.all([ann.hears('ready'), bob.hears('ready')]);
    await parley.close();
    await Promise.all([ann.hears('disconnect'), bob.hears('disconnect')]);
    for (const { heard } of [ann, bob]) {
      const [draining, end, ...more] = heard.slice(heard.findIndex(([name]) => name === 'draining'));
      expect(draining).toEqual(['draining', { graceMs: 7000 }]);
      expect(end?.[0]).toBe('disconnect');
      // After this one Socket.IO's client does not come back.
      expect(end?.[1]).not.toBe('io server disconnect');
      expect(more).toEqual([]);
    }
    const names = (who: ReturningClient): string[] => who.heard.map(([name]) => name);
    for (const who of [ann, bob]) expect(names(who).filter((name) => /^peer|^bye$/i.test(name))).toEqual([]);
  });

  it('[R27] after a restart on the same port two come back by themselves and talk on', async () => {
    const first = await startParley();
    const ann = openReturningClient(first.url, transport, channel, 'a1');
    await ann.answered(1);
    const bob = openReturningClient(first.url, transport, channel, 'b1');
    await Promise.all([ann.hears('ready'), bob.hears('ready')]);
    await first.parley.close();
    await Promise.all([ann.hears('disconnect'), bob.hears('disconnect')]);
    await startParley({ port: first.port });
    await Promise.all([ann.answered(2), bob.answered(2)]);
    await Promise.all([ann.hears('ready', 2), bob.hears('ready', 2)]);
    expect([ann, bob].map(({ answers }) => answers[1]?.status).sort()).toEqual(['created', 'joined']);
    ann.socket.emit('message', 'where were we?');
    await bob.hears('message');
    bob.socket.emit('response', 'here');
    await ann.hears('response');
    expect(bob.heard.at(-1)).toEqual(['message', 'where were we?']);
    expect(ann.heard.at(-1)).toEqual(['response', 'here']);
  });
});

describe('a server that is told to end', () => {
  it('[R27] answers /readyz with 503 and turns newcomers away, while one has not read yet that it drains', async () => {
    const { url, port, parley } = await startParley();
    expect(await ask(port, '/readyz')).toMatchObject({ status: 200, body: '{"status":"ready"}' });
    const slow = await openRawPolling(url);
    const closed = parley.close();
    const [readiness, health, ...welcomes] = await Promise.all([
      ask(port, '/readyz'),
      ask(port, '/healthz'),
      ...handshakes.map(([path, headers]) => ask(port, path, { headers })),
    ]);
    expect(readiness).toMatchObject({
      status: 503,
      body: '{"status":"draining"}',
      headers: { 'cache-control': 'no-store' },
    });
    expect(health.status).toBe(200);
    expect(welcomes.map(({ status }) => status)).toEqual(handshakes.map(() => 503));
    expect(await slow.poll()).toEqual([expect.stringContaining('"draining"')]);
    await closed;
  });

  it('[R27] is not ready for DRAIN_MS first, and lets everybody in and talk meanwhile', async () => {
    const { url, port, parley } = await startParley({ drainMs: 3000 });
    const startedAt = performance.now();
    const closed = parley.close();
    expect((await ask(port, '/readyz')).status).toBe(503);
    const { ann, bob } = await connectPair(url);
    ann.say('message', { channel: 'room-42', message: 'still here' });
    expect(await bob.hears('message')).toEqual(['still here']);
    expect(ann.names()).not.toContain('draining');
    await Promise.all([ann.hears('draining'), bob.hears('draining')]);
    expect(performance.now() - startedAt).toBeGreaterThan(2990);
    await closed;
  });

  it('[R27] does not wait for DRAIN_MS if it was never open', async () => {
    const { port } = await startParley();
    const parley = createParley({
      logLevel: 'silent',
      port,
      callsPort: 0,
      host: '127.0.0.1',
      drainMs: 60_000,
    });
    await expect(parley.listen()).rejects.toThrow('EADDRINUSE');
    await parley.close();
  });

  it('[R27] ends also when one reads nothing', async () => {
    const { url, parley } = await startParley();
    const silent = await openRawPolling(url);
    await parley.close();
    await expect(silent.poll()).rejects.toThrow();
  });

  it('[R27] refuses every create or join, and seats nobody', async () => {
    const table = createRoomTable(30_000, { isDraining: true });
    onTestFinished(table.close);
    const ann = table.connect('ann');
    expect(await ann.asks(channel, {})).toMatchObject({ status: 'refused', code: 'draining', peer: null });
    expect(ann.heard).toEqual([['refused', 'create or join', 'draining']]);
    expect(table.seatsIn(channel)).toEqual([]);
  });

  it('[R27] ends also those who have no seat, and those who keep none', async () => {
    const { url, parley } = await startParley();
    const { ann, bob } = await connectPair(url);
    const cy = await connectClient(url, { transport: 'polling' });
    await parley.close();
    for (const who of [ann, bob, cy]) {
      expect(await who.ended).toMatch(/^transport/);
      expect(who.heard.at(-1)?.[0]).toBe('draining');
    }
  });
});
