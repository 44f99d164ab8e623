// Nodes in this process on one real Redis, each of which can be cut off from it as if it had died. Leaves what people do
// there to the tests.
import { onTestFinished, vi } from 'vitest';
import { leaseMs } from '../../server/cluster/lease-scripts.js';
import { ask } from './http-ask.js';
import { startFaultProxy, type FaultProxy } from './fault-proxy.js';
import { startParley, type StartedParley } from './parley.js';
import { startRedis, type RedisServer } from './redis-server.js';
import type { ParleyOptions } from '../../server/create-parley.js';

export interface RoomNode extends StartedParley {
  /** What `/readyz` says. */
  readiness(): Promise<string>;
  /** Redis and the other nodes hear nothing of it any more, and it nothing of them. */
  cutOff(): void;
  /** It can reach Redis again. */
  comeBack(): void;
  /** It ends without a word: cut off first, so that it can give up nothing. */
  die(): Promise<void>;
}

export interface RoomNodes {
  redis: RedisServer;
  nodes: [RoomNode, RoomNode, RoomNode];
}

/** Three nodes; all of it ends with the test. */
export async function startRoomNodes(options: ParleyOptions = {}): Promise<RoomNodes> {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const open = async (name: string): Promise<RoomNode> => {
    const proxy = await startFaultProxy(redis.port);
    return startNode(proxy, { nodeId: name, ...options });
  };
  const [one, two, three] = await Promise.all([open('one'), open('two'), open('three')]);
  return { redis, nodes: [one, two, three] };
}

async function startNode(proxy: FaultProxy, options: ParleyOptions): Promise<RoomNode> {
  const started = await startParley({ redisUrl: `redis://127.0.0.1:${proxy.port}`, ...options });

  function cutOff(): void {
    proxy.welcome = 'swallow';
    for (const path of proxy.paths()) path.silence();
  }

  return {
    ...started,
    async readiness() {
      const { body } = await ask(started.port, '/readyz');
      return (JSON.parse(body) as { status: string }).status;
    },
    cutOff,
    comeBack() {
      proxy.welcome = 'carry';
      // What was on its way when it was cut off is gone.
      for (const path of proxy.paths()) path.reset();
    },
    async die() {
      cutOff();
      await started.parley.close();
    },
  };
}

/** Resolves when it is so. @throws when it never is: ten times as long as a lease takes to run out */
export async function becomesSo(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitUntil(isSo, { timeout: 10 * leaseMs, interval: 20 });
}
