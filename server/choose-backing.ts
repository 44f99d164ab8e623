// Chooses the implementations: memory for a single node, Redis for many. No other file does.
import { randomBytes } from 'node:crypto';
import { nodeIdOf } from './cluster/address.js';
import { leasesIn } from './cluster/lease-scripts.js';
import { createMemoryMessageBus } from './cluster/memory-message-bus.js';
import type { MessageBus } from './cluster/message-bus.js';
import { singleNodeLease, type NodeLease } from './cluster/node-lease.js';
import { createRedisClient } from './cluster/redis-client.js';
import { createRedisMessageBus, type RedisMessageBusParts } from './cluster/redis-message-bus.js';
import { createRedisNodeLease } from './cluster/redis-node-lease.js';
import type { Config } from './config.js';
import { createMemoryRecordStore } from './kernel/memory-record-store.js';
import { recordTextsIn } from './kernel/record-scripts.js';
import type { RecordStore } from './kernel/record-store.js';
import { createRedisRecordStore } from './kernel/redis-record-store.js';
import type { Logger } from './observability/logger.js';
import { roomRecords } from './rooms/room-domain.js';
import { roomCodec, roomPayloadCodec, type RoomPayload } from './rooms/room-record.js';
import type { Room } from './rooms/room.js';
import { userRecords } from './users/user-domain.js';
import { userCodec, userPayloadCodec, type UserPayload } from './users/user-record.js';
import type { User } from './users/user.js';

/** Where rooms and users are stored, and how this node reaches the others. */
export interface Backing {
  rooms: { store: RecordStore<Room>; bus: MessageBus<RoomPayload> };
  users: { store: RecordStore<User>; bus: MessageBus<UserPayload> };
  lease: NodeLease;
  /**
   * Resolves when this node holds its lease and may grant; if Redis refuses to write, at once, and then it is not ready
   * until Redis writes again. @throws if Redis does not answer
   */
  open(): Promise<void>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** One key for each room, so that Redis Cluster can distribute them. */
export const roomKeys = { prefix: 'parley:room:' };

/** A transaction may change two users, so all keys share one hash tag. */
export const userKeys = { prefix: 'parley:{users}:name:', index: 'parley:{users}:names' };

export function chooseBacking(config: Config, logger: Logger): Backing {
  return config.redisUrl === '' ? inMemory() : inRedis(config, logger);
}

function inMemory(): Backing {
  return {
    rooms: { store: createMemoryRecordStore(roomRecords), bus: createMemoryMessageBus() },
    users: { store: createMemoryRecordStore(userRecords), bus: createMemoryMessageBus() },
    lease: singleNodeLease,
    open: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function inRedis({ redisUrl, nodeId }: Config, logger: Logger): Backing {
  const node = nodeIdOf(nodeId, randomBytes(9).toString('base64url'));
  const log = logger.child({ node });
  const redis = createRedisClient(redisUrl, log);
  const subscriber = createRedisClient(redisUrl, log.child({ connection: 'subscriber' }));
  const lease = createRedisNodeLease({
    leases: leasesIn(redis),
    node,
    isReachable: () => subscriber.isReady,
    logger: log,
  });
  // In any epoch.
  const isGone: RedisMessageBusParts['isGone'] = async (other) =>
    !(await lease.stateOf(other, Infinity)).isAlive;
  const bus = createRedisMessageBus({ node, publisher: redis, subscriber, lease, isGone, logger: log });
  return {
    rooms: {
      store: createRedisRecordStore({
        texts: recordTextsIn(redis, roomKeys),
        type: roomRecords,
        codec: roomCodec,
        lease,
      }),
      bus: bus.topic('rooms', roomPayloadCodec),
    },
    users: {
      store: createRedisRecordStore({
        texts: recordTextsIn(redis, userKeys),
        type: userRecords,
        codec: userCodec,
        lease,
      }),
      bus: bus.topic('users', userPayloadCodec),
    },
    lease,
    async open() {
      await Promise.all([redis.open(), subscriber.open()]);
      await bus.open();
      await lease.open();
      if (lease.isValid()) log.info('Connected to Redis. This node has its lease.');
    },
    async close() {
      bus.close();
      await lease.close();
      await Promise.all([redis.close(), subscriber.close()]);
    },
  };
}
