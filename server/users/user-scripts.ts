// The names in Redis: read, written and listed in one step each. All keys of users share one hash tag, so that two can
// be changed together also on Redis Cluster.
import { redisScript, type RedisClient } from '../platform/redis-client.js';
import type { UserName } from '../protocol/parse-user-name.js';

/** Names in the order in which they were taken. A name that is gone may stay in it for a while. */
const allNames = 'parley:{users}:names';

/** Names whose nodes say nothing of them for so long are forgotten, here and away. */
const keptMs = String(86_400_000);

const time = `local time = redis.call('TIME')`;

const readScript = redisScript(`${time}
local found = {time[1], time[2]}
for i, key in ipairs(KEYS) do found[i + 2] = redis.call('GET', key) or '' end
return found`);

// ARGV: for each name what it was, then for each what it is to be (empty: free), how long it is kept, and itself.
const writeScript = redisScript(`${time}
local count = #KEYS - 1
local found = {time[1], time[2]}
local isSame = true
for i = 1, count do
  found[i + 2] = redis.call('GET', KEYS[i + 1]) or ''
  if found[i + 2] ~= ARGV[i] then isSame = false end
end
if not isSame then return found end
for i = 1, count do
  local text, ms, name = ARGV[count + i], ARGV[2 * count + i], ARGV[3 * count + i]
  if text == '' then
    redis.call('DEL', KEYS[i + 1])
    redis.call('ZREM', KEYS[1], name)
  elseif text ~= ARGV[i] then
    redis.call('SET', KEYS[i + 1], text, 'PX', ms)
    redis.call('ZADD', KEYS[1], 'NX', time[1], name)
    redis.call('PEXPIRE', KEYS[1], ${keptMs})
  end
end
return {}`);

const rangeScript = redisScript(`return redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2])`);

const forgetScript = redisScript(`
for i = 2, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then redis.call('ZREM', KEYS[1], ARGV[i - 1]) end
end
return 1`);

const keepScript = redisScript(`${time}
for i = 2, #KEYS do
  if redis.call('PTTL', KEYS[i]) > 0 then
    redis.call('PEXPIRE', KEYS[i], ${keptMs}, 'GT')
    redis.call('ZADD', KEYS[1], 'NX', time[1], ARGV[i - 1])
  end
end
redis.call('PEXPIRE', KEYS[1], ${keptMs})
return 1`);

/** The texts as they were at this moment, in the order of the names; empty: none. */
export interface ReadTexts {
  seconds: number;
  micros: number;
  texts: string[];
}

export interface TextChange {
  name: UserName;
  before: string;
  /** Empty: the name is free. */
  after: string;
  /** Absent: for a day. */
  keptMs?: number;
}

/** Each rejects when Redis does not answer in time; a change may then have happened, or happen yet. */
export function userScriptsIn(redis: Pick<RedisClient, 'run'>) {
  const keyOf = (name: UserName): string => `parley:{users}:name:${name}`;

  return {
    async read(names: readonly UserName[], withinMs?: number): Promise<ReadTexts> {
      return readTexts(await redis.run(readScript, names.map(keyOf), [], withinMs));
    },
    /** All of it, or none. @returns what is there instead, when it is not what it was said to be before */
    async write(changes: readonly TextChange[], withinMs?: number): Promise<ReadTexts | undefined> {
      const keys = [allNames, ...changes.map(({ name }) => keyOf(name))];
      const args = [
        ...changes.map(({ before }) => before),
        ...changes.map(({ after }) => after),
        ...changes.map((change) => String(change.keptMs ?? keptMs)),
        ...changes.map(({ name }) => name),
      ];
      const found = (await redis.run(writeScript, keys, args, withinMs)) as unknown[];
      return found.length === 0 ? undefined : readTexts(found);
    },
    async range(first: number, last: number): Promise<UserName[]> {
      return (await redis.run(rangeScript, [allNames], [String(first), String(last)])) as UserName[];
    },
    /** Takes those off the list that have no record. */
    async forget(names: readonly UserName[]): Promise<void> {
      if (names.length > 0) await redis.run(forgetScript, [allNames, ...names.map(keyOf)], names);
    },
    async keep(names: readonly UserName[]): Promise<void> {
      if (names.length > 0) await redis.run(keepScript, [allNames, ...names.map(keyOf)], names);
    },
  };
}

function readTexts(found: unknown): ReadTexts {
  const [seconds, micros, ...texts] = found as string[];
  return { seconds: Number(seconds), micros: Number(micros), texts };
}
