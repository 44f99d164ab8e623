// Stores on one real Redis, and a node that died in the middle of calls: nobody is busy with the dead, and they hide
// nobody from the list.
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { alwaysLeased } from '../../server/cluster/always-leased.js';
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import { createLogger } from '../../server/platform/logger.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import type { SecretHash } from '../../server/protocol/secrets.js';
import { offer, type Verdict } from '../../server/users/call-rules.js';
import { logIn, type Login } from '../../server/users/login-rules.js';
import { createUserDesk, type UserDesk } from '../../server/users/user-desk.js';
import type { UserParcel } from '../../server/users/user-parcel.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { openUserNodes, type UserNode } from '../support/redis-users.js';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.cli('flushall');
});

const logger = createLogger({ logLevel: 'silent', logFormat: 'json' });
/** Longer than the grace, also on a busy machine. */

const nameOf = (text: string): UserName => text as UserName;

/** Three nodes whose desks tell nobody of another node anything. */
async function scene() {
  const opened = await openUserNodes(redis.url, { graceMs: 1500 });
  onTestFinished(opened.close);
  const desks = new Map<UserNode, UserDesk>();
  for (const node of opened.nodes) {
    const courier = createMemoryCourier<UserParcel>();
    const desk = createUserDesk({ store: node.store, courier, lease: alwaysLeased, logger });
    onTestFinished(desk.close);
    desks.set(node, desk);
  }
  const deskOf = (node: UserNode): UserDesk => {
    const desk = desks.get(node);
    if (!desk) throw new Error('this node has no desk');
    return desk;
  };

  async function enter(node: UserNode, text: string, secret?: string): Promise<void> {
    const newcomer = { name: nameOf(text), written: text, connection: node.connection(text) };
    const kept = secret === undefined ? newcomer : { ...newcomer, secret: secret as SecretHash };
    const login = await deskOf(node).decide<Login>([newcomer.name], logIn(kept));
    if (login.status !== 'in') throw new Error(`${text} could not log in`);
  }

  function call(node: UserNode, caller: string, callee: string): Promise<Verdict> {
    const actor = { name: nameOf(caller), connection: node.connection(caller) };
    const to = { name: nameOf(callee), written: callee };
    return deskOf(node).decide<Verdict>([actor.name, to.name], offer(actor, to, 'shall we?'));
  }

  /** As if its lease had just run out. */
  async function kill(node: UserNode): Promise<void> {
    const { outcome: now } = await node.store.decide([], (_users, at) => ({
      users: new Map(),
      notices: [],
      outcome: at,
    }));
    opened.lapsedAt.set(node.node, now);
  }

  return { nodes: opened.nodes, enter, call, kill };
}

test('[U7] [U27] a call that nobody was told of, because its node died, makes the one called busy no longer than the grace', async () => {
  const { nodes, enter, call, kill } = await scene();
  const [one, two, three] = nodes;
  for (const secret of [undefined, 'secret']) {
    await redis.cli('flushall');
    await enter(one, 'ann', secret);
    await enter(two, 'bob');
    await enter(three, 'cy');
    expect(await call(one, 'ann', 'bob')).toBeUndefined();
    expect(await call(three, 'cy', 'bob')).toMatchObject({ code: 'busy' });
    await kill(one);
    if (secret !== undefined) expect(await call(three, 'cy', 'bob')).toMatchObject({ code: 'busy' });
    await expect.poll(() => call(three, 'cy', 'bob')).toBeUndefined();
    expect(await two.store.list(10)).toEqual([
      { name: 'bob', written: 'bob', busy: true },
      { name: 'cy', written: 'cy', busy: true },
    ]);
    expect(await redis.cli('exists', 'parley:{users}:name:ann')).toBe('0');
  }
});

test('[U7] [U27] nor can such a call keep the one called from calling', async () => {
  const { nodes, enter, call, kill } = await scene();
  const [one, two, three] = nodes;
  await enter(one, 'ann');
  await enter(two, 'bob');
  await enter(three, 'cy');
  await call(one, 'ann', 'bob');
  await kill(one);
  expect(await call(two, 'bob', 'cy')).toBeUndefined();
});

test('[U14] [U27] the list shows nobody as busy with somebody who is over', async () => {
  const { nodes, enter, call, kill } = await scene();
  const [one, two] = nodes;
  await enter(one, 'ann');
  await enter(two, 'bob');
  await call(one, 'ann', 'bob');
  await kill(one);
  expect(await two.store.list(10)).toEqual([{ name: 'bob', written: 'bob', busy: false }]);
});

test('[U14] [U27] however many are over in calls, they are cleaned away with each other, and the living are listed', async () => {
  const { nodes, enter, call, kill } = await scene();
  const [one, two] = nodes;
  const pairs = Array.from({ length: 15 }, (_, index) => [`a ${index}`, `z ${index}`] as const);
  // More than are read at once: the callers alone fill the pages.
  for (const [caller] of pairs) await enter(one, caller);
  for (const [caller, callee] of pairs) {
    await enter(one, callee);
    await call(one, caller, callee);
  }
  await kill(one);
  await enter(two, 'zoe');
  await expect.poll(() => two.store.list(1)).toEqual([{ name: 'zoe', written: 'zoe', busy: false }]);
  await expect.poll(() => redis.cli('zcard', 'parley:{users}:names')).toBe('1');
  expect(await redis.cli('keys', 'parley:{users}:name:*')).toBe('parley:{users}:name:zoe');
});

test('[U28] a Redis that takes no writes is not asked again: whoever asks is told at once', async () => {
  const { nodes, enter } = await scene();
  await enter(nodes[0], 'ann');
  await redis.cli('config', 'set', 'min-replicas-to-write', '1');
  onTestFinished(async () => {
    await redis.cli('config', 'set', 'min-replicas-to-write', '0');
  });
  const before = await redis.countCalls('evalsha');
  await expect(enter(nodes[0], 'bob')).rejects.toThrow('NOREPLICAS');
  expect((await redis.countCalls('evalsha')) - before).toBe(2);
  await redis.cli('config', 'set', 'min-replicas-to-write', '0');
  await enter(nodes[0], 'bob');
});
