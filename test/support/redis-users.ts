// Stores of users of several nodes on one Redis, whose leases a test sets by hand.
import { addressOn, type NodeId } from '../../server/cluster/address.js';
import type { LeaseState } from '../../server/cluster/node-lease.js';
import { createLogger, type Logger } from '../../server/platform/logger.js';
import { createRedisClient, type RedisClient } from '../../server/platform/redis-client.js';
import { createRedisUserStore } from '../../server/users/redis-user-store.js';
import type { ConnectionId } from '../../server/users/user-rules.js';
import type { UserStore } from '../../server/users/user-store.js';

export interface UserNode {
  node: NodeId;
  store: UserStore;
  /** The lease of this node. */
  lease: { epoch: number };
  redis: RedisClient;
  connection(id: string): ConnectionId;
  close(): Promise<void>;
}

export interface UserNodes {
  nodes: [UserNode, UserNode, UserNode];
  /** What every node knows of the others: whoever is not in it is alive. */
  lapsedAt: Map<NodeId, number>;
  close(): Promise<void>;
}

export interface UserNodesOptions {
  graceMs?: number;
  logger?: Logger;
  /** Between a store and Redis. */
  between?: (redis: RedisClient) => Pick<RedisClient, 'run'>;
}

export async function openUserNodes(
  url: string,
  {
    graceMs = 1000,
    logger = createLogger({ logLevel: 'silent', logFormat: 'json' }),
    between = (redis) => redis,
  }: UserNodesOptions = {},
): Promise<UserNodes> {
  const lapsedAt = new Map<NodeId, number>();

  async function open(name: string): Promise<UserNode> {
    const node = name as NodeId;
    const lease = { node, epoch: 1, stateOf };
    const redis = createRedisClient(url, logger);
    await redis.open();
    return {
      node,
      lease,
      redis,
      store: createRedisUserStore({ redis: between(redis), lease, graceMs, logger }),
      connection: (id) => addressOn(node, id) as ConnectionId,
      close: () => redis.close(),
    };
  }

  function stateOf(node: NodeId): Promise<LeaseState> {
    const at = lapsedAt.get(node);
    return Promise.resolve(at === undefined ? { isAlive: true } : { isAlive: false, lapsedAt: at });
  }

  const nodes: [UserNode, UserNode, UserNode] = [await open('one'), await open('two'), await open('three')];
  return {
    nodes,
    lapsedAt,
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}
