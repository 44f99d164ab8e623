// Leases on a real Redis: by its clock alone, an epoch that is over stays over, and what was given up does no harm.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NodeId } from '../../server/cluster/address.js';
import { leaseMs, leasesIn, type Leases } from '../../server/cluster/lease-scripts.js';
import { createRedisClient, type RedisClient } from '../../server/platform/redis-client.js';
import { createLogBook } from '../support/log-book.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';

const node = 'web-1.random' as NodeId;
const key = `parley:node:${node}`;

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

/** As if so much time had passed. */
async function age(ms: number): Promise<void> {
  const until = Number(await redis.cli('hget', key, 'until'));
  await redis.cli('hset', key, 'until', String(until - ms));
}

it('[R32] is begun, renewed, and read with the time by which it counts', async () => {
  expect(await leases.read(node)).toBeUndefined();
  expect(await leases.begin(node, 0)).toEqual({ epoch: 1, hasBegun: true });
  const first = await leases.read(node);
  expect((first?.until ?? 0) - (first?.now ?? 0)).toBeGreaterThan(leaseMs - 1000);
  expect((first?.until ?? 0) - (first?.now ?? 0)).toBeLessThanOrEqual(leaseMs);
  await age(3000);
  expect(await leases.renew(node, 1)).toBe(true);
  const second = await leases.read(node);
  expect(second?.until).toBeGreaterThanOrEqual(first?.until ?? 0);
  expect(Number(await redis.cli('pttl', key))).toBeGreaterThan(86_400_000);
});

it('[R33] once it is over nothing renews it; the next epoch knows when it was over', async () => {
  await age(leaseMs + 10);
  const over = await leases.read(node);
  expect(await leases.renew(node, 1)).toBe(false);
  expect(await leases.begin(node, 1)).toEqual({ epoch: 2, hasBegun: true });
  expect(await leases.read(node)).toMatchObject({ epoch: 2, before: over?.until });
  expect(await leases.renew(node, 1)).toBe(false);
  expect(await leases.renew(node, 2)).toBe(true);
});

it('[R33] a beginning that comes late ends no later epoch', async () => {
  expect(await leases.begin(node, 1)).toEqual({ epoch: 2, hasBegun: false });
  expect(await leases.read(node)).toMatchObject({ epoch: 2 });
});

it('[R33] one that is begun before the last was over ended that one at the same moment', async () => {
  const before = await leases.read(node);
  expect(await leases.begin(node, 2)).toEqual({ epoch: 3, hasBegun: true });
  const after = await leases.read(node);
  expect(after?.before).toBeLessThan(before?.until ?? 0);
  expect(after?.before).toBeGreaterThanOrEqual(before?.now ?? Infinity);
});

it('[R27] an end ends the own epoch and no other', async () => {
  await leases.end(node, 2);
  expect(await leases.renew(node, 3)).toBe(true);
  await leases.end(node, 3);
  const ended = await leases.read(node);
  expect(ended?.until).toBeLessThanOrEqual(ended?.now ?? 0);
  expect(await leases.renew(node, 3)).toBe(false);
});

it('[R33] goes on counting when Redis has lost everything', async () => {
  await redis.cli('flushall');
  expect(await leases.renew(node, 3)).toBe(false);
  expect(await leases.begin(node, 3)).toEqual({ epoch: 4, hasBegun: true });
});
