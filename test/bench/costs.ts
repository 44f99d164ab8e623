// What processes have used so far: time of the processor, memory, and questions to Redis.
import { readFileSync } from 'node:fs';
import type { ClusterNode } from '../support/cluster.js';
import type { RedisServer } from '../support/redis-server.js';

/** Linux counts a process's time in hundredths of a second. */
const msPerTick = 10;

/** ms of the processor, of all threads, in its own code and in the system. */
export function cpuMsOf(pids: readonly number[]): number {
  const ticks = pids.map((pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may have spaces in it: the 14th and the 15th of all fields.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, each) => sum + each, 0) * msPerTick;
}

export function pidsOf(nodes: readonly ClusterNode[]): number[] {
  return nodes.map((node) => node.pid());
}

/** Bytes that the process has in memory. */
export function memoryOf(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** What nodes ask of Redis: each is one round trip. What scripts do inside is part of it. */
export interface RedisUse {
  scripts: number;
  publishes: number;
  /** ms of the processor. */
  cpuMs: number;
}

export async function redisUse(redis: RedisServer): Promise<RedisUse> {
  const cpu = await redis.cli('info', 'cpu');
  const seconds = [...cpu.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].map(([, value]) => Number(value));
  return {
    scripts: (await redis.countCalls('evalsha')) + (await redis.countCalls('eval')),
    publishes: await redis.countCalls('publish'),
    cpuMs: seconds.reduce((sum, each) => sum + each, 0) * 1000,
  };
}

export function useSince(now: RedisUse, before: RedisUse): RedisUse {
  return {
    scripts: now.scripts - before.scripts,
    publishes: now.publishes - before.publishes,
    cpuMs: now.cpuMs - before.cpuMs,
  };
}

/** Bytes that Redis keeps. */
export async function redisMemory(redis: RedisServer): Promise<number> {
  const [, bytes] = /^used_memory:(\d+)/m.exec(await redis.cli('info', 'memory')) ?? [];
  return Number(bytes);
}
