// Calls between nodes when something breaks: a node dies, Redis falls silent, dies, or cuts everybody off.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { leaseMs } from '../../server/cluster/lease-scripts.js';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import { startCluster } from '../support/cluster.js';
import { connectUser, logInUser, type UserClient } from '../support/user-client.js';
import { exchangeCandidates, exchanged, logInKept, startUserNodes, talk } from '../support/user-nodes.js';

const unavailable = { type: 'error', ...userRefusals.unavailable() };

const callsOf = ({ port }: { port: number }): string => `ws://127.0.0.1:${port}/calls`;

async function logsIn(url: string, name: string): Promise<unknown> {
  const client = await connectUser(url);
  client.say({ type: 'login', name });
  const answer = await client.hears();
  // Whoever asks again is not to find the name taken by a connection that was told nothing of it.
  if (!(answer as { success?: boolean }).success) await client.close();
  return answer;
}

/** Says it again where the server could not do it: it gives up what takes Redis, or a busy machine, too long. */
async function insist(client: UserClient, message: object): Promise<void> {
  let heard: unknown[];
  do {
    client.say(message);
    heard = await client.hearsAll();
  } while (heard.some((each) => (each as { code?: string }).code === 'unavailable'));
}

test('[U27] a node dies in a call: who kept its name comes back on another node, who did not is gone', async () => {
  const { nodes } = await startCluster(2);
  const [first, second] = nodes.map(callsOf) as [string, string];
  const ann = await logInUser(first, 'ann');
  const [bob] = await logInKept(second, 'bob');
  await talk(ann, bob);
  const [cy, dan] = [await logInUser(first, 'cy'), await logInUser(second, 'dan')];
  cy.say({ type: 'offer', name: 'dan', offer: 1 });
  await dan.hears();
  await nodes[1]?.kill();
  expect(await cy.hears()).toEqual({ type: 'leave', name: 'dan' });
  expect(await ann.hearsAll()).toEqual([]);
  const [again, answer] = await logInKept(first, 'bob');
  expect(answer).toMatchObject({ resumed: true, call: { name: 'ann', state: 'talking' } });
  expect(await exchangeCandidates([ann, again], 'here again')).toEqual(exchanged('here again'));
  expect(await logsIn(first, 'dan')).toMatchObject({ success: true });
});

test('[U27] a node dies, and nobody comes back: the others hear leave, of one who was away already without its lease', async () => {
  const graceMs = 1500;
  const { nodes, redis } = await startCluster(2, { env: { GRACE_MS: String(graceMs) } });
  const [first, second] = nodes.map(callsOf) as [string, string];
  const ann = await logInUser(first, 'ann');
  const [bob] = await logInKept(second, 'bob');
  await talk(ann, bob);
  const cy = await logInUser(first, 'cy');
  const [dan] = await logInKept(second, 'dan');
  cy.say({ type: 'offer', name: 'dan', offer: 1 });
  await dan.hears();
  dan.socket.terminate();
  await expect.poll(() => redis.cli('get', 'parley:{users}:name:dan')).toContain('"away"');
  await nodes[1]?.kill();
  const diedAt = performance.now();
  const order: string[] = [];
  const left = [cy, ann].map(async (client) => {
    const leave = (await client.hears()) as { type: string; name: string };
    order.push(`${leave.type} ${leave.name}`);
  });
  await Promise.all(left);
  // The grace of dan went on elsewhere; that of bob began when the lease of the node was over.
  expect(order).toEqual(['leave dan', 'leave bob']);
  expect(performance.now() - diedAt).toBeGreaterThan(graceMs);
  ann.say({ type: 'users' });
  expect(await ann.hears()).toEqual({ type: 'users', users: [{ name: 'cy', busy: false }] });
});

test('[U28] Redis is silent: a login is refused meanwhile, a pair on one node talks on, and names stand when it is back', async () => {
  const { redis, urlOf } = await startUserNodes(2);
  const pair = await talk(await logInUser(urlOf(0), 'ann'), await logInUser(urlOf(0), 'bob'));
  const [cy, dan] = [await logInUser(urlOf(0), 'cy'), await logInUser(urlOf(1), 'dan')];
  cy.say({ type: 'offer', name: 'dan', offer: 1 });
  await dan.hears();
  redis.freeze();
  onTestFinished(redis.thaw);
  // Longer than any lease.
  const turns = 3;
  for (let turn = 0; turn < turns; turn++) {
    const eve = await connectUser(urlOf(0));
    eve.say({ type: 'login', name: 'eve' });
    expect(await eve.hears()).toEqual(unavailable);
    await eve.close();
    expect(await exchangeCandidates(pair, `${turn}`)).toEqual(exchanged(`${turn}`));
    await pause((leaseMs + 200) / turns);
  }
  redis.thaw();
  await expect.poll(() => logsIn(urlOf(0), 'eve')).toMatchObject({ success: true });
  // Each of the four still has its name and its call.
  for (const name of ['ann', 'bob', 'cy', 'dan']) {
    await expect.poll(() => logsIn(urlOf(1), name)).toMatchObject({ reason: 'taken' });
  }
  expect(await exchangeCandidates(pair, 'then')).toEqual(exchanged('then'));
  await expect
    .poll(() => {
      dan.say({ type: 'answer', name: 'cy', answer: 'late' });
      return dan.hearsAll();
    })
    .toEqual([]);
  expect(await cy.hears()).toEqual({ type: 'answer', answer: 'late', name: 'dan' });
});

test('[U13] [U28] who asks while Redis is silent, and closes, is gone when it is back', async () => {
  const { redis, urlOf } = await startUserNodes(2, { graceMs: 2500 });
  const [ann] = await logInKept(urlOf(0), 'ann');
  await logInUser(urlOf(1), 'bob');
  redis.freeze();
  onTestFinished(redis.thaw);
  ann.say({ type: 'offer', name: 'bob', offer: 1 });
  expect(await ann.hears()).toEqual(unavailable);
  // By now nobody could tell what became of the wish; that is looked at again a second later.
  expect(await logsIn(urlOf(0), 'cy')).toEqual(unavailable);
  ann.socket.terminate();
  redis.thaw();
  await expect.poll(() => logsIn(urlOf(1), 'ann')).toMatchObject({ success: true });
});

test('[U28] Redis dies and comes back empty: whoever had a name is closed, and logs in again', async () => {
  const { redis, urlOf } = await startUserNodes(2);
  const ann = await logInUser(urlOf(0), 'ann');
  const [bob] = await logInKept(urlOf(1), 'bob');
  await talk(ann, bob);
  await redis.kill();
  await redis.start();
  for (const one of [ann, bob]) {
    expect(await one.hears()).toEqual(unavailable);
    expect(await one.closed).toBe(1013);
  }
  await expect.poll(() => logsIn(urlOf(0), 'ann')).toMatchObject({ success: true });
});

test('[U28] whatever was decided while a node could not be reached, its connections hear of it afterwards', async () => {
  const { redis, urlOf } = await startUserNodes(2);
  const people = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => [
      await logInUser(urlOf(0), `ann ${index}`),
      await logInUser(urlOf(1), `bob ${index}`),
    ]),
  );
  for (const [index, [ann, bob]] of (people as [UserClient, UserClient][]).entries()) {
    const offered = insist(ann, { type: 'offer', name: `bob ${index}`, offer: index });
    if (index % 3 === 0) await redis.cutConnections();
    await offered;
    expect(await bob.hears()).toEqual({ type: 'offer', offer: index, name: `ann ${index}` });
    const answered = insist(bob, { type: 'answer', name: `ann ${index}`, answer: index });
    if (index % 3 === 1) await redis.cutConnections();
    await answered;
    expect(await ann.hears()).toEqual({ type: 'answer', answer: index, name: `bob ${index}` });
    const left = insist(ann, { type: 'leave', name: `bob ${index}` });
    if (index % 3 === 2) await redis.cutConnections();
    await left;
    // An offer may have been heard twice, when nobody could tell whether it had arrived.
    let next = await bob.hears();
    while ((next as { type: string }).type === 'offer') next = await bob.hears();
    expect(next).toEqual({ type: 'leave', name: `ann ${index}` });
  }
});

test('[U4] [U28] a login that nobody could answer leaves no ghost: the same connection asks again and has the name', async () => {
  const { redis, urlOf } = await startUserNodes(1);
  const ann = await connectUser(urlOf(0));
  redis.freeze();
  onTestFinished(redis.thaw);
  ann.say({ type: 'login', name: 'ann' });
  expect(await ann.hears()).toEqual(unavailable);
  redis.thaw();
  await expect
    .poll(() => {
      ann.say({ type: 'login', name: 'ann' });
      return ann.hears();
    })
    .toMatchObject({ success: true });
  const bob = await connectUser(urlOf(0));
  redis.freeze();
  bob.say({ type: 'login', name: 'bob' });
  expect(await bob.hears()).toEqual(unavailable);
  redis.thaw();
  await bob.close();
  await expect.poll(() => logsIn(urlOf(0), 'bob')).toMatchObject({ success: true });
});
