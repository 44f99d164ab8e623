// Delivers messages between the nodes of a cluster. Each node subscribes to one channel of Redis, its own, so a relay
// costs one publish whatever the number of nodes, and none if both connections are on this node. Leaves retries to
// delivery-queue, and the format to envelope. [R31] [U27]
import type { Logger } from '../observability/logger.js';
import { addressOn, envelopeFormat, formatOf, nodeOf, wireId, type NodeId } from './address.js';
import { createDeliveryQueue, type DeliveryQueue } from './delivery-queue.js';
import { channelOf, parseEnvelope, writeEnvelope, type Envelope, type PayloadCodec } from './envelope.js';
import type { Delivery, MessageBus } from './message-bus.js';
import type { NodeLease } from './node-lease.js';
import type { RedisClient } from './redis-client.js';
import { createRemoteProbes, probeCodec } from './remote-probes.js';

/** Reserved: no other topic may have this name. */
const probeTopic = 'probes';

/** How often a suspended node checks whether it may deliver again. */
const suspendedRetryMs = 50;

/** Assured messages that a suspended node keeps, and their characters. If more come, it reconciles all its records. */
const maxKept = 1000;
const maxKeptLength = 16 * 1024 * 1024;

export interface RedisMessageBus {
  /** Resolves when this node can be reached. @throws if Redis does not answer */
  open(): Promise<void>;
  /** One bus for each topic; connections of two topics may have the same id. */
  topic<Payload>(name: string, codec: PayloadCodec<Payload>): MessageBus<Payload>;
  /** Stops sending to other nodes and receiving from them. */
  close(): void;
}

export interface RedisMessageBusParts {
  node: NodeId;
  publisher: Pick<RedisClient, 'publish'>;
  /** A separate connection, only for the channel of this node. */
  subscriber: Pick<RedisClient, 'subscribe'>;
  lease: Pick<NodeLease, 'isValid'>;
  /** Whether that node is dead, so that messages to it can be dropped. */
  isGone: (node: NodeId) => Promise<boolean>;
  logger: Logger;
}

interface Topic {
  /** @returns false if the payload is malformed */
  deliver(envelope: Envelope & { format: number }): boolean;
  answerProbe?: (address: string) => Promise<boolean>;
  onLoss: (() => void)[];
}

/** `seen`: the sequence number of the last message from each node to this connection. */
interface Receiver<Payload> {
  receive: (payload: Payload) => void;
  seen: Map<NodeId, number>;
}

export function createRedisMessageBus(parts: RedisMessageBusParts): RedisMessageBus {
  const { node, publisher, subscriber, lease, isGone, logger } = parts;
  const topics = new Map<string, Topic>();
  const queues = new Map<NodeId, DeliveryQueue>();
  let kept: (Envelope & { format: number })[] = [];
  let keptLength = 0;
  let hasLost = false;
  let keptTimer: NodeJS.Timeout | undefined;
  let sent = 0;
  let isClosed = false;

  const probes = createRemoteProbes(
    (to, probe) => {
      const payload = formatOf(to) < envelopeFormat ? probeCodec.toFormatOne(probe) : probe;
      write(to, 'relay', { topic: probeTopic, to: '', payload });
    },
    (topic, id) => topics.get(topic)?.answerProbe?.(addressOn(node, id)),
  );
  topics.set(probeTopic, {
    deliver({ from, format, payload }) {
      const probe = format < envelopeFormat ? probeCodec.fromFormatOne(payload) : probeCodec.parse(payload);
      if (probe) probes.receive(from, probe);
      return probe !== undefined;
    },
    onLoss: [],
  });

  function queueTo(other: NodeId): DeliveryQueue {
    const known = queues.get(other);
    if (known) return known;
    const channel = channelOf(other);
    const queue = createDeliveryQueue({
      publish: (text) =>
        lease.isValid()
          ? publisher.publish(channel, text)
          : Promise.reject(new Error('The lease of this node has expired.')),
      isGone: () => isGone(other),
      onDropped: (messages) => {
        queues.delete(other);
        logger.info({ node: other, messages }, 'Dropped messages to a node whose lease has expired.');
      },
    });
    queues.set(other, queue);
    return queue;
  }

  function write(to: NodeId, delivery: Delivery, message: Pick<Envelope, 'topic' | 'to' | 'payload'>): void {
    if (isClosed) return;
    const onWire = delivery === 'retried' ? 'assured' : delivery;
    const text = writeEnvelope({ ...message, delivery: onWire, from: node, n: ++sent }, formatOf(to));
    queueTo(to).push(`${message.topic} ${message.to}`, text, delivery);
  }

  function receive(text: string): void {
    const envelope = parseEnvelope(text);
    if (!envelope) {
      logger.error(
        { bytes: Buffer.byteLength(text) },
        'Dropped a malformed envelope. Something else publishes to the Redis channel of this node.',
      );
    } else if (lease.isValid()) {
      if (kept.length > 0) release();
      deliver(envelope);
    } else if (envelope.delivery === 'assured') {
      // Suspended: another node may have given away what this node holds. Delivered when the lease is valid again.
      keptLength += text.length;
      if (kept.length < maxKept && keptLength <= maxKeptLength) kept.push(envelope);
      else hasLost = true;
      keptTimer ??= setTimeout(release, suspendedRetryMs);
    }
  }

  function release(): void {
    clearTimeout(keptTimer);
    keptTimer = undefined;
    if (isClosed) return;
    if (!lease.isValid()) {
      keptTimer = setTimeout(release, suspendedRetryMs);
      return;
    }
    const envelopes = kept;
    kept = [];
    keptLength = 0;
    for (const envelope of envelopes) deliver(envelope);
    if (hasLost) reportLoss();
    hasLost = false;
  }

  function reportLoss(): void {
    for (const { onLoss } of topics.values()) for (const handler of onLoss) handler();
  }

  function deliver(envelope: Envelope & { format: number }): void {
    const { topic, from } = envelope;
    try {
      if (topics.get(topic)?.deliver(envelope)) return;
      logger.error({ topic, from }, 'Dropped an envelope with an unknown topic or a malformed payload.');
    } catch (cause) {
      logger.error({ err: cause, topic, from }, 'Dropped a message from another node: its delivery failed.');
    }
  }

  return {
    open: () => subscriber.subscribe(channelOf(node), receive, reportLoss),
    topic: openTopic,
    close() {
      isClosed = true;
      clearTimeout(keptTimer);
      probes.close();
      for (const queue of queues.values()) queue.close();
    },
  };

  function openTopic<Payload>(name: string, codec: PayloadCodec<Payload>): MessageBus<Payload> {
    const receivers = new Map<string, Receiver<Payload>>();
    const topic: Topic = { deliver: deliverHere, onLoss: [] };
    topics.set(name, topic);

    function deliverHere({ to, from, n, payload: value, format }: Envelope & { format: number }): boolean {
      const payload = format < envelopeFormat ? codec.fromFormatOne(value) : codec.parse(value);
      if (payload === undefined) return false;
      const receiver = receivers.get(to);
      if (!receiver || n <= (receiver.seen.get(from) ?? 0)) return true;
      receiver.seen.set(from, n);
      receiver.receive(payload);
      return true;
    }

    return {
      attach(address, receiveHere) {
        const id = wireId(address);
        const receiver: Receiver<Payload> = { receive: receiveHere, seen: new Map() };
        receivers.set(id, receiver);
        return () => {
          if (receivers.get(id) === receiver) receivers.delete(id);
        };
      },
      send(address: string, payload: Payload, delivery: Delivery) {
        const to = wireId(address);
        const other = nodeOf(address);
        if (other === undefined || other === node) return receivers.get(to)?.receive(payload);
        const readable = formatOf(other) < envelopeFormat ? codec.toFormatOne(payload) : payload;
        if (readable !== undefined) write(other, delivery, { topic: name, to, payload: readable });
      },
      onLoss(handler) {
        topic.onLoss.push(handler);
      },
      answerProbes(isAlive) {
        topic.answerProbe = isAlive;
      },
      isAlive(address) {
        const other = nodeOf(address);
        if (other !== undefined && other !== node) return probes.ask(other, name, wireId(address));
        return topic.answerProbe?.(address) ?? Promise.resolve(true);
      },
    };
  }
}
