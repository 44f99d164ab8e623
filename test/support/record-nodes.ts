// Record stores of three nodes on one Redis, whose leases a test sets by hand.
import { onTestFinished } from 'vitest';
import { addressOn, type NodeId } from '../../server/cluster/address.js';
import type { LeaseState } from '../../server/cluster/node-lease.js';
import { createRedisClient } from '../../server/cluster/redis-client.js';
import { recordTextsIn, type RecordTexts } from '../../server/kernel/record-scripts.js';
import type { RecordStore } from '../../server/kernel/record-store.js';
import { createRedisRecordStore } from '../../server/kernel/redis-record-store.js';
import { unchanged } from '../../server/kernel/rule.js';
import { createLogBook } from './log-book.js';
import type { RecordKind } from './record-kinds.js';

export interface RecordNode<State> {
  store: RecordStore<State>;
  lease: { node: NodeId; epoch: number };
  addressOf(id: string): string;
}

export interface RecordNodes<State> {
  nodes: [RecordNode<State>, RecordNode<State>, RecordNode<State>];
  /** When the lease of a node expired; one that is not in it is alive. Every node knows the same. */
  expiredAt: Map<NodeId, number>;
  /** ms of Redis's clock. */
  now(): Promise<number>;
}

/**
 * Closed when the test is over.
 * @param between stands between the stores and Redis
 * @param withinMs the time limit of a transaction
 */
export async function openRecordNodes<State>(
  url: string,
  { type, codec, keys }: RecordKind<State>,
  between: (texts: RecordTexts) => RecordTexts = (texts) => texts,
  withinMs?: number,
): Promise<RecordNodes<State>> {
  const expiredAt = new Map<NodeId, number>();

  function stateOf(node: NodeId): Promise<LeaseState> {
    const at = expiredAt.get(node);
    return Promise.resolve(at === undefined ? { isAlive: true } : { isAlive: false, expiredAt: at });
  }

  async function open(name: string): Promise<RecordNode<State>> {
    const redis = createRedisClient(url, createLogBook().logger);
    await redis.open();
    const lease = { node: name as NodeId, epoch: 1, stateOf };
    const store = createRedisRecordStore({
      texts: between(recordTextsIn(redis, keys)),
      type,
      codec,
      lease,
      withinMs,
    });
    onTestFinished(async () => {
      await store.close();
      await redis.close();
    });
    return { store, lease, addressOf: (id) => addressOn(lease.node, id) };
  }

  const nodes: [RecordNode<State>, RecordNode<State>, RecordNode<State>] = [
    await open('one'),
    await open('two'),
    await open('three'),
  ];
  return {
    nodes,
    expiredAt,
    now: async () => (await nodes[1].store.transact([], () => unchanged(undefined))).now,
  };
}
