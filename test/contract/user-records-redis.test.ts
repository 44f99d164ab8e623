// What of a call by name lies in Redis, how often, and for how long.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { userKeys } from '../../server/choose-backing.js';
import { heldRecordMs } from '../../server/kernel/record-scripts.js';
import { unchanged } from '../../server/kernel/rule.js';
import { answer, leave, offer } from '../../server/users/call-rules.js';
import { logIn } from '../../server/users/login-rules.js';
import { createUserDomain, listNames } from '../../server/users/user-domain.js';
import type { Actor, ConnectionId, User, UserRule } from '../../server/users/user.js';
import { userKind } from '../support/record-kinds.js';
import { openRecordNodes, type RecordNode } from '../support/record-nodes.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { runOnStore } from '../support/run-on-store.js';
import { ann, bob, cy, to, jsonOf } from '../support/user-decisions.js';

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
  await run([ann, bob], offer(actorOf(ann), to(bob), jsonOf(sdp)));
  expect((await textOf(bob)).length).toBeGreaterThan(sdp.length);
  expect((await textOf(ann)).length).toBeLessThan(1000);
  for (const name of [ann, bob]) {
    expect(await leftMs(name)).toBeLessThanOrEqual(ringingRecordMs);
    expect(await leftMs(name)).toBeGreaterThan(ringingRecordMs - 60_000);
  }
  expect(await leftMs(cy)).toBeGreaterThan(heldRecordMs - 60_000);
});

test.each([
  ['is answered', () => run([ann, bob], answer(actorOf(bob), to(ann), jsonOf('yes')))],
  ['ends', () => run([ann, bob], leave(actorOf(bob), to(ann)))],
])('[U6] when the call %s, no offer is kept, and the names are kept as before', async (_how, end) => {
  await run([ann, bob], offer(actorOf(ann), to(bob), jsonOf(sdp)));
  await end();
  for (const name of [ann, bob]) {
    expect((await textOf(name)).length).toBeLessThan(1000);
    expect(await leftMs(name)).toBeGreaterThan(heldRecordMs - 60_000);
  }
});

/** As anything else that can write into Redis could. */
async function replaceOffer(of: string, by: string): Promise<void> {
  const before = await textOf(of);
  const after = before.replace(/\n.*\n/, by);
  expect(after).not.toBe(before);
  await redis.cli('set', `${userKeys.prefix}${of}`, after, 'px', '86400000');
}

test('[U14] the list parses no offer: it names the callee whatever that is', async () => {
  await run([ann, bob], offer(actorOf(ann), to(bob), jsonOf(sdp)));
  await replaceOffer(bob, '\n}{[\n');
  const listed = (await listNames(node.store, 9, 30_000, expect.unreachable)).map(({ name, busy }) => [
    name,
    busy,
  ]);
  expect(listed.sort()).toEqual([
    [ann, true],
    [bob, true],
    [cy, false],
  ]);
});

test('[U6] no transaction parses an offer: one with an end, and one that only looks', async () => {
  await run([ann, bob], offer(actorOf(ann), to(bob), jsonOf(sdp)));
  await replaceOffer(bob, '\n}{[\n');
  const refused = { status: 'refused', refusal: { code: 'not-in-call' } };
  expect((await run([bob, cy], leave(actorOf(bob), to(cy)))).outcome).toMatchObject(refused);
  expect((await run([ann, bob], leave(actorOf(bob), to(ann)))).outcome).toEqual({ status: 'done' });
});

test('[U27] an offer that the release before has written, parsed, is told as it is', async () => {
  await run([ann, bob], offer(actorOf(ann), to(bob), jsonOf({ sdp })));
  await replaceOffer(bob, JSON.stringify({ sdp }));
  const { after } = await run([bob, ann], () => unchanged(undefined));
  expect(after.get(bob)).toMatchObject({ call: { state: 'called', offer: jsonOf({ sdp }) } });
  expect(JSON.parse(await textOf(bob))).toMatchObject({ user: { call: { offer: { sdp } } } });
});

test('[U27] a call that the release before has written rings for a time from the next look on', async () => {
  await run([ann, bob], offer(actorOf(ann), to(bob), jsonOf(sdp)));
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
