// Nodes on one Redis that have nothing but a courier, for tests of what goes between them.
import { addressOn, type NodeId } from '../../server/cluster/address.js';
import type { Courier } from '../../server/cluster/courier.js';
import { createRedisCourier, type RedisCourier } from '../../server/cluster/redis-courier.js';
import { createLogger, type Logger } from '../../server/platform/logger.js';
import { createRedisClient } from '../../server/platform/redis-client.js';
import { parseTestParcel, type TestParcel } from '../contract/courier.contract.js';

export interface CourierNode {
  node: NodeId;
  redisCourier: RedisCourier;
  courier: Courier<TestParcel>;
  /** A second line over the same connections. */
  otherLine: Courier<TestParcel>;
  /** The lease of this node, as far as its courier can see. */
  lease: { isHeld: boolean };
  addressOf(id: string): string;
  open(): Promise<void>;
  close(): Promise<void>;
}

export interface CourierNodeOptions {
  logger?: Logger;
  /** Which nodes are dead. */
  gone?: ReadonlySet<NodeId>;
}

export function createCourierNode(
  url: string,
  name: string,
  {
    logger = createLogger({ logLevel: 'silent', logFormat: 'json' }),
    gone = new Set(),
  }: CourierNodeOptions = {},
): CourierNode {
  const node = name as NodeId;
  const lease = { isHeld: true };
  const [publisher, subscriber] = [createRedisClient(url, logger), createRedisClient(url, logger)];
  const redisCourier = createRedisCourier({
    node,
    publisher,
    subscriber,
    lease: { isValid: () => lease.isHeld },
    isGone: (other) => Promise.resolve(gone.has(other)),
    logger,
  });
  return {
    node,
    redisCourier,
    courier: redisCourier.line('tests', parseTestParcel),
    otherLine: redisCourier.line('others', parseTestParcel),
    lease,
    addressOf: (id) => addressOn(node, id),
    async open() {
      await Promise.all([publisher.open(), subscriber.open()]);
      await redisCourier.open();
    },
    async close() {
      redisCourier.close();
      await Promise.all([publisher.close(), subscriber.close()]);
    },
  };
}

export async function openCourierNodes(
  url: string,
  names: readonly string[],
  options?: CourierNodeOptions,
): Promise<CourierNode[]> {
  const nodes = names.map((name) => createCourierNode(url, name, options));
  await Promise.all(nodes.map((node) => node.open()));
  return nodes;
}
