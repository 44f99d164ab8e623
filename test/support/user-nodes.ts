// Parleys of this process that share one Redis, for calls between them.
import { onTestFinished } from 'vitest';
import type { ParleyOptions } from '../../server/create-parley.js';
import { startRedis, type RedisServer } from './redis-server.js';
import { connectUser, logIn, startCalls, type UserClient } from './user-client.js';

export interface UserNodesScene {
  redis: RedisServer;
  /** Where the calls of this node are. */
  urlOf(node: number): string;
}

export async function startUserNodes(count = 2, options: ParleyOptions = {}): Promise<UserNodesScene> {
  const redis = await startRedis();
  // After the parleys, which are closed first.
  onTestFinished(() => redis.close());
  const starting = Array.from({ length: count }, (_, index) =>
    startCalls({ redisUrl: redis.url, nodeId: `n${index}`, ...options }),
  );
  const nodes = await Promise.all(starting);
  return {
    redis,
    urlOf(node) {
      const { url } = nodes[node] ?? {};
      if (url === undefined) throw new Error(`there is no node ${node}`);
      return url;
    },
  };
}

/** Who keeps its name, under a secret that the test can tell; asks again when a node or Redis took too long. */
export async function logInKept(url: string, name: string): Promise<[UserClient, unknown]> {
  const client = await connectUser(url);
  return [client, await logIn(client, { name, resume: true, seat: `secret of ${name}` })];
}

/** Both hear each other, whichever way it goes. */
export async function exchangeCandidates(
  [ann, bob]: readonly [UserClient, UserClient],
  mark: string,
): Promise<unknown[]> {
  ann.say({ type: 'candidate', name: 'bob', candidate: `${mark} of ann` });
  bob.say({ type: 'candidate', name: 'ann', candidate: `${mark} of bob` });
  return [await ann.hears(), await bob.hears()];
}

/** What `exchangeCandidates` finds when nothing is in the way. */
export function exchanged(mark: string): unknown[] {
  return [
    { type: 'candidate', candidate: `${mark} of bob`, name: 'bob' },
    { type: 'candidate', candidate: `${mark} of ann`, name: 'ann' },
  ];
}

/** ann calls, bob answers; both have heard of it. */
export async function talk(ann: UserClient, bob: UserClient): Promise<readonly [UserClient, UserClient]> {
  ann.say({ type: 'offer', name: 'bob', offer: 'shall we?' });
  await bob.hears();
  bob.say({ type: 'answer', name: 'ann', answer: 'yes' });
  await ann.hears();
  return [ann, bob];
}
