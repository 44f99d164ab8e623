// The leases in Redis: begin, renew, end and read, each an atomic script, by the clock of Redis alone.
import { redisScript, type RedisClient } from './redis-client.js';
import type { NodeId } from './address.js';

/** Duration of a lease: a node counts as alive for this time after it has renewed. */
export const leaseMs = 5000;

/** Redis keeps the lease of a dead node for this time: longer than any room that still names the node. */
const keptMs = 2 * 86_400_000;

/** If no node has renewed for this time, Redis was down and not a node. A shorter outage ends no lease. */
const outageMs = 3000;

/**
 * For this time after an outage no node that was alive before it counts as dead: every node has to begin a new epoch,
 * and no node may give away what another one is about to reclaim.
 */
export const outageGraceMs = 3000;

/** The lease of a node. `before`: when the previous epoch ended. Times are in ms of Redis's clock. */
export interface LeaseRecord {
  epoch: number;
  until: number;
  before: number;
}

/** What Redis has at `now`. `outage`: the last one; both 0: none. Times are in ms of Redis's clock. */
export interface LeaseReading {
  lease: LeaseRecord | undefined;
  now: number;
  outage: { from: number; to: number };
}

/**
 * `servedAt`: when any node last began, renewed or ended. It is one value for all nodes, so that all come to the same
 * result. An outage that begins within the grace after the last one counts as one with it. An empty Redis may have lost
 * its data, so that is an outage, too, since time 0.
 */
const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local served = redis.call('HMGET', KEYS[2], 'at', 'from', 'to')
local servedAt = tonumber(served[1] or 0)
local from = tonumber(served[2] or 0)
local to = math.min(now, tonumber(served[3] or 0))
if now - servedAt > ${outageMs} then
  if servedAt >= to + ${outageGraceMs} then from = servedAt end
  to = now
end`;

const serve = `
redis.call('HSET', KEYS[2], 'at', now, 'from', from, 'to', to)
redis.call('PEXPIRE', KEYS[2], ${keptMs})`;

// A request to begin that timed out and runs late must not end the epoch that a later request has begun. So it names
// the epoch that it follows. If the stored epoch is older than that, Redis has lost its last writes.
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

/** Each function rejects if Redis does not answer; the script may have run all the same. */
export function leasesIn(redis: Pick<RedisClient, 'run'>) {
  // The hash tag: all keys of one script have to be in the same slot of Redis Cluster.
  const keysOf = (node: NodeId): string[] => [`parley:{nodes}:${node}`, 'parley:{nodes}'];
  return {
    /** Begins the epoch after `known`. `hasBegun` is false if the stored epoch is later than `known`. */
    async begin(node: NodeId, known: number): Promise<{ epoch: number; hasBegun: boolean }> {
      const answer = await redis.run(beginScript, keysOf(node), [String(known)]);
      const [epoch, begun] = answer as number[];
      return { epoch: epoch ?? known, hasBegun: begun === 1 };
    },
    /** @returns false if the epoch has ended; it cannot be resumed */
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
