// Keeps what travelled, for the saved trace: the last 5,000 events, and not more text than a page can carry.
import type { TraceEvent } from './ladder-row.js';

const maxEvents = 5000;

/** UTF-16 units of JSON; a peer may send 64 KiB at a time. */
const maxLength = 16_000_000;

export interface TraceRecord {
  push(event: TraceEvent): void;
  /** @param savedAt ISO 8601 */
  toJson(savedAt: string): string;
}

export function createTraceRecord(): TraceRecord {
  const kept: { event: TraceEvent; length: number }[] = [];
  let length = 0;
  let eventsLeftOut = 0;

  return {
    push(event) {
      const added = { event, length: JSON.stringify(event).length };
      kept.push(added);
      length += added.length;
      while (kept.length > maxEvents || length > maxLength) {
        length -= kept.shift()?.length ?? 0;
        eventsLeftOut += 1;
      }
    },
    toJson(savedAt) {
      const events = kept.map(({ event }) => event);
      return JSON.stringify({ parley: 1, savedAt, eventsLeftOut, events }, null, 2);
    },
  };
}
