// The messages from this node to one other node. An assured message is published again until it has arrived. Later
// messages to the same connection wait behind it, which keeps the order. If none waits, a relay is published at once.
//
// There is one lane for each connection: a message that is retried does not delay those to other connections.
import type { Delivery } from './message-bus.js';

const firstRetryMs = 50;
const longestRetryMs = 1000;

/** Queue limit, in characters of waiting relays. Beyond it relays are dropped; the clients send them again. */
const maxWaitingLength = 16 * 1024 * 1024;

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

export function createDeliveryQueue({ publish, isGone, onDropped }: DeliveryQueueParts): DeliveryQueue {
  /** By connection. The first one of a lane is an assured message that is published, but not known to have arrived. */
  const lanes = new Map<string, Waiting[]>();
  const stalled = new Set<string>();
  let waitingLength = 0;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function publishRelay(text: string): void {
    publish(text).catch(() => {
      // The clients send it again.
    });
  }

  function send(to: string): void {
    const first = lanes.get(to)?.[0];
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
    lane?.shift();
    while (lane?.[0]?.delivery === 'relay') {
      const { text } = lane[0];
      publishRelay(text);
      lane.shift();
      waitingLength -= text.length;
    }
    if (lane?.length) send(to);
    else lanes.delete(to);
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
    const messages = [...lanes.values()].flat().filter(({ delivery }) => delivery === 'assured').length;
    lanes.clear();
    stalled.clear();
    waitingLength = 0;
    failures = 0;
    if (messages > 0) onDropped(messages);
  }

  return {
    push(to, text, delivery) {
      if (isClosed) return;
      const lane = lanes.get(to);
      if (lane && delivery === 'relay' && waitingLength + text.length > maxWaitingLength) return;
      if (lane) {
        lane.push({ text, delivery });
        if (delivery === 'relay') waitingLength += text.length;
      } else if (delivery === 'relay') {
        publishRelay(text);
      } else {
        lanes.set(to, [{ text, delivery }]);
        send(to);
      }
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      lanes.clear();
    },
  };
}
