// What crosses on its way between two nodes and Redis: news that overtake an answer, an end that meets a new beginning.
import { expect, it, onTestFinished, vi } from 'vitest';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.js';
import { startParley, type StartedParley } from '../support/parley.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { connectClient } from '../support/room-client.js';
import { drop, enter, kept, takeSeat } from '../support/seated-client.js';

vi.setConfig({ testTimeout: 40_000 });

interface Scene {
  redis: RedisServer;
  /** Between the first node and Redis. */
  proxy: FaultProxy;
  one: StartedParley;
  two: StartedParley;
}

async function startTwo(graceMs: number): Promise<Scene> {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const proxy = await startFaultProxy(redis.port);
  const one = await startParley({ redisUrl: `redis://127.0.0.1:${proxy.port}`, nodeId: 'one', graceMs });
  const two = await startParley({ redisUrl: redis.url, nodeId: 'two', graceMs });
  return { redis, proxy, one, two };
}

it('[R31] news of the other that overtake the answer to the own request are not lost', async () => {
  const { redis, proxy, one, two } = await startTwo(30_000);
  const [ann, bob, cy] = [
    await connectClient(one.url),
    await connectClient(two.url),
    await connectClient(one.url),
  ];
  // Redis knows the scripts from now on.
  await enter(cy, 'elsewhere');
  // Slow are the answers to what the first node asks, and not what it hears.
  const subscribers = await redis.cli('client', 'list', 'type', 'pubsub');
  const asking = proxy.paths().filter(({ port }) => !subscribers.includes(`:${port} laddr`));
  for (const path of asking) path.delay(120, 'to client');
  const answered = enter(ann, 'Test');
  await expect.poll(() => redis.cli('exists', 'parley:room:Test'), { interval: 20 }).toBe('1');
  expect(await enter(bob, 'Test')).toMatchObject({ status: 'joined' });
  expect(await answered).toMatchObject({ status: 'created' });
  for (const path of asking) path.delay(0);
  await ann.hears('ready');
  bob.say('message', 'hello');
  await ann.hears('message');
  expect(ann.names()).toEqual([
    'created',
    'remotePeerJoining',
    'join',
    'broadcast: joined',
    'ready',
    'message',
  ]);
});

it('[R33] a seat whose connection ends while the seats of its node are taken up is not taken up', async () => {
  const graceMs = 2000;
  const { redis, proxy, one, two } = await startTwo(graceMs);
  const { client: ann } = await takeSeat(one.url, 'websocket', 'Test', kept('a1'));
  const { client: bob } = await takeSeat(two.url, 'websocket', 'Test', kept('b1'));
  await ann.hears('ready');
  const lease = (await redis.cli('--scan', '--pattern', 'parley:{nodes}:one*')).trim();
  proxy.welcome = 'swallow';
  for (const path of proxy.paths()) path.silence();
  await bob.hears('peer away');
  proxy.welcome = 'carry';
  for (const path of proxy.paths()) path.reset();
  // Between the beginning of the new epoch and the moment at which the node hears of it.
  const slowedEpoch = (): Promise<string> => {
    for (const path of proxy.paths()) path.delay(60);
    return redis.cli('hget', lease, 'epoch');
  };
  await expect.poll(slowedEpoch, { interval: 1 }).toBe('2');
  drop(ann);
  await expect.poll(() => bob.names().at(-1)).toBe('bye');
  for (const path of proxy.paths()) path.delay(0);
  const cy = await connectClient(two.url);
  expect(await enter(cy, 'Test')).toMatchObject({ status: 'joined' });
});
