// Stores of rooms of several nodes on one Redis, whose leases a test sets by hand.
import { onTestFinished } from 'vitest';
import { addressOn, type NodeId } from '../../server/cluster/address.js';
import type { LeaseState } from '../../server/cluster/node-lease.js';
import { createRedisClient, type RedisClient } from '../../server/platform/redis-client.js';
import { createRedisRoomStore } from '../../server/rooms/redis-room-store.js';
import { roomTextsIn, type RoomTexts } from '../../server/rooms/room-scripts.js';
import type { RoomStore } from '../../server/rooms/room-store.js';
import type { PeerId } from '../../server/rooms/room.js';
import { createLogBook } from './log-book.js';

export interface RoomStoreNode {
  store: RoomStore;
  lease: { node: NodeId; epoch: number };
  peer(id: string): PeerId;
}

export interface RoomStoreNodes {
  nodes: [RoomStoreNode, RoomStoreNode, RoomStoreNode];
  /** What every node knows of the others: whoever is not in it is alive. */
  lapsedAt: Map<NodeId, number>;
  redis: RedisClient;
}

/** Closed when the test is over. @param between stands between the stores and Redis */
export async function openRoomStores(
  url: string,
  between: (texts: RoomTexts) => RoomTexts = (texts) => texts,
  graceMs = 1000,
): Promise<RoomStoreNodes> {
  const redis = createRedisClient(url, createLogBook().logger);
  await redis.open();
  onTestFinished(() => redis.close());
  const lapsedAt = new Map<NodeId, number>();

  function stateOf(node: NodeId): Promise<LeaseState> {
    const at = lapsedAt.get(node);
    return Promise.resolve(at === undefined ? { isAlive: true } : { isAlive: false, lapsedAt: at });
  }

  function open(name: string): RoomStoreNode {
    const lease = { node: name as NodeId, epoch: 1, stateOf };
    const store = createRedisRoomStore({ texts: between(roomTextsIn(redis)), lease, graceMs });
    return { store, lease, peer: (id) => addressOn(lease.node, id) as PeerId };
  }

  return { nodes: [open('one'), open('two'), open('three')], lapsedAt, redis };
}
