// Pages of other origins at the door of the channels: sessions of others, ALLOWED_ORIGINS, CORS. Sixty origins at every entry
// point are in attack/strangers. [R17]
import { describe, expect, it } from 'vitest';
import { ask, upgradeHeaders } from '../support/http-ask.js';
import { startParley } from '../support/parley.js';
import { openRawPolling } from '../support/raw-polling.js';
import { connectClient } from '../support/room-client.js';

const polling = '/socket.io/?EIO=4&transport=polling';

/** The name in the table, which is not one of a local network. */
const allowedHosts = ['parley.example'];

it('[R17] a page of another origin may not use the session of another page either', async () => {
  const { port, url } = await startParley();
  const ann = await openRawPolling(url);
  const session = `${polling}&sid=${ann.sessionId}`;
  const headers = { Origin: 'https://evil.example' };
  const refusal = { status: 403, body: expect.stringContaining('its origin is not allowed') as string };
  expect(await ask(port, session, { headers })).toMatchObject(refusal);
  const message = { method: 'POST', headers, body: '42["create or join","Test"]' };
  expect(await ask(port, session, message)).toMatchObject(refusal);
  const upgrade = { ...headers, ...upgradeHeaders };
  expect((await ask(port, session.replace('polling', 'websocket'), { headers: upgrade })).status).toBe(400);
  expect(await ann.post('420["create or join","Test"]')).toBe(200);
  expect((await ann.poll()).join()).toContain('"status":"created"');
});

describe('ALLOWED_ORIGINS', () => {
  it('[R17] lets a listed page in, also one from disk', async () => {
    const { url, port } = await startParley({ allowedOrigins: ['https://school.example', 'null'] });
    for (const origin of ['https://school.example', 'null']) {
      const ann = await connectClient(url, { headers: { Origin: origin } });
      expect(await ann.ask('create or join', origin)).toMatchObject({ status: 'created' });
    }
    const headers = headersOf('https://other.example', `127.0.0.1:${port}`);
    const { status } = await ask(port, polling, { headers });
    expect(status).toBe(403);
  });

  it('[R17] answers the preflight of a listed page, and of no other', async () => {
    const { port } = await startParley({ allowedHosts, allowedOrigins: ['https://school.example'] });
    const preflight = async (origin: string): Promise<string | undefined> => {
      const headers = { ...headersOf(origin, 'parley.example'), 'Access-Control-Request-Method': 'POST' };
      return (await ask(port, polling, { method: 'OPTIONS', headers })).headers[
        'access-control-allow-origin'
      ];
    };
    expect(await preflight('https://school.example')).toBe('https://school.example');
    expect(await preflight('https://other.example')).toBeUndefined();
  });
});

it('[R17] a page of another origin is refused with an error that the client can show', async () => {
  const { url } = await startParley();
  await expect(
    connectClient(url, { transport: 'polling', headers: { Origin: 'http://evil.example' } }),
  ).rejects.toThrow('xhr poll error');
});

function headersOf(origin: string | undefined, host: string): Record<string, string> {
  return origin === undefined ? { Host: host } : { Host: host, Origin: origin };
}
