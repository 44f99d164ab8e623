// What a Redis has been asked to do so far, and what that has cost.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const answerWithinMs = 10_000;

export interface RedisUse {
  /** Each is one round trip. */
  scripts: number;
  publishes: number;
  /** µs of the processor. */
  cpuUs: number;
}

/** Resolves with what redis-cli prints. */
export async function askRedis(port: number, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(port), ...args], {
    timeout: answerWithinMs,
  });
  return stdout.trim();
}

export async function redisUse(port: number): Promise<RedisUse> {
  const stats = await askRedis(port, 'info', 'commandstats');
  const calls = (command: string): number =>
    Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  const cpu = await askRedis(port, 'info', 'cpu');
  const seconds = [...cpu.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].map(([, value]) => Number(value));
  return {
    scripts: calls('evalsha') + calls('eval'),
    publishes: calls('publish'),
    cpuUs: seconds.reduce((sum, each) => sum + each, 0) * 1e6,
  };
}

export function useSince(now: RedisUse, before: RedisUse): RedisUse {
  return {
    scripts: now.scripts - before.scripts,
    publishes: now.publishes - before.publishes,
    cpuUs: now.cpuUs - before.cpuUs,
  };
}
