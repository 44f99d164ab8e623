// What of a call by name lies in Redis, how often, and for how long.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { userKeys } from '../../server/choose-backing.js';
import { heldRecordMs } from '../../server/kernel/record-scripts.js';
import { unchanged } from '../../server/kernel/rule.js';
import { answer, leave, offer } from '../../server/users/call-rules.js';
import { logIn } from '../../server/users/login-rules.js';
import { createUserDomain } from '../../server/users/user-domain.js';
import type { Actor, ConnectionId, User, UserRule } from '../../server/users/user.js';
import { userKind } from '../support/record-kinds.js';
import { openRecordNodes, type RecordNode } from '../support/record-nodes.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { runOnStore } from '../support/run-on-store.js';
import { ann, bob, cy, to } from '../support/user-decisions.js';

const domain = createUserDomain(30_000);
const sdp = 'v=0 '.repeat(10_000);
/** 120 s of ringing, 60 s in which it may be late, and 10 s for late writes. */
const ringingRecordMs = 190_000;

let redis: RedisServer;
let node: RecordNode<User>;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.cli('flushall');
  [node] = (await openRecordNodes(redis.url, userKind)).nodes;
  for (const name of [ann, bob, cy]) await run([name], logIn({ ...actorOf(name), written: name }));
});

const actorOf = (name: typeof ann): Actor => ({ name, connection: node.addressOf(name) as ConnectionId });
const run = <Outcome>(names: readonly string[], rule: UserRule<Outcome>) =>
  runOnStore(node.store, domain, [...names], rule);
const textOf = (name: string) => redis.cli('get', `${userKeys.prefix}${name}`);
const leftMs = async (name: string) => Number(await redis.cli('pttl', `${userKeys.prefix}${name}`));

test('[U6] while it rings, the offer lies in one record, and both records end with the ringing', async () => {
  await run([ann, bob], offer(actorOf(ann), to(bob), sdp));
  expect((await textOf(bob)).length).toBeGreaterThan(sdp.length);
  expect((await textOf(ann)).length).toBeLessThan(1000);
  for (const name of [ann, bob]) {
    expect(await leftMs(name)).toBeLessThanOrEqual(ringingRecordMs);
    expect(await leftMs(name)).toBeGreaterThan(ringingRecordMs - 60_000);
  }
  expect(await leftMs(cy)).toBeGreaterThan(heldRecordMs - 60_000);
});

test.each([
  ['is answered', () => run([ann, bob], answer(actorOf(bob), to(ann), 'yes'))],
  ['ends', () => run([ann, bob], leave(actorOf(bob), to(ann)))],
])('[U6] when the call %s, no offer is kept, and the names are kept as before', async (_how, end) => {
  await run([ann, bob], offer(actorOf(ann), to(bob), sdp));
  await end();
  for (const name of [ann, bob]) {
    expect((await textOf(name)).length).toBeLessThan(1000);
    expect(await leftMs(name)).toBeGreaterThan(heldRecordMs - 60_000);
  }
});

test('[U27] a call that the release before has written rings for a time from the next look on', async () => {
  await run([ann, bob], offer(actorOf(ann), to(bob), sdp));
  for (const name of [ann, bob]) {
    const { format: _format, ...record } = JSON.parse(await textOf(name)) as {
      format: number;
      user: { call: object };
    };
    const { ringsUntil: _until, ...call } = record.user.call as { ringsUntil: number };
    const older = JSON.stringify({ ...record, user: { ...record.user, call } });
    await redis.cli('set', `${userKeys.prefix}${name}`, older, 'px', '86400000');
  }
  await run([bob], () => unchanged(undefined));
  expect(await leftMs(bob)).toBeLessThanOrEqual(ringingRecordMs);
});
