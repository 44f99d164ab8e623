// Memory for one node, or Redis for many: the only file that chooses implementations.
import { alwaysLeased } from './cluster/always-leased.js';
import type { Courier } from './cluster/courier.js';
import { createMemoryCourier } from './cluster/memory-courier.js';
import { leasesIn } from './cluster/lease-scripts.js';
import { newNodeId } from './cluster/new-node-id.js';
import type { NodeLease } from './cluster/node-lease.js';
import { createRedisCourier } from './cluster/redis-courier.js';
import { createRedisNodeLease } from './cluster/redis-node-lease.js';
import type { Config } from './config.js';
import type { Logger } from './platform/logger.js';
import { createRedisClient } from './platform/redis-client.js';
import { createMemoryRoomStore } from './rooms/memory-room-store.js';
import { parseRoomParcel } from './rooms/parse-room-parcel.js';
import { createRedisRoomStore } from './rooms/redis-room-store.js';
import type { RoomParcel } from './rooms/room-parcel.js';
import { roomTextsIn } from './rooms/room-scripts.js';
import type { RoomStore } from './rooms/room-store.js';
import { createMemoryUserStore } from './users/memory-user-store.js';
import { createRedisUserStore } from './users/redis-user-store.js';
import { parseUserParcel, type UserParcel } from './users/user-parcel.js';
import type { UserStore } from './users/user-store.js';

/** Where rooms and users are kept, and how this node reaches the others. */
export interface Backing {
  rooms: { store: RoomStore; courier: Courier<RoomParcel> };
  users: { store: UserStore; courier: Courier<UserParcel> };
  lease: NodeLease;
  /** Resolves when everything may be granted. @throws when it cannot be reached */
  open(): Promise<void>;
  /** Never rejects. */
  close(): Promise<void>;
}

export function chooseBacking(config: Config, logger: Logger): Backing {
  return config.redisUrl === '' ? inMemory() : inRedis(config, logger);
}

function inMemory(): Backing {
  return {
    rooms: { store: createMemoryRoomStore(), courier: createMemoryCourier() },
    users: { store: createMemoryUserStore(), courier: createMemoryCourier() },
    lease: alwaysLeased,
    open: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function inRedis({ redisUrl, nodeId, graceMs }: Config, logger: Logger): Backing {
  const node = newNodeId(nodeId);
  const log = logger.child({ node });
  const redis = createRedisClient(redisUrl, log);
  const subscriber = createRedisClient(redisUrl, log.child({ connection: 'subscriber' }));
  const lease = createRedisNodeLease({
    leases: leasesIn(redis),
    node,
    isReachable: () => subscriber.isReady,
    logger: log,
  });
  // In whatever epoch.
  const isGone: Parameters<typeof createRedisCourier>[0]['isGone'] = async (other) =>
    !(await lease.stateOf(other, Infinity)).isAlive;
  const courier = createRedisCourier({ node, publisher: redis, subscriber, lease, isGone, logger: log });
  return {
    rooms: {
      store: createRedisRoomStore({ texts: roomTextsIn(redis), lease, graceMs }),
      courier: courier.line('rooms', parseRoomParcel),
    },
    users: {
      store: createRedisUserStore({ redis, lease, graceMs, logger: log }),
      courier: courier.line('users', parseUserParcel),
    },
    lease,
    async open() {
      await Promise.all([redis.open(), subscriber.open()]);
      await courier.open();
      await lease.open();
      log.info('this node is one of those in Redis');
    },
    async close() {
      courier.close();
      await lease.close();
      await Promise.all([redis.close(), subscriber.close()]);
    },
  };
}
