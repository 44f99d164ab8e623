// A connection to Redis that fails fast: nothing waits for a Redis that is away, and every question has a deadline.
// Leaves what is kept there to the stores, and when to try again to those who ask.
import { createHash } from 'node:crypto';
import { createClient, ErrorReply } from 'redis';
import type { Logger } from './logger.js';
import { within } from './within.js';

/** Within this time a question is answered, or it is given up: the script may still have run, or run later. */
const answerMs = 800;

/**
 * All questions of one decision, and what it waits for before, together: so whoever asks is answered within 1 s, also
 * where the machine is busy.
 */
export const decisionMs = 700;

/** How long a start waits for a Redis that does not answer. */
const startMs = 5000;

const longestPauseMs = 1000;

/** Redis has answered that it does not do it: it is read-only, full, or without its replicas. Nothing was done. */
export class RedisRefusal extends Error {}

/** Lua that Redis runs in one step. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

export interface RedisClient {
  /** It is connected, and subscribed if it is to be; a silence is noticed after 2 s. */
  readonly isReady: boolean;
  /** Resolves when Redis answers. @throws {Error} with one clear sentence, when it has not after 5 s */
  open(): Promise<void>;
  /**
   * @throws {RedisRefusal}
   * @throws when Redis is away, or does not answer in time; then nothing is known about what happened
   */
  run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly string[],
    withinMs?: number,
  ): Promise<unknown>;
  /** To how many subscribers it went. @throws as `run` does */
  publish(channel: string, text: string): Promise<number>;
  /**
   * Turns this connection into one that only hears this channel, also after it has been lost; call it once, after
   * `open`.
   * @param onSubscribed runs each time the subscription is in force, first before this resolves
   */
  subscribe(channel: string, hear: (text: string) => void, onSubscribed: () => void): Promise<void>;
  /** Never rejects. Whatever is still unanswered rejects. */
  close(): Promise<void>;
}

export function redisScript(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** @param url may have a password in it: it is never logged */
export function createRedisClient(url: string, logger: Logger): RedisClient {
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
  /** Until it is open, whoever opens it says what is wrong. */
  let isOpen = false;
  let isAway = false;
  let lastFault: unknown;
  let onReady = (): void => {};
  client.on('error', (cause: unknown) => {
    lastFault = cause;
    // Once for each outage: it is tried again many times.
    if (isOpen && !isAway) logger.warn({ err: cause }, 'Redis is away');
    isAway = true;
  });
  client.on('ready', () => {
    if (isOpen && isAway) logger.info('Redis is back');
    isAway = false;
    onReady();
  });

  async function runByName({ text, sha }: RedisScript, keys: string[], args: string[]): Promise<unknown> {
    try {
      return await client.evalSha(sha, { keys, arguments: args });
    } catch (cause) {
      // A Redis that has just started knows no scripts.
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
    async subscribe(channel, hear, onSubscribed) {
      await client.subscribe(channel, hear);
      // Redis's client subscribes again by itself before it says that it is ready.
      onReady = onSubscribed;
      onSubscribed();
    },
    close() {
      if (client.isOpen) client.destroy();
      return Promise.resolve();
    },
  };
}

/** Where Redis is, without name and password. */
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
