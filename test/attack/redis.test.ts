// What a stranger can do to the Redis behind a node: fill it with offers that ring. And what a node says when it is full.
import { expect, it, onTestFinished } from 'vitest';
import { startMeasuredServer, type MeasuredServer } from '../support/measured-server.js';
import { ask } from '../support/http-ask.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { connectClient } from '../support/room-client.js';
import { inThousands, scaled } from '../support/scale.js';
import { logInUser, type UserClient } from '../support/user-client.js';
import { attacked } from './attacked.js';
import { noteAttack } from './attack-table.js';

const maxMegabytes = 64;
/** What the offers of one address may hold, and what else there is. */
const mostMegabytes = 4 + 3;

async function startNode(): Promise<{ redis: RedisServer; node: MeasuredServer }> {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  await redis.cli('config', 'set', 'maxmemory', `${maxMegabytes}mb`);
  const node = await startMeasuredServer({
    redisUrl: redis.url,
    graceMs: 200,
    logLevel: 'warn',
    logFormat: 'json',
  });
  return { redis, node };
}

async function megabytesIn(redis: RedisServer): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.cli('info', 'memory'))?.[1]) / 1e6;
}

it('[U7] offers that ring, of 64 KB each, do not fill Redis, and the others call as before', async (context) => {
  const { redis, node } = await startNode();
  const url = `ws://127.0.0.1:${node.callsPort}`;
  const offer = 'x'.repeat(65_000);
  const threat = `ringing offers of 64 KB, in a Redis of ${maxMegabytes} MB`;
  await attacked(context, node, { threat, tries: scaled(2000, 70), of: 'calls' }, async (tries) => {
    const before = await megabytesIn(redis);
    const users: UserClient[] = [];
    let refused = 0;
    for (let number = 0; number < tries; number++) {
      const callee = await logInUser(url, `callee ${number}`);
      const caller = await logInUser(url, `caller ${number}`);
      users.push(callee, caller);
      caller.say({ type: 'offer', name: `callee ${number}`, offer });
      const [answer] = (await caller.hearsAll()) as { code?: string }[];
      if (answer?.code === 'unavailable') refused++;
    }
    const grown = (await megabytesIn(redis)) - before;
    for (const [number, user] of users.entries()) {
      if (number % 2 === 1) user.say({ type: 'leave', name: `callee ${Math.floor(number / 2)}` });
      await user.hearsAll();
    }
    const elsewhere = { localAddress: '127.0.0.2' };
    const [ann, bob] = [await logInUser(url, 'ann', elsewhere), await logInUser(url, 'bob', elsewhere)];
    ann.say({ type: 'offer', name: 'bob', offer });
    expect(await bob.hears()).toMatchObject({ type: 'offer', name: 'ann' });
    expect((await ask(node.port, '/readyz')).status).toBe(200);
    // What hangs up is counted no longer; an offer whose caller is gone is, for minutes.
    ann.say({ type: 'leave', name: 'bob' });
    await ann.hearsAll();
    await Promise.all([...users, ann, bob].map((client) => client.close()));
    expect(grown).toBeLessThan(mostMegabytes + tries * 0.004);
    return `${grown.toFixed(1)} MB in Redis at most, ${inThousands(refused)} refused, another address calls`;
  });
});

it('[R33] a Redis that is full is one line in the log, and the node works again when there is room', async (context) => {
  const { redis, node } = await startNode();
  const isReady = async (): Promise<boolean> => (await ask(node.port, '/readyz')).status === 200;
  await expect.poll(isReady).toBe(true);
  await redis.cli('config', 'set', 'maxmemory', '1');
  await expect.poll(isReady).toBe(false);
  const tries = scaled(1000, 50);
  const cy = await connectClient(node.url);
  for (let number = 0; number < tries; number++) {
    expect(await cy.ask('create or join', `room ${number}`)).toMatchObject({ code: 'unavailable' });
  }
  const lines = node.output().split('\n');
  const told = lines.filter((line) => line.includes('Redis refuses to write. It is full'));
  await redis.cli('config', 'set', 'maxmemory', '0');
  await expect.poll(isReady).toBe(true);
  await expect.poll(() => cy.ask('create or join', 'room')).toMatchObject({ status: 'created' });
  noteAttack(context, {
    threat: 'a Redis that is full',
    tries: `${inThousands(tries)} requests`,
    result: `${told.length} line that says why, ready again when there is room`,
  });
  expect(told).toHaveLength(1);
});
