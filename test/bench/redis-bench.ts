// What rooms ask of Redis: for a join, for a seat that only sits there, for a leave; and what a seat takes of memory.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { noteFigure } from '../chaos/figures.js';
import { startCluster } from '../support/cluster.js';
import { cpuMsOf, memoryOf, pidsOf, redisMemory, redisUse, useSince, type RedisUse } from './costs.js';
import { closeLightClientsAfterTest, heartbeatMs } from './light-client.js';
import { openPairs, type Place } from './light-pairs.js';

const pairs = 500;
const idleMs = 60_000;

const places: Place[] = ['local', 'across'];

it.for(places)('joins, idle seats and leaves, %s', async (place, context) => {
  closeLightClientsAfterTest();
  const { nodes, redis } = await startCluster(2);
  const during = async (ms: number): Promise<RedisUse> => {
    const before = await redisUse(redis);
    await pause(ms);
    return useSince(await redisUse(redis), before);
  };
  const quietCpuMs = cpuMsOf(pidsOf(nodes));
  const ofNodesPerMs = perMs(await during(idleMs), idleMs);
  const ofNodesCpuMs = cpuMsOf(pidsOf(nodes)) - quietCpuMs;

  const beforeJoins = await redisUse(redis);
  const cpuBefore = cpuMsOf(pidsOf(nodes));
  const startedAt = performance.now();
  const sitting = await openPairs(nodes, pairs, place, 'room');
  const joins = useSince(await redisUse(redis), beforeJoins);
  const joinsTook = performance.now() - startedAt;
  const joinsCpuMs = cpuMsOf(pidsOf(nodes)) - cpuBefore;

  for (const { ann, bob } of sitting) {
    ann.looksAfterServer();
    bob.looksAfterServer();
  }
  // Until all of them ask.
  await pause(heartbeatMs);
  const cpuBeforeIdle = cpuMsOf(pidsOf(nodes));
  const idle = await during(idleMs);
  const idleCpuMs = cpuMsOf(pidsOf(nodes)) - cpuBeforeIdle;

  const beforeLeaves = await redisUse(redis);
  const leavesAt = performance.now();
  for (const { ann, bob } of sitting) {
    ann.close();
    bob.close();
  }
  const roomsLeft = (): Promise<string> => redis.cli('--scan', '--pattern', 'parley:room:*');
  await expect.poll(roomsLeft, { timeout: 60_000, interval: 500 }).toBe('');
  const leaves = useSince(await redisUse(redis), beforeLeaves);
  const leavesTook = performance.now() - leavesAt;

  const seats = 2 * pairs;
  noteFigure(
    context,
    `a node, for its lease: scripts a second`,
    ((ofNodesPerMs * 1000) / nodes.length).toFixed(2),
  );
  noteFigure(
    context,
    `a join, ${place}: scripts, PUBLISH`,
    `${each(joins.scripts - ofNodesPerMs * joinsTook, seats)}, ${each(joins.publishes, seats)}`,
  );
  noteFigure(
    context,
    `a join, ${place}: processor time of the node with its connection, of Redis`,
    `${inUs(joinsCpuMs, seats)}, ${inUs(joins.cpuMs, seats)}`,
  );
  noteFigure(
    context,
    `an idle seat, ${place}: processor time of the node a minute`,
    inUs(idleCpuMs - ofNodesCpuMs, seats),
  );
  noteFigure(
    context,
    `an idle seat, ${place}: scripts, PUBLISH a minute`,
    `${each(idle.scripts - ofNodesPerMs * idleMs, seats)}, ${each(idle.publishes, seats)}`,
  );
  noteFigure(
    context,
    `${nodes.length} nodes with ${pairs} idle pairs, ${place}: scripts a second`,
    (idle.scripts / (idleMs / 1000)).toFixed(2),
  );
  noteFigure(
    context,
    `a leave, ${place}: scripts, PUBLISH`,
    `${each(leaves.scripts - ofNodesPerMs * leavesTook, seats)}, ${each(leaves.publishes, seats)}`,
  );
  expect(idle.publishes).toBe(0);
});

it('memory', async (context) => {
  closeLightClientsAfterTest();
  const { nodes, redis } = await startCluster(1);
  const measure = async () => {
    const node = nodes[0];
    return { node: node ? memoryOf(node.pid()) : 0, redis: await redisMemory(redis) };
  };
  await openPairs(nodes, pairs, 'local', 'first', true);
  const before = await measure();
  await openPairs(nodes, 4 * pairs, 'local', 'more', true);
  const after = await measure();
  const seats = 8 * pairs;
  noteFigure(context, 'memory of a node for an idle seat', inKilobytes((after.node - before.node) / seats));
  noteFigure(
    context,
    'memory of Redis for a room of two',
    inKilobytes((after.redis - before.redis) / (4 * pairs)),
  );
  expect(after.redis).toBeGreaterThan(before.redis);
});

function perMs({ scripts }: RedisUse, ms: number): number {
  return scripts / ms;
}

function each(total: number, seats: number): string {
  return Math.max(0, total / seats).toFixed(3);
}

function inUs(ms: number, seats: number): string {
  return `${Math.max(0, (ms / seats) * 1000).toFixed(0)} µs`;
}

function inKilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
