// The two steps of a decision in Redis: read a room's text, and replace it if it is still the same.
import { redisScript, type RedisClient } from '../platform/redis-client.js';
import type { ChannelName } from '../protocol/parse-channel.js';

/** A room's text as it was at `nowUs`, in µs of Redis's clock. Empty: none. */
export interface StoredText {
  text: string;
  nowUs: number;
}

const readScript = redisScript(`
local time = redis.call('TIME')
return {redis.call('GET', KEYS[1]) or '', time[1], time[2]}`);

// The whole text is compared: it has a version in it that never comes again.
const replaceScript = redisScript(`
local stored = redis.call('GET', KEYS[1]) or ''
if stored ~= ARGV[1] then
  local time = redis.call('TIME')
  return {stored, time[1], time[2]}
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return {}`);

/** Both reject when Redis does not answer in time; a replacement may have been made all the same, or be made later. */
export interface RoomTexts {
  read(channel: ChannelName, withinMs: number): Promise<StoredText>;
  /** @returns undefined when it was replaced, else what is there instead of `text` */
  replace(
    channel: ChannelName,
    text: string,
    next: string,
    keepMs: number,
    withinMs: number,
  ): Promise<StoredText | undefined>;
}

export function roomTextsIn(redis: Pick<RedisClient, 'run'>): RoomTexts {
  const keysOf = (channel: ChannelName): string[] => [`parley:room:${channel}`];
  return {
    async read(channel, withinMs) {
      return readReply(await redis.run(readScript, keysOf(channel), [], withinMs));
    },
    async replace(channel, text, next, keepMs, withinMs) {
      const reply = await redis.run(replaceScript, keysOf(channel), [text, next, String(keepMs)], withinMs);
      return Array.isArray(reply) && reply.length === 0 ? undefined : readReply(reply);
    },
  };
}

function readReply(reply: unknown): StoredText {
  const [text, seconds, micros] = Array.isArray(reply) ? (reply as unknown[]) : [];
  if (typeof text !== 'string' || typeof seconds !== 'string' || typeof micros !== 'string') {
    throw new Error('Redis gave an answer that is none.');
  }
  return { text, nowUs: Number(seconds) * 1_000_000 + Number(micros) };
}
