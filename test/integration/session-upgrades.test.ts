// Upgrades of a session of long-polling: the first one is free, the others are attempts of the address; one at a time. [U17]
import { expect, it } from 'vitest';
import { ask, upgradeHeaders, type HttpAnswer } from '../support/http-ask.js';
import { startParley } from '../support/parley.js';
import { openRawHttp, getOf } from '../support/raw-http.js';
import { openRawPolling } from '../support/raw-polling.js';

const path = '/socket.io/?EIO=4&transport=websocket';
const webSocket = Object.entries(upgradeHeaders)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');

function upgrade(port: number, sid: string): Promise<HttpAnswer> {
  return ask(port, `${path}&sid=${sid}`, { headers: upgradeHeaders });
}

it('[U17] a session that is being upgraded is not upgraded a second time', async () => {
  const { port, url } = await startParley();
  const { sessionId } = await openRawPolling(url);
  const first = openRawHttp(port);
  const text = first.read();
  first.socket.write(getOf(`${path}&sid=${sessionId}`, webSocket));
  await expect.poll(text).toContain('HTTP/1.1 101 ');
  const second = openRawHttp(port);
  const answer = second.read();
  second.socket.write(getOf(`${path}&sid=${sessionId}`, webSocket));
  await second.closed;
  expect(answer().split('\r\n')[0]).toBe('HTTP/1.1 400 Bad Request');
  expect(answer()).toContain('This session is being upgraded already.');
});

it('[U17] the first upgrade of a session is free, each further one is an attempt, however many are open', async () => {
  const { port, url } = await startParley({ maxConnectionsPerAddress: 2 });
  const [ann, bob] = [await openRawPolling(url), await openRawPolling(url)];
  const refused = await upgradeUntilRefused(() => upgrade(port, ann.sessionId));
  expect(refused.statuses[0]).toBe(101);
  expect(Number(refused.answer.headers['retry-after'])).toBeGreaterThan(0);
  expect((await upgrade(port, bob.sessionId)).status).toBe(101);
  expect((await upgradeUntilRefused(() => upgrade(port, bob.sessionId))).statuses).not.toContain(200);
  // Both sessions go on.
  for (const { post } of [ann, bob]) expect(await post('42["check"]')).toBe(200);
});

it('[U17] an upgrade of a session that there is not is an attempt, too', async () => {
  const { port } = await startParley({ maxConnectionsPerAddress: 2 });
  const { statuses } = await upgradeUntilRefused(() => upgrade(port, 'no-such-session'));
  expect(new Set(statuses)).toEqual(new Set([400, 503]));
});

it.each(['&sid=', '&sid=a&sid=', '&%73id='])(
  '[U17] "%s" names no session: it opens a connection, and counts as one',
  async (sid) => {
    const { port, url } = await startParley({ maxConnectionsPerAddress: 2 });
    for (let times = 0; times < 2; times++) await openRawPolling(url);
    const polling = await ask(port, `/socket.io/?EIO=4&transport=polling${sid}`);
    const webSocket = await ask(port, `${path}${sid}`, { headers: upgradeHeaders });
    expect([polling.status, webSocket.status]).toEqual([503, 503]);
  },
);

it('[U17] what stands behind a number sign is no session of Engine.IO', async () => {
  const { port, url } = await startParley({ maxConnectionsPerAddress: 2 });
  for (let times = 0; times < 2; times++) await openRawPolling(url);
  expect((await ask(port, '/socket.io/?EIO=4&transport=polling#&sid=a')).status).toBe(400);
});

/** One after the other: 400 while the one before it is being closed. */
async function upgradeUntilRefused(
  once: () => Promise<HttpAnswer>,
): Promise<{ statuses: (number | undefined)[]; answer: HttpAnswer }> {
  const statuses: (number | undefined)[] = [];
  for (;;) {
    const answer = await once();
    statuses.push(answer.status);
    if (answer.status === 503) return { statuses, answer };
  }
}
