// The texts of records in Redis: read, replaced and listed, each in one step by a script. Leaves what a text means to
// the store.
import { redisScript, type RedisClient } from '../cluster/redis-client.js';

/** How long a record is kept that a connection holds and nobody changes. */
export const heldRecordMs = 86_400_000;

/** The texts at this moment, in the order of the keys; empty: no record. */
export interface ReadTexts {
  /** µs of Redis's clock. */
  nowUs: number;
  texts: readonly string[];
}

export interface TextChange {
  key: string;
  before: string;
  after: string;
  keepMs: number;
  /** Whether the index lists it, where there is one. */
  isListed: boolean;
}

/** Each rejects when Redis does not answer in time; a change may have been made then, or be made later. */
export interface RecordTexts {
  read(keys: readonly string[], withinMs?: number): Promise<ReadTexts>;
  /** All of the changes, or none. @returns undefined when they were made, else what is stored instead of `before` */
  replace(changes: readonly TextChange[], withinMs: number): Promise<ReadTexts | undefined>;
  /** As `read`, with null for what a record keeps as JSON of a client: a list neither needs it nor waits for it. */
  readForList(keys: readonly string[]): Promise<ReadTexts>;
  /** A part of the index, the oldest first. A key in it may have no record any more. */
  range(first: number, last: number): Promise<string[]>;
}

const readScript = redisScript(`
local reply = redis.call('TIME')
for i, key in ipairs(KEYS) do reply[i + 2] = redis.call('GET', key) or '' end
return reply`);

// Between two line breaks; see record-text.
const readForListScript = redisScript(`
local reply = redis.call('TIME')
for i, key in ipairs(KEYS) do
  reply[i + 2] = string.gsub(redis.call('GET', key) or '', '\\n.*\\n', 'null')
end
return reply`);

// ARGV: how many records; for each of them: before, after, how long it is kept, whether it is listed, its own key. The
// key of the index, if there is one, comes after those of the records. The whole text is compared: it contains a version
// that never comes again.
const replaceScript = redisScript(`
local count = tonumber(ARGV[1])
local index = KEYS[count + 1]
local reply = redis.call('TIME')
local time = reply[1]
local isSame = true
for i = 1, count do
  reply[i + 2] = redis.call('GET', KEYS[i]) or ''
  if reply[i + 2] ~= ARGV[5 * i - 3] then isSame = false end
end
if not isSame then return reply end
for i = 1, count do
  local after, keepMs, listed, key = ARGV[5 * i - 2], ARGV[5 * i - 1], ARGV[5 * i], ARGV[5 * i + 1]
  redis.call('SET', KEYS[i], after, 'PX', keepMs)
  if index then
    if listed == '1' then redis.call('ZADD', index, 'NX', time, key) else redis.call('ZREM', index, key) end
    redis.call('PEXPIRE', index, ${heldRecordMs})
  end
end
return {}`);

const rangeScript = redisScript(`return redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2])`);

export interface RecordKeys {
  /** Before each key. Records that change together need one hash tag, so that Redis Cluster keeps them in one place. */
  prefix: string;
  /** The sorted set of all keys; absent: they cannot be listed. */
  index?: string;
}

export function recordTextsIn(redis: Pick<RedisClient, 'run'>, { prefix, index }: RecordKeys): RecordTexts {
  const indexKeys = index === undefined ? [] : [index];
  const keyOf = (key: string): string => prefix + key;
  return {
    async read(keys, withinMs) {
      return readReply(await redis.run(readScript, keys.map(keyOf), [], withinMs));
    },
    async readForList(keys) {
      return readReply(await redis.run(readForListScript, keys.map(keyOf), []));
    },
    async replace(changes, withinMs) {
      const keys = [...changes.map(({ key }) => keyOf(key)), ...indexKeys];
      const args = changes.flatMap(({ key, before, after, keepMs, isListed }) => {
        return [before, after, String(keepMs), isListed ? '1' : '0', key];
      });
      const reply = await redis.run(replaceScript, keys, [String(changes.length), ...args], withinMs);
      return Array.isArray(reply) && reply.length === 0 ? undefined : readReply(reply);
    },
    async range(first, last) {
      return (await redis.run(rangeScript, indexKeys, [String(first), String(last)])) as string[];
    },
  };
}

function readReply(reply: unknown): ReadTexts {
  const [seconds, micros, ...texts] = Array.isArray(reply) ? (reply as unknown[]) : [];
  if (
    typeof seconds !== 'string' ||
    typeof micros !== 'string' ||
    texts.some((text) => typeof text !== 'string')
  ) {
    throw new Error('Redis sent a malformed reply.');
  }
  return { nowUs: Number(seconds) * 1_000_000 + Number(micros), texts: texts as string[] };
}
