// Who is given STUN and TURN servers over the wire, on both protocols, and who is not.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ParleyOptions } from '../../server/create-parley.js';
import { openChannel, openUserLine } from '../../client/index.js';
import type { IceGrant } from '../../server/protocol/ice-server.js';
import { refusals } from '../../server/protocol/refusals.js';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import { startParley } from '../support/parley.js';
import { connectClient, transports } from '../support/room-client.js';
import { connectUser, logInUser, nameTaken, startCalls, type UserClient } from '../support/user-client.js';

const turnSecret = 'north';
const turnTtl = 600;
const settings: ParleyOptions = {
  stunUrls: ['stun:turn.example.org'],
  turnUrls: ['turn:turn.example.org'],
  turnSecret,
  turnTtl,
};

/** Checks the credentials as a TURN server does, and resolves with the second at which they run out and whose they are. */
function open(given: unknown): { runsOutAt: number; id: string } {
  const { iceServers, iceTtlMs } = given as IceGrant;
  const [stun, turn] = iceServers;
  const { username = '', credential } = turn ?? {};
  expect(stun).toEqual({ urls: ['stun:turn.example.org'] });
  expect(turn?.urls).toEqual(['turn:turn.example.org']);
  expect(credential).toBe(createHmac('sha1', turnSecret).update(username).digest('base64'));
  expect(iceTtlMs).toBe(turnTtl * 1000);
  const [seconds, id = ''] = username.split(':');
  const runsOutAt = Number(seconds);
  const leftMs = runsOutAt * 1000 - Date.now();
  expect(leftMs).toBeGreaterThan((turnTtl - 60) * 1000);
  expect(leftMs).toBeLessThanOrEqual((turnTtl + 1) * 1000);
  return { runsOutAt, id };
}

/** Asks until the credentials run out later than before. */
async function expectLater(runsOutAt: number, ask: () => Promise<unknown>): Promise<void> {
  await expect.poll(async () => open(await ask()).runsOutAt).toBeGreaterThan(runsOutAt);
}

describe.each(transports)('rooms, over %s', (transport) => {
  it('[R30] a seat holder is given them with its seat, when it asks again, and fresh ones on request', async () => {
    const { url } = await startParley(settings);
    const ann = await connectClient(url, { transport });
    const bob = await connectClient(url, { transport });
    const first = open(await ann.ask('create or join', 'Test', { resume: true, seat: 'a1' }));
    expect(first.id).toBe(ann.id);
    expect(open(await bob.ask('create or join', 'Test')).id).toBe(bob.id);
    expect(open(await ann.ask('create or join', 'Test')).id).toBe(ann.id);
    expect(open(await ann.ask('ice servers')).id).toBe(ann.id);
    await expectLater(first.runsOutAt, () => ann.ask('ice servers'));
    const back = await connectClient(url, { transport });
    const resumed = await back.ask('create or join', 'Test', { resume: true, seat: 'a1' });
    expect(resumed).toMatchObject({ status: 'resumed' });
    expect(open(resumed).id).toBe(back.id);
  });

  it('[R30] 100 requests of one without a seat are refused, also after it has heard that the channel is full', async () => {
    const { url } = await startParley(settings);
    const inside = [await connectClient(url, { transport }), await connectClient(url, { transport })];
    for (const client of inside) await client.ask('create or join', 'Test');
    const cy = await connectClient(url, { transport });
    expect(await cy.ask('create or join', 'Test')).not.toHaveProperty('iceServers');
    expect(await cy.ask('create or join', 'a\nb')).not.toHaveProperty('iceServers');
    const { code, message } = refusals.noSeat();
    const answers = await Promise.all(Array.from({ length: 100 }, () => cy.ask('ice servers')));
    expect(answers).toEqual(answers.map(() => ({ code, message })));
    await cy.hears('refused', 101);
    expect(cy.heard.slice(2)).toEqual(
      answers.map(() => ['refused', { event: 'ice servers', code, message }]),
    );
  });
});

describe('calls', () => {
  const notLoggedIn = { type: 'error', ...userRefusals.notLoggedIn() };

  async function ask(client: UserClient, message: object): Promise<unknown> {
    client.say(message);
    return client.hears();
  }

  it('[U26] whoever is logged in is given them with its name, and fresh ones on request', async () => {
    const { url } = await startCalls(settings);
    const ann = await connectUser(url);
    const kept = { type: 'login', name: 'ann', resume: true, seat: 'a1' };
    const first = open(await ask(ann, kept));
    expect(await ask(ann, { type: 'iceServers' })).toMatchObject({ type: 'iceServers' });
    await expectLater(first.runsOutAt, () => ask(ann, { type: 'iceServers', name: 'bob' }));
    const back = await connectUser(url);
    const resumed = await ask(back, kept);
    expect(resumed).toMatchObject({ resumed: true, call: null });
    expect(open(resumed).id).not.toBe(first.id);
  });

  it('[U5] [U26] 100 requests of one without a name are refused, also after a login that fails', async () => {
    const { url } = await startCalls(settings);
    await logInUser(url, 'bob');
    const cy = await connectUser(url);
    expect(await ask(cy, { type: 'login', name: 'bob' })).toEqual(nameTaken('bob'));
    for (let turn = 0; turn < 100; turn++) cy.say({ type: 'iceServers' });
    expect(await cy.hearsAll()).toEqual(Array.from({ length: 100 }, () => notLoggedIn));
  });
});

describe('the library', () => {
  it('[R30] has them when a channel opens', async () => {
    const { url } = await startParley(settings);
    const channel = await openChannel(url, 'Test');
    expect(open({ iceServers: channel.iceServers, iceTtlMs: turnTtl * 1000 }).id).not.toBe('');
    await channel.close();
  });

  it('[U26] has them when a line opens, and each call over it has the same', async () => {
    const { url } = await startCalls(settings);
    const ann = await openUserLine(url, 'ann');
    const bob = await openUserLine(url, 'bob');
    bob.on('incoming', (call) => call.accept());
    const channel = await ann.call('bob');
    open({ iceServers: channel.iceServers, iceTtlMs: turnTtl * 1000 });
    expect(channel.iceServers).toEqual(ann.iceServers);
    await Promise.all([ann.close(), bob.close()]);
  });
});
