// Stores of users on one real Redis, and a node that died, also in the middle of calls: nobody is busy with the dead, and
// they hide nobody from the list.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { unchanged } from '../../server/kernel/rule.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { hashToken } from '../../server/transport/hash-token.js';
import { offer, type Verdict } from '../../server/users/call-rules.js';
import { logIn, type Login } from '../../server/users/login-rules.js';
import { createUserDomain, isInUse } from '../../server/users/user-domain.js';
import type { ConnectionId, User, UserRule } from '../../server/users/user.js';
import { userKind } from '../support/record-kinds.js';
import { openRecordNodes, type RecordNode } from '../support/record-nodes.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { runOnStore, type RanOnStore } from '../support/run-on-store.js';
import { logInUser } from '../support/user-client.js';
import { startUserNodes } from '../support/user-nodes.js';
import { jsonOf } from '../support/user-decisions.js';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.cli('flushall');
});

const index = 'parley:{users}:names';

type Node = RecordNode<User>;

/** Three nodes that tell nobody anything. */
async function openNodes(url: string, graceMs: number) {
  const { nodes, expiredAt, now } = await openRecordNodes(url, userKind);
  const domain = createUserDomain(graceMs);

  function run<Outcome>(
    node: Node,
    names: string[],
    rule: UserRule<Outcome>,
  ): Promise<RanOnStore<User, Outcome>> {
    return runOnStore(node.store, domain, names, rule);
  }

  async function enter(node: Node, written: string, token?: string): Promise<Login['status']> {
    const name = written as UserName;
    const connection = node.addressOf(`connection of ${name}`) as ConnectionId;
    const newcomer = { name, written, connection, ...(token !== undefined && { token: hashToken(token) }) };
    return (await run(node, [name], logIn(newcomer))).outcome.status;
  }

  /** @returns why it was refused */
  async function call(node: Node, caller: string, callee: string): Promise<string | undefined> {
    const connection = node.addressOf(`connection of ${caller}`) as ConnectionId;
    const actor = { name: caller as UserName, connection };
    const to = { name: callee as UserName, written: callee };
    const { outcome } = await run<Verdict>(
      node,
      [actor.name, to.name],
      offer(actor, to, jsonOf('shall we?')),
    );
    return outcome.status === 'refused' ? outcome.refusal.code : undefined;
  }

  /** @param agoMs how long ago its lease expired */
  async function kill(node: Node, agoMs = 0): Promise<number> {
    const at = (await now()) - agoMs;
    expiredAt.set(node.lease.node, at);
    return at;
  }

  /** Everybody whom the list names, and with whom; removes who is over, as a gateway does. */
  async function list(node: Node, limit = 10): Promise<string[]> {
    const { found, over } = await node.store.list(limit, isInUse(graceMs));
    const looks = over.map((name) =>
      runOnStore(node.store, domain, [name], () => unchanged(undefined), { isFencing: true }),
    );
    await Promise.all(looks);
    return found.map(([name, user]) => {
      const isWith = user.state !== 'offline' && user.call.state !== 'none' && user.call.other;
      return isWith === false || over.includes(isWith) ? name : `${name} with ${isWith}`;
    });
  }

  return { nodes, run, enter, call, kill, list };
}

test('[U27] whoever was on a node that is dead is away since its lease expired, for every other node', async () => {
  const graceMs = 60_000;
  const { nodes, run, enter, kill } = await openNodes(redis.url, graceMs);
  const [one, two, three] = nodes;
  await enter(one, 'ann', 'token of ann');
  const at = await kill(one, 10_000);
  const look = (node: Node) => run(node, ['ann'], () => unchanged(undefined));
  const found = await look(two);
  expect(found.steps[0]?.get('ann')).toMatchObject({ state: 'online' });
  expect(found.after.get('ann')).toMatchObject({ state: 'away', until: at + graceMs });
  // It is stored: nobody else finds anything new.
  const again = await look(three);
  expect(again.steps).toHaveLength(1);
  expect(again).toMatchObject({ version: found.version, after: found.after });
});

test('[U27] a name on a dead node is free at once without a token, and after the grace time with one', async () => {
  const graceMs = 60_000;
  const { nodes, enter, kill } = await openNodes(redis.url, graceMs);
  const [one, two] = nodes;
  await enter(one, 'ann', 'token of ann');
  await enter(one, 'bob');
  await enter(one, 'cy', 'token of cy');
  await kill(one, 500);
  expect(await enter(two, 'bob')).toBe('in');
  expect(await enter(two, 'ann')).toBe('taken');
  await kill(one, graceMs);
  expect(await enter(two, 'cy')).toBe('in');
});

test.each([undefined, 'token'])(
  '[U7] [U27] a call that nobody was told of, because its node died, makes the one called busy no longer than the grace time (token of the caller: %s)',
  async (token) => {
    const { nodes, enter, call, kill, list } = await openNodes(redis.url, 1500);
    const [one, two, three] = nodes;
    await enter(one, 'ann', token);
    await enter(two, 'bob');
    await enter(three, 'cy');
    expect(await call(one, 'ann', 'bob')).toBeUndefined();
    expect(await call(three, 'cy', 'bob')).toBe('busy');
    await kill(one);
    if (token !== undefined) expect(await call(three, 'cy', 'bob')).toBe('busy');
    await expect.poll(() => call(three, 'cy', 'bob')).toBeUndefined();
    expect(await list(two)).toEqual(['bob with cy', 'cy with bob']);
    expect(await redis.cli('zrange', index, '0', '-1')).toBe('bob\ncy');
  },
);

test('[U7] [U27] nor can such a call keep the one called from calling', async () => {
  const { nodes, enter, call, kill } = await openNodes(redis.url, 1500);
  const [one, two, three] = nodes;
  await enter(one, 'ann');
  await enter(two, 'bob');
  await enter(three, 'cy');
  await call(one, 'ann', 'bob');
  await kill(one);
  expect(await call(two, 'bob', 'cy')).toBeUndefined();
});

test('[U14] [U27] the list shows nobody as busy with somebody who is over', async () => {
  const { nodes, run, enter, call, kill, list } = await openNodes(redis.url, 1500);
  const [one, two] = nodes;
  await enter(one, 'ann');
  await enter(two, 'bob');
  await call(one, 'ann', 'bob');
  expect(await list(two)).toEqual(['ann with bob', 'bob with ann']);
  await kill(one);
  expect(await list(two)).toEqual(['bob']);
  const { after } = await run(two, ['ann', 'bob'], () => unchanged(undefined));
  expect(after.get('ann')).toEqual({ state: 'offline' });
  expect(after.get('bob')).toMatchObject({ state: 'online', call: { state: 'none' } });
});

test('[U14] [U27] the list shows who can still take its name back, and its call, although its node is dead', async () => {
  const { nodes, enter, call, kill, list } = await openNodes(redis.url, 60_000);
  const [one, two] = nodes;
  await enter(one, 'ann', 'token of ann');
  await enter(two, 'bob');
  await call(one, 'ann', 'bob');
  await kill(one, 59_000);
  expect(await list(two)).toEqual(['ann with bob', 'bob with ann']);
  await kill(one, 61_000);
  expect(await list(two)).toEqual(['bob']);
});

test('[U14] [U27] however many are over in calls, they are cleaned away with each other, and the living are listed', async () => {
  const { nodes, enter, call, kill, list } = await openNodes(redis.url, 1500);
  const [one, two] = nodes;
  const pairs = Array.from({ length: 15 }, (_, each) => [`a ${each}`, `z ${each}`] as const);
  // More than are read at once: the callers alone fill the pages.
  for (const [caller] of pairs) await enter(one, caller);
  for (const [caller, callee] of pairs) {
    await enter(one, callee);
    await call(one, caller, callee);
  }
  await kill(one);
  await enter(two, 'zoe');
  await expect.poll(() => list(two, 1)).toEqual(['zoe']);
  await expect
    .poll(async () => [await list(two, 1), await redis.cli('zcard', index)])
    .toEqual([['zoe'], '1']);
});

test('[U14] [U27] a server cleans its list of whose node is dead, and of whose record is gone', async () => {
  const cluster = await startUserNodes(1, { graceMs: 1500 });
  const [bob, cy] = [await logInUser(cluster.urlOf(0), 'bob'), await logInUser(cluster.urlOf(0), 'cy')];
  const { nodes, enter, call } = await openNodes(cluster.redis.url, 1500);
  await enter(nodes[0], 'ann');
  await call(nodes[0], 'ann', 'bob');
  await enter(nodes[0], 'dan', 'token of dan');
  await cluster.redis.cli('zadd', index, '1', 'gone');
  const listed = async (): Promise<unknown> => {
    cy.say({ type: 'users' });
    return cy.hears();
  };
  await expect.poll(listed).toEqual({ type: 'users', users: [{ name: 'bob', busy: false }] });
  // Of the call that it was not told of, too.
  expect(await bob.hears()).toEqual({ type: 'offer', offer: 'shall we?', name: 'ann' });
  expect(await bob.hears()).toEqual({ type: 'leave', name: 'ann' });
  await expect.poll(() => cluster.redis.cli('zrange', index, '0', '-1')).toBe('bob\ncy');
});
