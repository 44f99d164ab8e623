// A Redis that is there and does harm all the same: it remembers less than it did, refuses to write, holds junk.
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask } from '../support/http-ask.js';
import { createLogBook, levels } from '../support/log-book.js';
import { startParley, type StartedParley } from '../support/parley.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { connectClient } from '../support/room-client.js';
import { becomesSo, startRoomNodes } from '../support/room-nodes.js';
import { enter, takeSeat } from '../support/seated-client.js';

async function start(count: number): Promise<{ redis: RedisServer; nodes: StartedParley[] }> {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const names = Array.from({ length: count }, (_, number) => `n${number}`);
  const nodes = await Promise.all(
    names.map((nodeId) => startParley({ redisUrl: redis.url, nodeId, graceMs: 500 })),
  );
  return { redis, nodes };
}

it.each([
  ['the first', 0],
  ['the second', 1],
])(
  '[R33] Redis comes back from an older copy: who came to %s node since then is sent back, and not left with nobody',
  async (_node, bobs) => {
    const { redis, nodes } = await start(2);
    const { client: ann } = await takeSeat(nodes[1 - bobs]?.url ?? '', 'websocket', 'Test');
    await redis.cli('save');
    const { client: bob } = await takeSeat(nodes[bobs]?.url ?? '', 'websocket', 'Test');
    await Promise.all([ann.hears('ready'), bob.hears('ready')]);
    await redis.kill();
    await redis.start();
    expect(await bob.ended).toBe('transport close');
    await ann.hears('peer gone');
    const cy = await connectClient(nodes[bobs]?.url ?? '');
    expect(await enter(cy, 'Test')).toMatchObject({ status: 'joined' });
    await Promise.all([ann.hears('ready'), cy.hears('ready')]);
  },
);

it('[R33] a Redis that refuses to write is not asked more often for that', async () => {
  const {
    redis,
    nodes: [one],
  } = await start(1);
  const ann = await connectClient(one?.url ?? '');
  await redis.cli('config', 'set', 'min-replicas-to-write', '1');
  const before = await redis.countCalls('evalsha');
  expect(await enter(ann, 'Test')).toMatchObject({ status: 'refused', code: 'unavailable' });
  expect((await redis.countCalls('evalsha')) - before).toBeLessThan(20);
  await redis.cli('config', 'set', 'min-replicas-to-write', '0');
  await expect.poll(() => enter(ann, 'Test')).toMatchObject({ status: 'created' });
});

describe.each([
  ['full', 'It is full', ['config', 'set', 'maxmemory', '1'], ['config', 'set', 'maxmemory', '0']],
  ['read-only', 'It is a read-only replica', ['replicaof', '127.0.0.1', '1'], ['replicaof', 'no', 'one']],
])('a Redis that is %s', (_what, advice, refuse, allow) => {
  async function open() {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const { logger, lines } = createLogBook('info');
    const statusOf = async ({ port }: StartedParley): Promise<string> => (await ask(port, '/readyz')).body;
    return {
      redis,
      startNode: () => startParley({ redisUrl: redis.url, graceMs: 500, logger }),
      isReady: (node: StartedParley) => expect.poll(() => statusOf(node)).toBe('{"status":"ready"}'),
      isNotReady: (node: StartedParley) => expect.poll(() => statusOf(node)).toBe('{"status":"redis"}'),
      /** What the log says about it, in order. */
      said: () =>
        lines.flatMap(({ level, msg }): unknown[] => {
          if (msg.startsWith(`Redis refuses to write. ${advice}`)) return [level];
          return msg === 'Redis writes again.' ? [msg] : [];
        }),
    };
  }

  it('[R33] is one line in the log that says what to do, and one when it writes again, each time', async () => {
    const { redis, startNode, isReady, isNotReady, said } = await open();
    const node = await startNode();
    await isReady(node);
    const { client: ann } = await takeSeat(node.url, 'websocket', 'Test');
    const told: unknown[] = [];
    for (let time = 0; time < 2; time++) {
      await redis.cli(...refuse);
      await isNotReady(node);
      expect(await enter(await connectClient(node.url), 'new')).toMatchObject({ code: 'unavailable' });
      told.push(levels.error);
      expect(said()).toEqual(told);
      await redis.cli(...allow);
      await isReady(node);
      told.push('Redis writes again.');
      expect(said()).toEqual(told);
    }
    expect(await enter(ann, 'Test')).toMatchObject({ status: 'created' });
    expect(ann.names()).toEqual(['created', 'created']);
  });

  it('[R33] is no reason not to start: the node says why it is not ready, and is ready when it writes', async () => {
    const { redis, startNode, isReady, isNotReady, said } = await open();
    await redis.cli(...refuse);
    const node = await startNode();
    await isNotReady(node);
    const ann = await connectClient(node.url);
    expect(await enter(ann, 'Test')).toMatchObject({ status: 'refused', code: 'unavailable' });
    expect(said()).toEqual([levels.error]);
    await redis.cli(...allow);
    await isReady(node);
    expect(await enter(ann, 'Test')).toMatchObject({ status: 'created' });
    expect(said()).toEqual([levels.error, 'Redis writes again.']);
  });
});

it('[R33] a room that cannot be read keeps its node from nothing else; who sat there is sent back', async () => {
  const {
    redis,
    nodes: [one],
  } = await startRoomNodes();
  const [ann, bob] = [await connectClient(one.url), await connectClient(one.url)];
  await enter(ann, 'Test');
  await enter(bob, 'elsewhere');
  await redis.cli('set', 'parley:room:Test', '{"version":1,"room":{"phase":"lobby"},"epochs":[]}');
  one.cutOff();
  await becomesSo(async () => {
    const cy = await connectClient(one.url);
    return (await enter(cy, 'another')).status === 'refused';
  });
  const lease = await redis.cli('--scan', '--pattern', 'parley:{nodes}:one*');
  const msOver = async (): Promise<number> => {
    const [seconds] = (await redis.cli('time')).split('\n');
    return Number(seconds) * 1000 - Number(await redis.cli('hget', lease, 'until'));
  };
  await becomesSo(async () => (await msOver()) > 0);
  one.comeBack();
  await becomesSo(async () => (await one.readiness()) === 'ready');
  expect(await ann.ended).toBe('transport close');
  const dan = await connectClient(one.url);
  expect(await enter(dan, 'another')).toMatchObject({ status: 'created' });
  expect(bob.names()).toEqual(['created']);
});

it('[R26] what pages say at their end while Redis is away is not kept for later', async () => {
  const {
    redis,
    nodes: [one],
  } = await start(1);
  await redis.kill();
  await becomesSo(async () => (await fetch(`${one?.url}/readyz`)).status === 503);
  for (let number = 0; number < 100; number++) {
    const body = JSON.stringify({ channel: `nowhere ${number}`, seat: 'nobody' });
    expect((await fetch(`${one?.url}/leave`, { method: 'POST', body })).status).toBe(204);
  }
  await redis.start();
  await becomesSo(async () => (await fetch(`${one?.url}/readyz`)).status === 200);
  const ann = await connectClient(one?.url ?? '');
  await expect.poll(() => enter(ann, 'Test')).toMatchObject({ status: 'created' });
  expect(await redis.cli('--scan', '--pattern', 'parley:room:*')).toBe('parley:room:Test');
});
