// The leases in Redis: how one is begun, renewed, ended and read, each in one step, by Redis's clock alone.
import { redisScript, type RedisClient } from '../platform/redis-client.js';
import type { NodeId } from './address.js';

/** So long a node counts as alive after it has renewed its lease. */
export const leaseMs = 5000;

/** So long Redis knows of a node that is dead: longer than any room that still names it. */
const keptMs = 2 * 86_400_000;

/** When no node at all has renewed for so long, it was Redis that was away, and not a node. Less ends no lease. */
const outageMs = 3000;

/**
 * So long after an outage nobody is taken for dead who was alive before it: every node has to begin anew, and none is to
 * give away what another is about to take up again.
 */
export const patienceMs = 3000;

/** A node's lease. `before`: when the epoch before this one was over. In ms of Redis's clock. */
export interface LeaseRecord {
  epoch: number;
  until: number;
  before: number;
}

/** What Redis knew at `now`. `outage`: the last one, both 0 for none. In ms of its clock. */
export interface LeaseReading {
  lease: LeaseRecord | undefined;
  now: number;
  outage: { from: number; to: number };
}

/**
 * `servedAt`: when any node last began, renewed or ended. It is the same for all, so that all judge alike. An outage
 * that begins before the patience after the last one is over counts as one with it. A Redis that knows nothing may have
 * lost it: that is an outage, too, since ever.
 */
const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local served = redis.call('HMGET', KEYS[2], 'at', 'from', 'to')
local servedAt = tonumber(served[1] or 0)
local from = tonumber(served[2] or 0)
local to = math.min(now, tonumber(served[3] or 0))
if now - servedAt > ${outageMs} then
  if servedAt >= to + ${patienceMs} then from = servedAt end
  to = now
end`;

const serve = `
redis.call('HSET', KEYS[2], 'at', now, 'from', from, 'to', to)
redis.call('PEXPIRE', KEYS[2], ${keptMs})`;

// A begin that was given up and runs late must not end the epoch that a later one has begun: so it names the epoch
// that it follows. One that is older than that comes from a Redis that has lost the last writes.
const beginScript = redisScript(`${clock}
${serve}
local stored = redis.call('HMGET', KEYS[1], 'epoch', 'until')
local known = tonumber(ARGV[1])
if stored[1] and tonumber(stored[1]) > known then return {tonumber(stored[1]), 0} end
local before = now
if stored[2] and tonumber(stored[2]) < now then before = tonumber(stored[2]) end
redis.call('HSET', KEYS[1], 'epoch', known + 1, 'until', now + ${leaseMs}, 'before', before)
redis.call('PEXPIRE', KEYS[1], ${keptMs})
return {known + 1, 1}`);

const renewScript = redisScript(`${clock}
${serve}
local stored = redis.call('HMGET', KEYS[1], 'epoch', 'until')
if stored[1] ~= ARGV[1] or tonumber(stored[2]) <= now then return 0 end
redis.call('HSET', KEYS[1], 'until', now + ${leaseMs})
redis.call('PEXPIRE', KEYS[1], ${keptMs})
return 1`);

const endScript = redisScript(`${clock}
${serve}
local stored = redis.call('HMGET', KEYS[1], 'epoch', 'until')
if stored[1] == ARGV[1] and tonumber(stored[2]) > now then redis.call('HSET', KEYS[1], 'until', now) end
return 1`);

const readScript = redisScript(`${clock}
local stored = redis.call('HMGET', KEYS[1], 'epoch', 'until', 'before')
if not stored[1] then return {now, from, to} end
return {now, from, to, tonumber(stored[1]), tonumber(stored[2]), tonumber(stored[3])}`);

/** Each of these rejects when Redis does not answer; it may have happened all the same. */
export function leasesIn(redis: Pick<RedisClient, 'run'>) {
  // The braces: one script may only touch what Redis Cluster keeps in one place.
  const keysOf = (node: NodeId): string[] => [`parley:{nodes}:${node}`, 'parley:{nodes}'];
  return {
    /** Begins the epoch after `known`. `hasBegun` is false when there is a later one than `known` already. */
    async begin(node: NodeId, known: number): Promise<{ epoch: number; hasBegun: boolean }> {
      const answer = await redis.run(beginScript, keysOf(node), [String(known)]);
      const [epoch, begun] = answer as number[];
      return { epoch: epoch ?? known, hasBegun: begun === 1 };
    },
    /** @returns false when the epoch is over: nothing brings it back */
    async renew(node: NodeId, epoch: number): Promise<boolean> {
      return (await redis.run(renewScript, keysOf(node), [String(epoch)])) === 1;
    },
    async end(node: NodeId, epoch: number): Promise<void> {
      await redis.run(endScript, keysOf(node), [String(epoch)]);
    },
    async read(node: NodeId): Promise<LeaseReading> {
      const answer = await redis.run(readScript, keysOf(node), []);
      const [now = 0, from = 0, to = 0, epoch, until, before] = answer as number[];
      const isKnown = epoch !== undefined && until !== undefined && before !== undefined;
      return { now, outage: { from, to }, lease: isKnown ? { epoch, until, before } : undefined };
    },
  };
}

export type Leases = ReturnType<typeof leasesIn>;
