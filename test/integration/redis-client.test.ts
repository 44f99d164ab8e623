// The connection to Redis fails fast, comes back by itself, and never shows its password.
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRedisClient, redisScript, type RedisClient } from '../../server/cluster/redis-client.js';
import { createParley } from '../../server/create-parley.js';
import { findFreePort } from '../support/free-port.js';
import { createLogBook } from '../support/log-book.js';
import { startRedis } from '../support/redis-server.js';

const echo = redisScript('return {KEYS[1], ARGV[1]}');

function connect(url: string) {
  const book = createLogBook();
  const client = createRedisClient(url, book.logger);
  onTestFinished(() => client.close());
  return { client, ...book };
}

const isBack = (client: RedisClient): Promise<boolean> =>
  client.run(echo, ['k'], ['v']).then(
    () => true,
    () => false,
  );

describe('a Redis that is there', () => {
  it('runs a script that it has never seen, and again after it has lost all it knew', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const { client } = connect(redis.url);
    await client.open();
    expect(await client.run(echo, ['k'], ['v'])).toEqual(['k', 'v']);
    await redis.cli('script', 'flush');
    expect(await client.run(echo, ['k'], ['v'])).toEqual(['k', 'v']);
    await expect(client.run(redisScript('return nonsense('), [], [])).rejects.toThrow(/compiling/);
  });

  it('that falls silent is given up after 800 ms, logged once, and used again when it answers', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const { client, lines } = connect(redis.url);
    await client.open();
    redis.freeze();
    await expect(client.run(echo, ['k'], ['v'])).rejects.toThrow('Redis did not answer within 800 ms.');
    await expect(client.run(echo, ['k'], ['v'], 50)).rejects.toThrow('within 50 ms');
    await expect(client.publish('c', 'x')).rejects.toThrow(/.+/);
    const said = (): (string | undefined)[] => lines.map(({ msg }) => msg.split('.')[0]);
    await expect.poll(said).toEqual(['Lost the connection to Redis']);
    expect(client.isReady).toBe(false);
    redis.thaw();
    await expect.poll(() => isBack(client)).toBe(true);
    expect(said()).toEqual(['Lost the connection to Redis', 'Connected to Redis again']);
  });

  it('that dies is noticed at once; a subscription is in force again when it is back', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const { client } = connect(redis.url);
    const { client: subscriber } = connect(redis.url);
    await Promise.all([client.open(), subscriber.open()]);
    const heard: string[] = [];
    let times = 0;
    await subscriber.subscribe(
      'c',
      (text) => heard.push(text),
      () => times++,
    );
    expect(times).toBe(1);
    expect(await client.publish('c', 'one')).toBe(1);
    await redis.kill();
    await expect(client.run(echo, ['k'], ['v'])).rejects.toThrow(/.+/);
    await redis.start();
    await expect.poll(() => times).toBe(2);
    await expect.poll(() => isBack(client)).toBe(true);
    expect(await client.publish('c', 'two')).toBe(1);
    await expect.poll(() => heard).toEqual(['one', 'two']);
  });
});

it('a Redis that is not there is one clear sentence after 5 s, without the password, and no port is open', async () => {
  const { logger, lines } = createLogBook();
  const port = await findFreePort();
  const redisPort = await findFreePort();
  const redisUrl = `redis://ann:hush-hush@127.0.0.1:${redisPort}`;
  const parley = createParley({ port, callsPort: 0, host: '127.0.0.1', logger, redisUrl });
  const start = performance.now();
  const starting = parley.listen().catch((cause: unknown) => cause);
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  const failure = await starting;
  expect(performance.now() - start).toBeGreaterThan(4900);
  expect(String(failure)).toMatch(
    new RegExp(`^Error: Redis does not answer at 127\\.0\\.0\\.1:${redisPort}\\. \\(.*ECONNREFUSED.*\\)$`),
  );
  expect(JSON.stringify(lines) + String(failure)).not.toContain('hush');
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
});
