// A page that says that it is closing, by `POST /leave`. [R26]
import { describe, expect, it } from 'vitest';
import { startParley } from '../support/parley.js';
import { connectClient } from '../support/room-client.js';
import { drop, enter, kept, takeSeat } from '../support/seated-client.js';

const channel = 'room-42';

async function postLeave(url: string, body: BodyInit, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${url}/leave`, { method: 'POST', body, headers });
  await response.text();
  return response.status;
}

const leaving = (seat: string, from = channel): string => JSON.stringify({ channel: from, seat });

it('[R26] the seat is kept for 5 s more instead of GRACE_MS, and never freed at once', async () => {
  const { url } = await startParley({ graceMs: 3_600_000 });
  const { client: ann } = await takeSeat(url, 'websocket', channel, kept('a1'));
  const { client: bob } = await takeSeat(url, 'websocket', channel, kept('b1'));
  const saidAt = performance.now();
  expect(await postLeave(url, leaving('b1'))).toBe(204);
  drop(bob);
  await ann.hears('peer away');
  const cy = await connectClient(url);
  expect((await enter(cy, channel)).status).toBe('full');
  await ann.hears('bye');
  expect(performance.now() - saidAt).toBeGreaterThan(4900);
  expect(ann.names().slice(5)).toEqual(['peer away', 'peer gone', 'bye']);
  expect((await enter(cy, channel)).status).toBe('joined');
});

it('[R26] a reload keeps its seat: back before the connection was missed, and all is as before', async () => {
  const { url } = await startParley();
  const { client: ann } = await takeSeat(url, 'websocket', channel, kept('a1'));
  const { client: bob } = await takeSeat(url, 'websocket', channel, kept('b1'));
  await postLeave(url, leaving('b1'));
  drop(bob);
  const { client: back, answer } = await takeSeat(url, 'websocket', channel, kept('b1'));
  expect(answer).toMatchObject({ status: 'resumed', role: 'joiner' });
  ann.say('message', 'that was quick');
  expect(await back.hears('message')).toEqual(['that was quick']);
});

it('[R26] who goes on talking after it keeps talking', async () => {
  const { url } = await startParley();
  const { client: ann } = await takeSeat(url, 'websocket', channel, kept('a1'));
  const { client: bob } = await takeSeat(url, 'websocket', channel, kept('b1'));
  await postLeave(url, leaving('b1'));
  bob.say('message', 'still here');
  await ann.hears('message');
  expect(ann.names().slice(-2)).toEqual(['ready', 'message']);
});

describe('whatever is said', () => {
  const bodies: [what: string, body: string, status: number][] = [
    ['nothing', '', 204],
    ['no JSON', 'channel=room-42&seat=b1', 204],
    ['a wrong secret', leaving('x1'), 204],
    ['another channel', leaving('b1', 'elsewhere'), 204],
    ['a bad channel', leaving('b1', '\n'), 204],
    ['a list', '["room-42","b1"]', 204],
    ['1,024 bytes', leaving('b9').padEnd(1024), 204],
    ['1,025 bytes', leaving('b9').padEnd(1025), 413],
    ['a megabyte', 'x'.repeat(1_000_000), 413],
  ];

  it.each(bodies)('[R26] %s is answered, and nobody hears of it', async (_what, body, status) => {
    const { url } = await startParley();
    const { client: ann } = await takeSeat(url, 'websocket', channel, kept('a1'));
    const { client: bob } = await takeSeat(url, 'websocket', channel, kept('b1'));
    expect(await postLeave(url, body)).toBe(status);
    bob.say('message', 'hi');
    await ann.hears('message');
    expect(ann.names().slice(-2)).toEqual(['ready', 'message']);
    expect((await takeSeat(url, 'websocket', channel, kept('b1'))).answer.status).toBe('resumed');
  });

  it.each(['text/plain;charset=UTF-8', 'application/json', 'application/octet-stream'])(
    '[R26] %s is read like any other',
    async (type) => {
      const { url } = await startParley();
      expect(await postLeave(url, leaving('b1'), { 'Content-Type': type })).toBe(204);
    },
  );

  it('[R26] it lies under the base path, and is nothing to GET', async () => {
    const { url } = await startParley({ basePath: '/parley' });
    expect(await postLeave(`${url}/parley`, leaving('b1'))).toBe(204);
    expect(await postLeave(url, leaving('b1'))).toBe(404);
    expect((await fetch(`${url}/parley/leave`)).status).toBe(404);
  });
});
