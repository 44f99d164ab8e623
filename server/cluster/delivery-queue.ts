// The messages from this node to one other node. An assured message is published again until it has arrived. Later
// messages to the same connection wait behind it, which keeps the order. If none waits, a relay is published at once.
//
// There is one lane for each connection: a message that is retried does not delay those to other connections.
import type { Delivery } from './message-bus.js';

const firstRetryMs = 50;
const longestRetryMs = 1000;

/**
 * Queue limits, in characters of what clients send: for one connection, and in all, with relays that Redis has not
 * answered yet. Beyond them it is dropped; the clients send it again.
 */
const maxLaneLength = 1024 * 1024;
const maxLength = 16 * 1024 * 1024;

export interface DeliveryQueueParts {
  /** Resolves with the number of subscribers that received it. */
  publish: (text: string) => Promise<number>;
  /** Whether the node is dead: then nothing that waits for it is needed any more. */
  isGone: () => Promise<boolean>;
  onDropped: (messages: number) => void;
}

export interface DeliveryQueue {
  push(to: string, text: string, delivery: Delivery): void;
  /** Ends all retries. */
  close(): void;
}

interface Waiting {
  text: string;
  delivery: Delivery;
}

/** The first message is published, but not known to have arrived; it is not a relay. */
interface Lane {
  messages: Waiting[];
  /** Characters of what clients send. */
  length: number;
}

export function createDeliveryQueue({ publish, isGone, onDropped }: DeliveryQueueParts): DeliveryQueue {
  /** By connection. */
  const lanes = new Map<string, Lane>();
  const stalled = new Set<string>();
  let waitingLength = 0;
  let publishedLength = 0;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function publishRelay(text: string): void {
    const settle = (): void => {
      publishedLength -= text.length;
    };
    publishedLength += text.length;
    // If it fails, the clients send it again.
    publish(text).then(settle, settle);
  }

  function send(to: string): void {
    const first = lanes.get(to)?.messages[0];
    if (!first) return;
    publish(first.text)
      .then((receivers) => {
        if (receivers > 0) proceed(to);
        else stall(to);
      })
      .catch(() => {
        stall(to);
      });
  }

  /** The first message of this lane has arrived. */
  function proceed(to: string): void {
    failures = 0;
    const lane = lanes.get(to);
    if (!lane) return;
    takeFirst(lane);
    while (lane.messages[0]?.delivery === 'relay') publishRelay(takeFirst(lane));
    if (lane.messages.length > 0) send(to);
    else lanes.delete(to);
  }

  function takeFirst(lane: Lane): string {
    const { text = '', delivery = 'assured' } = lane.messages.shift() ?? {};
    count(lane, delivery, -text.length);
    return text;
  }

  function count(lane: Lane, delivery: Delivery, length: number): void {
    if (delivery === 'assured') return;
    lane.length += length;
    waitingLength += length;
  }

  function stall(to: string): void {
    if (isClosed || !lanes.has(to)) return;
    stalled.add(to);
    timer ??= setTimeout(retry, Math.min(firstRetryMs * 2 ** failures, longestRetryMs));
  }

  function retry(): void {
    failures++;
    void isGone()
      // Redis does not answer: the state of the node is unknown.
      .catch(() => false)
      .then((isOver) => {
        timer = undefined;
        if (isOver) drop();
        const again = [...stalled];
        stalled.clear();
        for (const to of again) send(to);
      });
  }

  function drop(): void {
    const messages = [...lanes.values()].flatMap((lane) => lane.messages);
    const dropped = messages.filter(({ delivery }) => delivery !== 'relay').length;
    lanes.clear();
    stalled.clear();
    waitingLength = 0;
    failures = 0;
    if (dropped > 0) onDropped(dropped);
  }

  /** A single message passes, however long. */
  function isFull(lane: Lane | undefined, length: number): boolean {
    if (waitingLength + publishedLength + length > maxLength) return true;
    return lane !== undefined && lane.length > 0 && lane.length + length > maxLaneLength;
  }

  return {
    push(to, text, delivery) {
      if (isClosed) return;
      const known = lanes.get(to);
      if (delivery !== 'assured' && isFull(known, text.length)) return;
      if (!known && delivery === 'relay') return publishRelay(text);
      const lane = known ?? { messages: [], length: 0 };
      lane.messages.push({ text, delivery });
      count(lane, delivery, text.length);
      if (known) return;
      lanes.set(to, lane);
      send(to);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      lanes.clear();
    },
  };
}
