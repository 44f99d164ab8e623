// Leases on a real Redis: by its clock alone, an epoch that is over stays over, and what was given up does no harm.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NodeId } from '../../server/cluster/address.js';
import { leaseMs, leasesIn, type Leases } from '../../server/cluster/lease-scripts.js';
import { createRedisClient, type RedisClient } from '../../server/platform/redis-client.js';
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
  expect(await leases.read(node)).toMatchObject({ restoredAt: 0 });
  expect(await leases.begin(node, 0)).toEqual({ epoch: 1, hasBegun: true });
  const first = await readLease();
  expect(first.until - first.now).toBeGreaterThan(leaseMs - 1000);
  expect(first.until - first.now).toBeLessThanOrEqual(leaseMs);
  await age(3000);
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

it('[R33] tells an outage of Redis from the death of a node: nobody at all has renewed for 2 s', async () => {
  const silent = async (ms: number): Promise<void> => {
    const at = Number(await redis.cli('hget', 'parley:{nodes}', 'at'));
    await redis.cli('hset', 'parley:{nodes}', 'at', String(at - ms));
  };
  const other = 'web-2.random' as NodeId;
  await leases.begin(other, 0);
  await silent(1500);
  expect(await readLease()).toMatchObject({ restoredAt: 0 });
  await leases.renew(other, 1);
  expect(await readLease()).toMatchObject({ restoredAt: 0 });
  await silent(2100);
  // Before the first has renewed, and afterwards.
  const first = await readLease();
  expect(first.restoredAt).toBe(first.now);
  await leases.renew(other, 1);
  const { restoredAt, now } = await readLease();
  expect(restoredAt).toBeGreaterThanOrEqual(first.now);
  expect(restoredAt).toBeLessThanOrEqual(now);
  await leases.renew(node, 4);
  expect(await readLease()).toMatchObject({ restoredAt });
});
