// A page of another site whose name leads here: it gets nothing, by no way, and the operator is told what to set. [R17]
import { describe, expect, it } from 'vitest';
import { startHost } from '../support/host.js';
import { ask, upgradeHeaders } from '../support/http-ask.js';
import { createLogBook } from '../support/log-book.js';
import { startParley } from '../support/parley.js';

const polling = '/socket.io/?EIO=4&transport=polling';
const webSocket = '/socket.io/?EIO=4&transport=websocket';
const own = { Host: 'attacker.example:8181', Origin: 'http://attacker.example:8181' };
const sentence =
  'This server does not answer to the host name attacker.example. If it should, set ALLOWED_HOSTS=attacker.example, or TRUST_PROXY=true behind a proxy.\n';

describe('an unknown host name', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/call'],
    ['GET', '/js/chat-page.js'],
    ['GET', '/parley.js'],
    ['GET', '/socket.io/socket.io.js'],
    ['GET', polling],
    ['POST', `${polling}&sid=any`],
    ['OPTIONS', polling],
    ['POST', '/leave'],
    ['GET', '/nothing'],
  ])('[R17] %s %s is answered with 421 and the setting', async (method, path) => {
    const { port } = await startParley();
    const { status, headers, body } = await ask(port, path, { method, headers: own });
    expect({ status, body }).toEqual({ status: 421, body: sentence });
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('[R17] opens no WebSocket, and no request without an Origin helps', async () => {
    const { port, callsPort = 0 } = await startParley();
    for (const [on, path] of [
      [port, webSocket],
      [port, '/calls'],
      [callsPort, '/'],
      [callsPort, '/calls'],
    ] as const) {
      const headers = { ...upgradeHeaders, Host: 'attacker.example:8181' };
      expect(await ask(on, path, { headers })).toMatchObject({ status: 421, body: sentence });
      expect((await ask(on, path, { headers: { ...headers, ...own } })).status).toBe(421);
    }
    expect((await ask(port, polling, { headers: { Host: own.Host } })).status).toBe(421);
  });

  it('[R17] does not hide the health checks', async () => {
    const { port } = await startParley();
    for (const path of ['/healthz', '/readyz']) {
      expect((await ask(port, path, { headers: own })).status).toBe(200);
    }
  });

  it('[R17] is let in when ALLOWED_HOSTS lists it', async () => {
    const { port, callsPort = 0 } = await startParley({ allowedHosts: ['attacker.example'] });
    expect((await ask(port, '/', { headers: own })).status).toBe(200);
    expect((await ask(port, polling, { headers: own })).status).toBe(200);
    for (const [on, path] of [
      [port, webSocket],
      [callsPort, '/'],
    ] as const) {
      expect((await ask(on, path, { headers: { ...own, ...upgradeHeaders } })).status).toBe(101);
    }
  });

  it('[R17] is logged once in a minute, with the setting and without the port', async () => {
    const { logger, lines } = createLogBook();
    const { port } = await startParley({ logger });
    for (let times = 0; times < 20; times++) await ask(port, '/', { headers: own });
    const refused = lines.filter(({ msg }) => msg.includes('ALLOWED_HOSTS'));
    expect(refused).toMatchObject([{ host: 'attacker.example', faults: 1, level: 40 }]);
  });
});

describe('mounted', () => {
  it("[R17] parley refuses its own requests, and the host's are the host's", async () => {
    const { server, port } = await startHost();
    await startParley({ server, pages: true });
    for (const path of ['/', '/call', '/parley.js', polling]) {
      expect((await ask(port, path, { headers: own })).status).toBe(421);
    }
    expect(await ask(port, '/hello', { headers: own })).toMatchObject({
      status: 200,
      body: 'hello from the host',
    });
    for (const path of ['/missing', '/leave', '/parley.js/more']) {
      expect((await ask(port, path, { headers: own })).body).toContain(`Cannot GET ${path}`);
    }
  });

  it('[R17] files of PUBLIC_DIR are left to the host', async () => {
    const { server, port } = await startHost();
    await startParley({ server, pages: true, publicDir: 'docs' });
    expect((await ask(port, '/chat.png')).status).toBe(200);
    expect((await ask(port, '/chat.png', { headers: own })).body).toContain('Cannot GET /chat.png');
    expect((await ask(port, '/hello', { headers: own })).body).toBe('hello from the host');
  });
});
