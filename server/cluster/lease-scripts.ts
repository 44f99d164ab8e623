// The leases in Redis: how one is begun, renewed, ended and read, each in one step, by Redis's clock alone.
import { redisScript, type RedisClient } from '../platform/redis-client.js';
import type { NodeId } from './address.js';

/** So long a node counts as alive after it has renewed its lease. */
export const leaseMs = 5000;

/** So long Redis knows of a node that is dead: longer than any room that still names it. */
const keptMs = 2 * 86_400_000;

/** A node's lease as it was at `now`. `before`: when the epoch before this one was over. All in ms of Redis's clock. */
export interface LeaseRecord {
  epoch: number;
  until: number;
  before: number;
  now: number;
}

const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

// A begin that was given up and runs late must not end the epoch that a later one has begun: so it names the epoch
// that it follows.
const beginScript = redisScript(`${clock}
local stored = redis.call('HMGET', KEYS[1], 'epoch', 'until')
local known = tonumber(ARGV[1])
if stored[1] and tonumber(stored[1]) ~= known then return {tonumber(stored[1]), 0} end
local before = now
if stored[2] and tonumber(stored[2]) < now then before = tonumber(stored[2]) end
redis.call('HSET', KEYS[1], 'epoch', known + 1, 'until', now + ARGV[2], 'before', before)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {known + 1, 1}`);

const renewScript = redisScript(`${clock}
local stored = redis.call('HMGET', KEYS[1], 'epoch', 'until')
if stored[1] ~= ARGV[1] or tonumber(stored[2]) <= now then return 0 end
redis.call('HSET', KEYS[1], 'until', now + ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`);

const endScript = redisScript(`${clock}
local stored = redis.call('HMGET', KEYS[1], 'epoch', 'until')
if stored[1] == ARGV[1] and tonumber(stored[2]) > now then redis.call('HSET', KEYS[1], 'until', now) end
return 1`);

const readScript = redisScript(`${clock}
local stored = redis.call('HMGET', KEYS[1], 'epoch', 'until', 'before')
if not stored[1] then return {} end
return {tonumber(stored[1]), tonumber(stored[2]), tonumber(stored[3]), now}`);

/** Each of these rejects when Redis does not answer; it may have happened all the same. */
export function leasesIn(redis: Pick<RedisClient, 'run'>) {
  const keyOf = (node: NodeId): string[] => [`parley:node:${node}`];
  const times = [String(leaseMs), String(keptMs)];
  return {
    /** Begins the epoch after `known`. `hasBegun` is false when the latest is another one. */
    async begin(node: NodeId, known: number): Promise<{ epoch: number; hasBegun: boolean }> {
      const [epoch, begun] = (await redis.run(beginScript, keyOf(node), [
        String(known),
        ...times,
      ])) as number[];
      return { epoch: epoch ?? known, hasBegun: begun === 1 };
    },
    /** @returns false when the epoch is over: nothing brings it back */
    async renew(node: NodeId, epoch: number): Promise<boolean> {
      return (await redis.run(renewScript, keyOf(node), [String(epoch), ...times])) === 1;
    },
    async end(node: NodeId, epoch: number): Promise<void> {
      await redis.run(endScript, keyOf(node), [String(epoch)]);
    },
    /** @returns undefined when Redis knows of no such node */
    async read(node: NodeId): Promise<LeaseRecord | undefined> {
      const [epoch, until, before, now] = (await redis.run(readScript, keyOf(node), [])) as number[];
      if (epoch === undefined || until === undefined || before === undefined || now === undefined) {
        return undefined;
      }
      return { epoch, until, before, now };
    },
  };
}

export type Leases = ReturnType<typeof leasesIn>;
