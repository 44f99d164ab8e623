// The rate limit of a connection, on a real server: what ends in time arrives whole, what goes on is cut.
import { expect, it } from 'vitest';
import { startCalls, connectUser, logInUser } from '../support/user-client.js';
import { ask } from '../support/http-ask.js';
import { startParley } from '../support/parley.js';
import { connectClient, transports, type Transport } from '../support/room-client.js';
import { openRawPolling } from '../support/raw-polling.js';
import { frameOf, opcodes, openRawWebSocket } from '../support/raw-websocket.js';

/** 400 may come at once. */
const rate = { rateLimit: 100, rateLimitBytes: 0 };
const burst = 400;

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

it.each(transports)('[R34] over %s, what is above the burst arrives later, in order', async (transport) => {
  const { url } = await startParley(rate);
  const { ann, bob } = await pair(url, transport);
  for (const number of numbers(burst + 60)) ann.say('message', number);
  await bob.hears('message', burst + 60);
  expect(bob.heard.filter(([event]) => event === 'message')).toEqual(
    numbers(burst + 60).map((number) => ['message', number]),
  );
  expect(ann.names()).not.toContain('refused');
});

it('[R34] whoever goes on is told, then cut, and has sent no more than its share', async () => {
  const { url } = await startParley(rate);
  const { ann, bob } = await pair(url);
  const startedAt = performance.now();
  const timer = setInterval(() => {
    for (const number of numbers(200)) ann.say('message', number);
  }, 20);
  expect(await ann.ended).toMatch(/transport/);
  clearInterval(timer);
  const seconds = (performance.now() - startedAt) / 1000;
  const refused = ann.heard.filter(([event]) => event === 'refused').map(([, about]) => about);
  expect(refused).toMatchObject([
    { event: 'message', code: 'too-fast', limit: 100 },
    { event: 'message', code: 'too-fast', limit: 100 },
  ]);
  await bob.ask('check');
  const heard = bob.heard.filter(([event]) => event === 'message').length;
  expect(heard).toBeGreaterThanOrEqual(burst);
  expect(heard).toBeLessThanOrEqual(burst + rate.rateLimit * seconds);
});

it('[U29] by name, whoever goes on is told, then closed with 1013; a burst arrives whole', async () => {
  const { url } = await startCalls(rate);
  const ann = await logInUser(url, 'ann');
  const bob = await logInUser(url, 'bob');
  ann.say({ type: 'offer', name: 'bob', offer: 'shall we?' });
  expect(await bob.hears()).toMatchObject({ type: 'offer' });
  bob.say({ type: 'answer', name: 'ann', answer: 'yes' });
  expect(await ann.hears()).toMatchObject({ type: 'answer' });
  for (const number of numbers(burst + 20)) ann.say({ type: 'candidate', name: 'bob', candidate: number });
  for (const number of numbers(burst + 20)) expect(await bob.hears()).toMatchObject({ candidate: number });

  const stranger = await connectUser(url);
  const timer = setInterval(() => {
    for (let times = 0; times < 200; times++) stranger.say({ type: 'x' });
  }, 20);
  expect(await stranger.closed).toBe(1013);
  clearInterval(timer);
  const codes: unknown[] = [];
  for (;;) {
    const next = await stranger.hears().catch(() => undefined);
    if (next === undefined) break;
    codes.push((next as { code: string }).code);
  }
  expect(codes.filter((code) => code !== 'not-logged-in')).toEqual(['too-fast', 'too-fast']);
});

it('[R34] bytes count as well', async () => {
  const { callsPort } = await startCalls({ rateLimit: 0, rateLimitBytes: 1000 });
  const flooder = await openRawWebSocket(callsPort, '/');
  const frame = frameOf(JSON.stringify({ type: 'x', padding: 'y'.repeat(900) }));
  const timer = setInterval(() => flooder.write(frame), 20);
  await flooder.hears(/too-fast/);
  await flooder.closed;
  clearInterval(timer);
});

it('[R34] pings count as well', async () => {
  const { callsPort } = await startCalls(rate);
  const pinger = await openRawWebSocket(callsPort, '/');
  // With more of them in one read, ws itself ends the connection.
  const pings = Array.from({ length: 10 }, () => frameOf('', opcodes.ping));
  const timer = setInterval(() => {
    pinger.write(...pings);
  }, 5);
  await pinger.closed;
  clearInterval(timer);
});

it('[R34] over long-polling, a POST far above the share, or a second one beside one that waits, ends the session', async () => {
  const { url, port } = await startParley(rate);
  const packet = '42["message",1]';
  const far = await openRawPolling(url);
  const path = `/socket.io/?EIO=4&transport=polling&sid=${far.sessionId}`;
  const body = numbers(3 * burst)
    .map(() => packet)
    .join('\x1e');
  // Most of it has not been handled.
  const cut = await ask(port, path, { method: 'POST', body });
  const unknown = await ask(port, path, { method: 'POST', body: packet });
  for (const answer of [cut, unknown]) {
    expect([answer.status, answer.headers['content-type']]).toEqual([400, 'application/json']);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(JSON.parse(answer.body)).toMatchObject({ code: 1 });
  }

  const two = await openRawPolling(url);
  const first = two.post(...numbers(3 * burst).map(() => '42["check"]'));
  // The first packets have been handled, and the others wait.
  await two.poll();
  expect(await Promise.all([first, two.post(packet)])).toEqual([400, 400]);
});

it('[R34] over long-polling, the answer to the GET that is open says too-fast', async () => {
  const { url } = await startParley(rate);
  const polling = await openRawPolling(url);
  const posted = polling.post(...numbers(3 * burst).map(() => '42["check"]'));
  const isRefusal = (packet: string): boolean => packet.includes('too-fast');
  let packets: string[] = [];
  while (!packets.some(isRefusal)) packets = await polling.poll();
  await posted;
  const refusal = JSON.parse(packets.find(isRefusal)?.slice(2) ?? '') as unknown;
  expect(refusal).toMatchObject(['refused', { event: 'message', code: 'too-fast', limit: 100 }]);
});

it('[R34] [U29] the limit stands in the answer to a client that resumes, and in no other', async () => {
  const { port, sharedUrl } = await startCalls(rate);
  const limit = { events: 100, bytes: 0 };
  const url = `http://127.0.0.1:${port}`;
  const ann = await connectClient(url);
  const bob = await connectClient(url);
  expect(await ann.ask('create or join', 'room-42', { resume: true })).toMatchObject({ rateLimit: limit });
  expect(await bob.ask('create or join', 'room-42')).not.toHaveProperty('rateLimit');
  const cy = await connectUser(sharedUrl);
  cy.say({ type: 'login', name: 'cy', resume: true, seat: 'secret of cy' });
  expect(await cy.hears()).toMatchObject({ success: true, rateLimit: limit });
  const dan = await connectUser(sharedUrl);
  dan.say({ type: 'login', name: 'dan' });
  expect(await dan.hears()).toEqual({ type: 'login', success: true, iceServers: [] });
});

it('[R34] 0 is no limit', async () => {
  const { url } = await startParley({ rateLimit: 0, rateLimitBytes: 0 });
  const { ann, bob } = await pair(url);
  for (const number of numbers(5000)) ann.say('message', number);
  await bob.hears('message', 5000);
  expect(ann.names()).not.toContain('refused');
});

async function pair(url: string, transport: Transport = 'websocket') {
  const [ann, bob] = [await connectClient(url, { transport }), await connectClient(url)];
  await ann.ask('create or join', 'room-42');
  await bob.ask('create or join', 'room-42');
  return { ann, bob };
}
