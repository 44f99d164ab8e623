// What is on its way to one other node. A notice is tried until it has arrived; whatever is carried later to the same
// connection waits behind it, so that order is kept. Signals that find nothing before them are published at once.
//
// The queue is by connection, not by node: one notice that waits for its answer does not hold up everybody else's.
import type { ParcelKind } from './courier.js';

const firstRetryMs = 50;
const longestRetryMs = 1000;

/** Characters of signals that may wait for a node; the two libraries send again what is dropped beyond it. */
const maxWaitingLength = 16 * 1024 * 1024;

export interface NoticeQueueParts {
  /** Resolves with the number of those who heard it. */
  publish: (text: string) => Promise<number>;
  /** The node is dead: nothing that waits for it is needed any more. */
  isGone: () => Promise<boolean>;
  onDropped: (notices: number) => void;
}

export interface NoticeQueue {
  push(to: string, text: string, kind: ParcelKind): void;
  /** Nothing is tried again. */
  close(): void;
}

interface Waiting {
  text: string;
  kind: ParcelKind;
}

export function createNoticeQueue({ publish, isGone, onDropped }: NoticeQueueParts): NoticeQueue {
  /** By connection. The first of a lane is a notice that has been sent and is not known to have arrived. */
  const lanes = new Map<string, Waiting[]>();
  const stalled = new Set<string>();
  let waitingLength = 0;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function publishSignal(text: string): void {
    publish(text).catch(() => {
      // The two ends send it again.
    });
  }

  function send(to: string): void {
    const first = lanes.get(to)?.[0];
    if (!first) return;
    publish(first.text)
      .then((hearers) => {
        if (hearers > 0) goOn(to);
        else stall(to);
      })
      .catch(() => {
        stall(to);
      });
  }

  /** The first of this lane has arrived. */
  function goOn(to: string): void {
    failures = 0;
    const lane = lanes.get(to);
    lane?.shift();
    while (lane?.[0]?.kind === 'signal') {
      const { text } = lane[0];
      publishSignal(text);
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
      // Redis itself is away: nobody knows.
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
    const notices = [...lanes.values()].flat().filter(({ kind }) => kind === 'notice').length;
    lanes.clear();
    stalled.clear();
    waitingLength = 0;
    failures = 0;
    if (notices > 0) onDropped(notices);
  }

  return {
    push(to, text, kind) {
      if (isClosed) return;
      const lane = lanes.get(to);
      if (lane && kind === 'signal' && waitingLength + text.length > maxWaitingLength) return;
      if (lane) {
        lane.push({ text, kind });
        if (kind === 'signal') waitingLength += text.length;
      } else if (kind === 'signal') {
        publishSignal(text);
      } else {
        lanes.set(to, [{ text, kind }]);
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
