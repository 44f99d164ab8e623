// The channel behind the nginx that is shipped: every transport, a path, TLS, origins, and connections that say nothing.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, upgradeHeaders } from '../support/http-ask.js';
import { readShipped, startNginx, type Edit, type Nginx } from '../support/nginx.js';
import { startParley } from '../support/parley.js';
import { connectClient, transports, type RoomClient } from '../support/room-client.js';
import type { ParleyOptions } from '../../server/create-parley.js';

const channel = 'room-42';

/** A parley behind a proxy, as the shipped configuration wants it. */
async function startBehind(options: ParleyOptions = {}, edit?: Edit): Promise<Nginx> {
  const { port } = await startParley({ trustProxy: true, ...options });
  return startNginx([port], edit);
}

/** Ann and bob enter, each says one thing, and ann says Bye. */
async function talk(ann: RoomClient, bob: RoomClient): Promise<void> {
  ann.say('create or join', channel);
  await ann.hears('created');
  bob.say('create or join', channel);
  await Promise.all([ann.hears('ready'), bob.hears('ready')]);
  ann.say('message', { channel, message: 'hello' });
  expect(await bob.hears('message')).toEqual(['hello']);
  bob.say('response', { channel, message: 'ahoy' });
  expect(await ann.hears('response')).toEqual(['ahoy']);
  ann.say('Bye', channel);
  await bob.hears('Bye');
  bob.say('Ack');
  await Promise.all([ann.ended, bob.ended]);
}

describe('behind nginx', () => {
  it('the configuration is one that nginx has nothing to say about', async () => {
    const { verdict } = await startBehind();
    expect(verdict).not.toMatch(/warn|emerg|alert/);
    expect(verdict).toContain('test is successful');
  });

  it.each(transports)('two talk over %s', async (transport) => {
    const { url } = await startBehind();
    await talk(await connectClient(url, { transport }), await connectClient(url, { transport }));
  });

  it('a connection that begins with long-polling goes on as a WebSocket', async () => {
    const nginx = await startBehind();
    const socket = io(nginx.url, { transports: ['polling', 'websocket'], forceNew: true });
    onTestFinished(() => {
      socket.disconnect();
    });
    await expect.poll(() => socket.io.engine.transport.name).toBe('websocket');
    expect(await socket.emitWithAck('create or join', channel)).toMatchObject({ status: 'created' });
  });

  it('a message of the largest size passes, over both transports', async () => {
    const nginx = await startBehind({ maxMessageBytes: 1_000_000 });
    const ann = await connectClient(nginx.url, { transport: 'polling' });
    const bob = await connectClient(nginx.url, { transport: 'websocket' });
    for (const who of [ann, bob]) await who.ask('create or join', channel);
    const large = 'x'.repeat(999_000);
    ann.say('message', large);
    expect(await bob.hears('message')).toEqual([large]);
    bob.say('message', large);
    expect(await ann.hears('message')).toEqual([large]);
  });

  it('the pages, the script and health are there', async () => {
    const { port } = await startBehind();
    for (const path of ['/', '/socket.io/socket.io.js', '/healthz', '/readyz']) {
      expect((await ask(port, path)).status, path).toBe(200);
    }
  });

  it('under a path it is there, and nowhere else', async () => {
    const nginx = await startBehind({ basePath: '/parley' }, underParley);
    for (const transport of transports) {
      const options = { transport, path: '/parley/socket.io' };
      await talk(await connectClient(nginx.url, options), await connectClient(nginx.url, options));
    }
    expect((await ask(nginx.port, '/parley/')).body).toContain('scratchPad');
    expect((await ask(nginx.port, '/parley/calls', { headers: upgradeHeaders })).status).toBe(101);
    expect((await ask(nginx.callsPort, '/', { headers: upgradeHeaders })).status).toBe(101);
    for (const path of ['/', '/socket.io/', '/calls']) {
      expect((await ask(nginx.port, path, { headers: upgradeHeaders })).status, path).toBe(404);
    }
  });

  it('over TLS, with the marks taken off its lines, two talk', async () => {
    const folder = makeCertificate();
    const nginx = await startBehind({}, (text) =>
      text.replaceAll('#tls ', '').replaceAll('/etc/ssl/parley/', `${folder}/`),
    );
    const url = `https://localhost:${nginx.tlsPort}`;
    for (const transport of transports) {
      const options = { transport, headers: { Origin: url }, anyCertificate: true };
      await talk(await connectClient(url, options), await connectClient(url, options));
    }
    const page = await ask(nginx.tlsPort, '/', { isTls: true });
    expect(page.status).toBe(200);
    expect(page.headers['strict-transport-security']).toBe('max-age=31536000');
    const plain = await ask(nginx.port, '/call?channel=red', { headers: { Host: 'talk.example.org' } });
    expect([plain.status, plain.headers.location]).toEqual([
      301,
      'https://talk.example.org/call?channel=red',
    ]);
  });

  it.each([
    ['websocket', '/socket.io/?EIO=4&transport=websocket', upgradeHeaders, 101, 400],
    ['polling', '/socket.io/?EIO=4&transport=polling', {}, 200, 403],
  ])(
    '[R17] over %s a page may connect to its own host, and to no other',
    async (_name, path, own, welcome, refusal) => {
      const { port } = await startBehind();
      const knock = async (headers: Record<string, string>): Promise<number | undefined> =>
        (await ask(port, path, { headers: { ...own, Host: 'talk.example.org', ...headers } })).status;
      expect(await knock({ Origin: 'https://talk.example.org' })).toBe(welcome);
      expect(await knock({ Origin: 'https://evil.example' })).toBe(refusal);
      expect(await knock({ Origin: 'https://evil.example', 'X-Forwarded-Host': 'evil.example' })).toBe(
        refusal,
      );
    },
  );
});

describe('a connection that says nothing', () => {
  it('is pinged more often than nginx and its time-outs need', () => {
    const [read = 0, send = 0] = ['proxy_read_timeout', 'proxy_send_timeout'].map((name) =>
      Number(new RegExp(`^ *${name} (\\d+)s;`, 'm').exec(readShipped('nginx.conf'))?.[1]),
    );
    // Engine.IO's ping of a long-polling client is 2.5 heartbeats apart, 25 s by default.
    const byDefaultMs = 2.5 * 10_000;
    for (const timeout of [read, send]) expect(timeout * 1000).toBeGreaterThan(2 * byDefaultMs);
    expect(read).toBeGreaterThan(60);
  });

  it('outlives the time-outs of nginx, here 25 times as fast', async () => {
    const fast: Edit = (text) => text.replaceAll('75s', '3000ms');
    const nginx = await startBehind({ heartbeatMs: 400 }, fast);
    const idle = await Promise.all(transports.map((transport) => connectClient(nginx.url, { transport })));
    // Without a heartbeat nginx closes one, and it came after these.
    const silent = await startBehind({ heartbeatMs: 0 }, fast);
    expect(await (await connectClient(silent.url)).ended).toMatch(/^transport/);
    for (const { socket } of idle) {
      expect(socket.connected).toBe(true);
      expect(await socket.emitWithAck('create or join', channel)).toMatchObject({ graceMs: 30_000 });
    }
  });
});

/** As the comment in the file says. */
function underParley(text: string): string {
  return text.replace('location / {', 'location /parley/ {').replace('^ /calls', '^ /parley/calls');
}

function makeCertificate(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-tls-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const files = ['-keyout', join(folder, 'privkey.pem'), '-out', join(folder, 'fullchain.pem')];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', ...kind, '-subj', '/CN=localhost', ...files], { stdio: 'ignore' });
  return folder;
}
