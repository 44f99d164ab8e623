// A connection to Redis that fails fast: no request waits for a reconnect, and each one has a deadline. Leaves the data
// to the stores, and retries to the callers.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as Redis from 'redis';
import type { Logger } from '../observability/logger.js';
import { within } from '../timing/deadline.js';

/** Loaded with the first connection: a server without Redis starts in two thirds of the time without it. */
const loadRedis = (): typeof Redis => createRequire(import.meta.url)('redis') as typeof Redis;

/** Timeout of one request. After it the outcome is unknown: the script may have run, or run later. */
const answerMs = 800;

/**
 * Timeout of one transaction: all its requests, and the wait before them. So a client is answered within 1 s, also on a
 * busy machine.
 */
export const transactionMs = 700;

/** Timeout of the first connection, at the start of the process. */
const startMs = 5000;

const longestPauseMs = 1000;

/** Redis has refused the request: it is read-only, out of memory, or without its replicas. Nothing was written. */
export class RedisRefusal extends Error {
  /** Why it refuses to write for now, and what an operator can do; undefined: it refuses for good. */
  get advice(): string | undefined {
    return advices.find(([code]) => this.message.includes(code))?.[1];
  }
}

/** By a word of Redis's reply. */
const advices: readonly (readonly [code: string, advice: string])[] = [
  ['OOM', 'It is full: raise its maxmemory, or move what other programs store in it to another Redis.'],
  ['READONLY', 'It is a read-only replica: let REDIS_URL lead to the primary, or promote this one.'],
  ['NOREPLICAS', 'It has too few replicas: start them, or lower its min-replicas-to-write.'],
  ['MISCONF', 'It cannot save to its disk: make room there, or turn saving off, which parley does not need.'],
  ['MASTERDOWN', 'It is a replica that has lost its primary: let REDIS_URL lead to a primary.'],
  ['LOADING', 'It is still loading its data after a start.'],
  ['BUSY', 'It is busy with a script of another program.'],
];

/** A Lua script, which Redis runs atomically. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

export interface RedisClient {
  /** Whether it is connected, and subscribed if `subscribe` was called. A silent connection is noticed after 2 s. */
  readonly isReady: boolean;
  /** Resolves when Redis answers. @throws {Error} with one clear sentence, if it does not within 5 s */
  open(): Promise<void>;
  /**
   * @throws {RedisRefusal}
   * @throws if Redis cannot be reached or does not answer in time: the outcome is unknown then
   */
  run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly string[],
    withinMs?: number,
  ): Promise<unknown>;
  /** @returns the number of subscribers that received it. @throws as `run` does */
  publish(channel: string, text: string): Promise<number>;
  /**
   * Uses this connection for this channel only, also after a reconnect. Call it once, after `open`.
   * @param onSubscribed runs each time that the subscription is active, for the first time before this resolves
   */
  subscribe(channel: string, receive: (text: string) => void, onSubscribed: () => void): Promise<void>;
  /** Never rejects. Requests that have no answer yet reject. */
  close(): Promise<void>;
}

export function redisScript(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** @param url is never logged: it may contain a password */
export function createRedisClient(url: string, logger: Logger): RedisClient {
  const { createClient, ErrorReply } = loadRedis();
  const client = createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: 1000,
    maintNotifications: 'disabled',
    socket: {
      connectTimeout: 1000,
      socketTimeout: 2000,
      reconnectStrategy: (retries) => Math.min(50 * retries, longestPauseMs),
    },
  });
  /** Before that, faults are reported by `open`. */
  let isOpen = false;
  let isAway = false;
  let lastFault: unknown;
  let onReady = (): void => {};
  client.on('error', (cause: unknown) => {
    lastFault = cause;
    // Once for each outage, not at each reconnect attempt.
    if (isOpen && !isAway) {
      logger.warn(
        { err: cause },
        'Lost the connection to Redis. Requests that need it are refused with "unavailable"; this node reconnects.',
      );
    }
    isAway = true;
  });
  client.on('ready', () => {
    if (isOpen && isAway) logger.info('Connected to Redis again.');
    isAway = false;
    onReady();
  });

  async function runByName({ text, sha }: RedisScript, keys: string[], args: string[]): Promise<unknown> {
    try {
      return await client.evalSha(sha, { keys, arguments: args });
    } catch (cause) {
      // After a restart Redis has no scripts.
      if (!(cause instanceof Error) || !cause.message.startsWith('NOSCRIPT')) throw cause;
      return client.sendCommand(['EVAL', text, String(keys.length), ...keys, ...args]);
    }
  }

  async function run(script: RedisScript, keys: string[], args: string[]): Promise<unknown> {
    try {
      return await runByName(script, keys, args);
    } catch (cause) {
      if (cause instanceof ErrorReply) throw new RedisRefusal(cause.message, { cause });
      throw cause;
    }
  }

  return {
    get isReady() {
      return client.isReady;
    },
    async open() {
      try {
        await answered(startMs, client.connect());
        isOpen = true;
      } catch (cause) {
        client.destroy();
        throw new Error(`Redis does not answer at ${placeOf(url)}. ${reasonOf(lastFault ?? cause)}`, {
          cause,
        });
      }
    },
    run: (script, keys, args, withinMs = answerMs) => answered(withinMs, run(script, [...keys], [...args])),
    publish: (channel, text) => answered(answerMs, client.publish(channel, text)),
    async subscribe(channel, receive, onSubscribed) {
      await client.subscribe(channel, receive);
      // After a reconnect the Redis client subscribes again by itself, before it emits `ready`.
      onReady = onSubscribed;
      onSubscribed();
    },
    close() {
      if (client.isOpen) client.destroy();
      return Promise.resolve();
    },
  };
}

/** Host and port of Redis, without user name and password. */
function placeOf(url: string): string {
  return new URL(url).host;
}

function reasonOf(fault: unknown): string {
  if (!(fault instanceof Error)) return '';
  const { message, code } = fault as Error & { code?: string };
  return `(${message === '' ? (code ?? fault.name) : message})`;
}

function answered<Answer>(ms: number, answer: Promise<Answer>): Promise<Answer> {
  return within(ms, answer, `Redis did not answer within ${ms} ms.`);
}
