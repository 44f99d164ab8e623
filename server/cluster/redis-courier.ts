// Carries parcels between the nodes of a cluster: each node listens to exactly one channel of Redis, its own, so a relay
// costs one publish whatever the number of nodes, and none when both connections are here. Rooms and users each have a
// line of their own over the same two connections to Redis. Leaves trying again to notice-queue.
import type { Logger } from '../platform/logger.js';
import type { RedisClient } from '../platform/redis-client.js';
import { addressOn, nodeOf, wireId, type NodeId } from './address.js';
import type { Courier, ParcelKind, ParcelParser } from './courier.js';
import { channelOf, parseLetter, type Letter } from './letter.js';
import type { NodeLease } from './node-lease.js';
import { createNoticeQueue, type NoticeQueue } from './notice-queue.js';
import { createRemoteProbes, parseProbeParcel } from './remote-probes.js';

/** The line of the probes: no gateway may have this name. */
const probeLine = 'probes';

/** How often a suspended node looks whether it may deliver again. */
const heldForMs = 50;

/** Notices kept for a suspended node; beyond that it reads everything again afterwards. */
const maxHeldLetters = 1000;

export interface RedisCourier {
  /** Resolves when this node can be reached. @throws when Redis is away */
  open(): Promise<void>;
  /** @param name each line has its own; connections of two lines may have the same id */
  line<Parcel>(name: string, parse: ParcelParser<Parcel>): Courier<Parcel>;
  /** Nothing is carried to or from other nodes any more. */
  close(): void;
}

export interface RedisCourierParts {
  node: NodeId;
  publisher: Pick<RedisClient, 'publish'>;
  /** It hears this node's channel and does nothing else. */
  subscriber: Pick<RedisClient, 'subscribe'>;
  lease: Pick<NodeLease, 'isValid'>;
  /** Whether that node is dead, so that nothing need be kept for it. */
  isGone: (node: NodeId) => Promise<boolean>;
  logger: Logger;
}

interface Line {
  /** @returns false when the parcel is none */
  take(letter: Letter): boolean;
  answerProbe?: (address: string) => Promise<boolean>;
  onLoss: (() => void)[];
}

export function createRedisCourier(parts: RedisCourierParts): RedisCourier {
  const { node, publisher, subscriber, lease, isGone, logger } = parts;
  const lines = new Map<string, Line>();
  const queues = new Map<NodeId, NoticeQueue>();
  let held: Letter[] = [];
  let hasLostLetters = false;
  let heldTimer: NodeJS.Timeout | undefined;
  let sent = 0;
  let isClosed = false;

  const probes = createRemoteProbes(
    (to, parcel) => {
      write(to, { line: probeLine, kind: 'signal', to: '', parcel });
    },
    (line, id) => lines.get(line)?.answerProbe?.(addressOn(node, id)),
  );
  lines.set(probeLine, {
    take({ from, parcel }) {
      const probe = parseProbeParcel(parcel);
      if (probe) probes.hear(from, probe);
      return probe !== undefined;
    },
    onLoss: [],
  });

  function queueTo(other: NodeId): NoticeQueue {
    const known = queues.get(other);
    if (known) return known;
    const channel = channelOf(other);
    const queue = createNoticeQueue({
      publish: (text) =>
        lease.isValid()
          ? publisher.publish(channel, text)
          : Promise.reject(new Error('This node is suspended.')),
      isGone: () => isGone(other),
      onDropped: (notices) => {
        queues.delete(other);
        logger.info({ node: other, notices }, 'notices for a node that is dead are dropped');
      },
    });
    queues.set(other, queue);
    return queue;
  }

  function write(to: NodeId, letter: Omit<Letter, 'from' | 'n'>): void {
    if (isClosed) return;
    const whole: Letter = { ...letter, from: node, n: ++sent };
    queueTo(to).push(`${letter.line} ${letter.to}`, JSON.stringify(whole), letter.kind);
  }

  function hear(text: string): void {
    const letter = parseLetter(text);
    if (!letter) {
      logger.error('what came from another node is no letter');
    } else if (lease.isValid()) {
      if (held.length > 0) release();
      deliver(letter);
    } else if (letter.kind === 'notice') {
      // Suspended: what it holds may have been given away. What still stands afterwards decides.
      if (held.length < maxHeldLetters) held.push(letter);
      else hasLostLetters = true;
      heldTimer ??= setTimeout(release, heldForMs);
    }
  }

  function release(): void {
    clearTimeout(heldTimer);
    heldTimer = undefined;
    if (isClosed) return;
    if (!lease.isValid()) {
      heldTimer = setTimeout(release, heldForMs);
      return;
    }
    const letters = held;
    held = [];
    for (const letter of letters) deliver(letter);
    if (hasLostLetters) tellOfLoss();
    hasLostLetters = false;
  }

  function tellOfLoss(): void {
    for (const { onLoss } of lines.values()) for (const listener of onLoss) listener();
  }

  function deliver(letter: Letter): void {
    try {
      if (lines.get(letter.line)?.take(letter)) return;
      logger.error({ line: letter.line, from: letter.from }, 'a parcel from another node is none');
    } catch (cause) {
      logger.error({ err: cause, line: letter.line }, 'a parcel could not be delivered');
    }
  }

  return {
    open: () => subscriber.subscribe(channelOf(node), hear, tellOfLoss),
    line: openLine,
    close() {
      isClosed = true;
      clearTimeout(heldTimer);
      probes.close();
      for (const queue of queues.values()) queue.close();
    },
  };

  function openLine<Parcel>(name: string, parse: ParcelParser<Parcel>): Courier<Parcel> {
    const receivers = new Map<string, Receiver<Parcel>>();
    const line: Line = { take, onLoss: [] };
    lines.set(name, line);

    function take({ to, from, n, parcel: value }: Letter): boolean {
      const parcel = parse(value);
      if (parcel === undefined) return false;
      const receiver = receivers.get(to);
      if (!receiver || n <= (receiver.heard.get(from) ?? 0)) return true;
      receiver.heard.set(from, n);
      receiver.receive(parcel);
      return true;
    }

    return {
      attach(address, receive) {
        const id = wireId(address);
        const receiver: Receiver<Parcel> = { receive, heard: new Map() };
        receivers.set(id, receiver);
        return () => {
          if (receivers.get(id) === receiver) receivers.delete(id);
        };
      },
      carry(address: string, parcel: Parcel, kind: ParcelKind) {
        const to = wireId(address);
        const other = nodeOf(address);
        if (other === undefined || other === node) receivers.get(to)?.receive(parcel);
        else write(other, { line: name, kind, to, parcel });
      },
      onLoss(listener) {
        line.onLoss.push(listener);
      },
      answerProbes(isAlive) {
        line.answerProbe = isAlive;
      },
      isAlive(address) {
        const other = nodeOf(address);
        if (other !== undefined && other !== node) return probes.ask(other, name, wireId(address));
        return line.answerProbe?.(address) ?? Promise.resolve(true);
      },
    };
  }
}

/** `heard`: the last number of each node that has written to this connection. */
interface Receiver<Parcel> {
  receive: (parcel: Parcel) => void;
  heard: Map<NodeId, number>;
}
