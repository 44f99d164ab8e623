// A name whose connection is gone or dead is given to who asks again after YIELD_MS, on one node and on two; and is kept
// for 5 s only when a page has announced that it closes. [U30] [U31]
import { describe, expect, it } from 'vitest';
import type { FailedLogin, LoginAnswer } from '../../server/protocol/user-messages.js';
import { startRoomNodes } from '../support/room-nodes.js';
import { connectUser, logIn, startCalls, type Calls, type UserClient } from '../support/user-client.js';

/** Every ping on the wire is a probe. */
const settings = { heartbeatMs: 0, yieldMs: 300 };
const kept = (seat: string): object => ({ resume: true, seat });

async function enter(url: string, name: string, seat: string): Promise<UserClient> {
  const client = await connectUser(url);
  expect(await logIn(client, { name, ...kept(seat) })).toMatchObject({ success: true });
  return client;
}

async function ask(client: UserClient, seat = 'x1'): Promise<LoginAnswer> {
  client.say({ type: 'login', name: 'bob', ...kept(seat) });
  return (await client.hears()) as LoginAnswer;
}

/** Asks until it has the name. @returns the answers before that */
async function waitInLine(client: UserClient): Promise<FailedLogin[]> {
  const failed: FailedLogin[] = [];
  for (;;) {
    const answer = await ask(client);
    if (answer.success) return failed;
    failed.push(answer);
    const { retryInMs = 20 } = answer;
    await new Promise((resolve) => setTimeout(resolve, retryInMs));
  }
}

const places: [where: string, open: () => Promise<{ home: string; away: string }>][] = [
  [
    'on one node',
    async () => {
      const { url } = await startCalls(settings);
      return { home: url, away: url };
    },
  ],
  [
    'on two nodes',
    async () => {
      const {
        nodes: [home, away],
      } = await startRoomNodes(settings);
      return { home: `ws://127.0.0.1:${home.callsPort}`, away: `ws://127.0.0.1:${away.callsPort}` };
    },
  ],
];

describe.each(places)('%s', (_where, open) => {
  it('[U31] the name of a closed connection: a stranger is told when to ask again, and gets it then', async () => {
    const { home, away } = await open();
    const ann = await enter(away, 'ann', 'a1');
    const bob = await enter(home, 'bob', 'b1');
    ann.say({ type: 'offer', name: 'bob', offer: 1 });
    await bob.hears();
    bob.say({ type: 'answer', name: 'ann', answer: 2 });
    await ann.hears();
    bob.socket.terminate();
    const failed = await waitInLine(await connectUser(away));
    for (const { reason, retryInMs } of failed) {
      expect(reason).toBe('taken');
      if (retryInMs !== undefined) expect(retryInMs).toBeLessThanOrEqual(settings.yieldMs);
    }
    expect(await ann.hears()).toEqual({ type: 'leave', name: 'bob' });
    expect(await ask(await connectUser(home), 'b1')).toMatchObject({ success: false, reason: 'taken' });
  });

  it('[U4] [U31] the name of a dead connection, found by two pings; one that answers keeps it', async () => {
    const { home, away } = await open();
    const bob = await enter(home, 'bob', 'b1');
    const cy = await connectUser(away);
    let pings = 0;
    bob.socket.on('ping', () => (pings += 1));
    while (pings < 2) expect(await ask(cy)).toMatchObject({ success: false, reason: 'taken' });
    // From now on it answers nothing.
    bob.socket.pause();
    await waitInLine(cy);
    bob.socket.resume();
    await bob.closed;
    expect(await cy.hearsAll()).toEqual([]);
  });
});

it.each([
  ['the HTTP port', ({ port }: Calls) => port],
  ['the port of the calls', ({ callsPort }: Calls) => callsPort],
])(
  '[U30] a page that closes says so to %s: its name is kept for 5 s, and a reload keeps it',
  async (_which, choose) => {
    const parley = await startCalls({ yieldMs: 0, graceMs: 3_600_000 });
    const { url } = parley;
    const leave = (body: object): Promise<Response> =>
      fetch(`http://127.0.0.1:${choose(parley)}/leave`, { method: 'POST', body: JSON.stringify(body) });
    const bob = await enter(url, 'bob', 'b1');
    const startedAt = performance.now();
    expect((await leave({ name: 'bob', seat: 'b1' })).status).toBe(204);
    bob.socket.terminate();
    const again = await connectUser(url);
    expect(await ask(again, 'b1')).toMatchObject({ success: true, resumed: true });
    expect((await leave({ name: 'bob', seat: 'wrong' })).status).toBe(204);
    expect((await leave({ name: 'bob', seat: 'b1' })).status).toBe(204);
    again.socket.terminate();
    await waitInLine(await connectUser(url));
    expect(performance.now() - startedAt).toBeGreaterThan(4900);
  },
);

it('[U4] [U22] a name is free when its holder has logged out, also behind a burst of its own requests', async () => {
  const { url } = await startCalls({ rateLimit: 0 });
  for (let round = 0; round < 20; round++) {
    const bob = await enter(url, 'bob', 'b1');
    const next = await connectUser(url);
    for (let count = 0; count < 250; count++) bob.say({ type: 'offer', name: 'ann', offer: {} });
    bob.socket.close(1000);
    await bob.closed;
    expect(await ask(next)).toMatchObject({ success: true });
    next.socket.close(1000);
    await next.closed;
  }
});
