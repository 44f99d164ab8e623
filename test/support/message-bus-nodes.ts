// Nodes on one Redis that have nothing but a message bus, for tests of what goes between them.
import * as v from 'valibot';
import { onTestFinished } from 'vitest';
import { addressOn, nodeIdOf, type NodeId } from '../../server/cluster/address.js';
import { channelOf, type PayloadCodec } from '../../server/cluster/envelope.js';
import type { MessageBus } from '../../server/cluster/message-bus.js';
import { createRedisClient } from '../../server/cluster/redis-client.js';
import { createRedisMessageBus, type RedisMessageBus } from '../../server/cluster/redis-message-bus.js';
import { createLogger, type Logger } from '../../server/observability/logger.js';
import { createLogBook } from './log-book.js';

export interface TestPayload {
  from: string;
  number: number;
}

const payload = v.object({ from: v.string(), number: v.number() });

/** In the format of the previous release a payload is a pair; one below 0 is unknown there. */
export const testCodec: PayloadCodec<TestPayload> = {
  parse: (value) => (v.is(payload, value) ? value : undefined),
  toFormatOne: ({ from, number }) => (number < 0 ? undefined : [from, number]),
  fromFormatOne(value) {
    const [from, number] = v.is(v.array(v.unknown()), value) ? value : [];
    return testCodec.parse({ from, number });
  },
};

export interface BusNode {
  node: NodeId;
  redisBus: RedisMessageBus;
  bus: MessageBus<TestPayload>;
  /** A second topic over the same connections. */
  otherTopic: MessageBus<TestPayload>;
  /** The lease of this node, as far as its message bus can see. */
  lease: { isHeld: boolean };
  addressOf(id: string): string;
  open(): Promise<void>;
  close(): Promise<void>;
}

export interface BusNodeOptions {
  logger?: Logger;
  /** Which nodes are dead. */
  gone?: ReadonlySet<NodeId>;
}

/** The id of a node of this release. */
export function nodeNamed(name: string): NodeId {
  return nodeIdOf(name, 'random');
}

export function createBusNode(
  url: string,
  node: NodeId,
  { logger = createLogger({ logLevel: 'silent', logFormat: 'json' }), gone = new Set() }: BusNodeOptions = {},
): BusNode {
  const lease = { isHeld: true };
  const [publisher, subscriber] = [createRedisClient(url, logger), createRedisClient(url, logger)];
  const redisBus = createRedisMessageBus({
    node,
    publisher,
    subscriber,
    lease: { isValid: () => lease.isHeld },
    isGone: (other) => Promise.resolve(gone.has(other)),
    logger,
  });
  return {
    node,
    redisBus,
    bus: redisBus.topic('tests', testCodec),
    otherTopic: redisBus.topic('others', testCodec),
    lease,
    addressOf: (id) => addressOn(node, id),
    async open() {
      await Promise.all([publisher.open(), subscriber.open()]);
      await redisBus.open();
    },
    async close() {
      redisBus.close();
      await Promise.all([publisher.close(), subscriber.close()]);
    },
  };
}

export async function openBusNodes(
  url: string,
  ids: readonly NodeId[],
  options?: BusNodeOptions,
): Promise<BusNode[]> {
  const nodes = ids.map((node) => createBusNode(url, node, options));
  await Promise.all(nodes.map((node) => node.open()));
  return nodes;
}

/** A node in the hands of a test: what is sent to it as it travels, and what lets it send. Closed with the test. */
export async function openRawNode(url: string, node: NodeId) {
  const { logger } = createLogBook();
  const [publisher, subscriber] = [createRedisClient(url, logger), createRedisClient(url, logger)];
  onTestFinished(async () => {
    await Promise.all([publisher.close(), subscriber.close()]);
  });
  await Promise.all([publisher.open(), subscriber.open()]);
  const received: unknown[] = [];
  await subscriber.subscribe(
    channelOf(node),
    (text) => received.push(JSON.parse(text)),
    () => {},
  );
  return {
    received,
    /** A text goes as it is. */
    send: (to: NodeId, envelope: object | string) =>
      publisher.publish(channelOf(to), typeof envelope === 'string' ? envelope : JSON.stringify(envelope)),
  };
}
