// Leases on a real Redis: by its clock alone, an epoch that is over stays over, and what was given up does no harm.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NodeId } from '../../server/cluster/address.js';
import { leaseMs, leasesIn, type Leases } from '../../server/cluster/lease-scripts.js';
import { createRedisClient, type RedisClient } from '../../server/cluster/redis-client.js';
import { createLogBook } from '../support/log-book.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';

const node = 'web-1.random' as NodeId;
const key = `parley:{nodes}:${node}`;

let redis: RedisServer;
let client: RedisClient;
let leases: Leases;
beforeAll(async () => {
  redis = await startRedis();
  client = createRedisClient(redis.url, createLogBook().logger);
  await client.open();
  leases = leasesIn(client);
});
afterAll(async () => {
  await client.close();
  await redis.close();
});

async function readLease() {
  const { lease, ...reading } = await leases.read(node);
  if (!lease) throw new Error('Redis knows no such node.');
  return { ...lease, ...reading };
}

/** As if so much time had passed. */
async function age(ms: number): Promise<void> {
  const until = Number(await redis.cli('hget', key, 'until'));
  await redis.cli('hset', key, 'until', String(until - ms));
}

it('[R32] is begun, renewed, and read with the time by which it counts', async () => {
  expect((await leases.read(node)).lease).toBeUndefined();
  expect(await leases.begin(node, 0)).toEqual({ epoch: 1, hasBegun: true });
  const first = await readLease();
  expect(first.until - first.now).toBeGreaterThan(leaseMs - 1000);
  expect(first.until - first.now).toBeLessThanOrEqual(leaseMs);
  await age(1000);
  expect(await leases.renew(node, 1)).toBe(true);
  const second = await readLease();
  expect(second.until).toBeGreaterThanOrEqual(first.until);
  expect(Number(await redis.cli('pttl', key))).toBeGreaterThan(86_400_000);
});

it('[R33] once it is over nothing renews it; the next epoch knows when it was over', async () => {
  await age(leaseMs + 10);
  const over = await readLease();
  expect(await leases.renew(node, 1)).toBe(false);
  expect(await leases.begin(node, 1)).toEqual({ epoch: 2, hasBegun: true });
  expect(await readLease()).toMatchObject({ epoch: 2, before: over.until });
  expect(await leases.renew(node, 1)).toBe(false);
  expect(await leases.renew(node, 2)).toBe(true);
});

it('[R33] a beginning that comes late ends no later epoch', async () => {
  expect(await leases.begin(node, 1)).toEqual({ epoch: 2, hasBegun: false });
  expect(await readLease()).toMatchObject({ epoch: 2 });
});

it('[R33] one that is begun before the last was over ended that one at the same moment', async () => {
  const before = await readLease();
  expect(await leases.begin(node, 2)).toEqual({ epoch: 3, hasBegun: true });
  const after = await readLease();
  expect(after.before).toBeLessThan(before.until);
  expect(after.before).toBeGreaterThanOrEqual(before.now);
});

it('[R27] an end ends the own epoch and no other', async () => {
  await leases.end(node, 2);
  expect(await leases.renew(node, 3)).toBe(true);
  await leases.end(node, 3);
  const ended = await readLease();
  expect(ended.until).toBeLessThanOrEqual(ended.now);
  expect(await leases.renew(node, 3)).toBe(false);
});

it('[R33] goes on counting where Redis has lost the last writes', async () => {
  await redis.cli('hset', key, 'epoch', '1');
  expect(await leases.begin(node, 3)).toEqual({ epoch: 4, hasBegun: true });
  expect(await leases.begin(node, 3)).toEqual({ epoch: 4, hasBegun: false });
  await redis.cli('hset', key, 'epoch', '3');
});

it('[R33] goes on counting when Redis has lost everything', async () => {
  await redis.cli('flushall');
  expect(await leases.renew(node, 3)).toBe(false);
  expect(await leases.begin(node, 3)).toEqual({ epoch: 4, hasBegun: true });
});

describe('an outage of Redis', () => {
  const other = 'web-2.random' as NodeId;

  /** As if nobody had been served for so long. */
  async function silence(ms: number): Promise<number> {
    const at = Number(await redis.cli('hget', 'parley:{nodes}', 'at'));
    await redis.cli('hset', 'parley:{nodes}', 'at', String(at - ms));
    return at - ms;
  }

  beforeEach(async () => {
    await redis.cli('flushall');
    const [seconds] = (await redis.cli('time')).split('\n');
    await redis.cli('hset', 'parley:{nodes}', 'at', `${seconds}000`);
    await leases.begin(node, 0);
    await leases.begin(other, 0);
  });

  it('[R33] is when nobody at all has renewed for 3 s', async () => {
    await silence(1500);
    expect(await readLease()).toMatchObject({ outage: { from: 0, to: 0 } });
    await leases.renew(other, 1);
    expect(await readLease()).toMatchObject({ outage: { from: 0, to: 0 } });
    const from = await silence(3100);
    // Before the first has renewed, and afterwards.
    const first = await readLease();
    expect(first.outage).toEqual({ from, to: first.now });
    await leases.renew(other, 1);
    const { outage } = await readLease();
    expect(outage.from).toBe(from);
    expect(outage.to).toBeGreaterThanOrEqual(first.now);
    await leases.renew(node, 1);
    expect(await readLease()).toMatchObject({ outage });
  });

  it('[R33] is also what a Redis comes from that knows nothing: it may have lost whoever is alive', async () => {
    await redis.cli('flushall');
    const first = await leases.read(node);
    expect(first).toEqual({ lease: undefined, now: first.now, outage: { from: 0, to: first.now } });
    await leases.begin(other, 1);
    const { lease, now, outage } = await leases.read(node);
    expect(lease).toBeUndefined();
    expect(outage.from).toBe(0);
    expect(outage.to).toBeGreaterThanOrEqual(first.now);
    expect(outage.to).toBeLessThanOrEqual(now);
  });

  it('[R33] that begins soon after another is one with it: some have had no time to come back', async () => {
    const from = await silence(3100);
    await leases.renew(other, 1);
    await silence(3100);
    expect((await readLease()).outage.from).toBe(from);
  });

  it('[R32] is over for whoever was dead before it, or had ended', async () => {
    await leases.end(node, 1);
    const { until } = await readLease();
    await silence(0);
    const at = Number(await redis.cli('hget', 'parley:{nodes}', 'at'));
    expect(at).toBeGreaterThanOrEqual(until);
  });
});
