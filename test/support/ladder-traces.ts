// Trace events as the tests of the ladder tell them, and its rows as text.
import { lineOf, markOf, wayOf, type Row, type TraceEvent } from '../../client/pages/ladder/ladder-row.js';
import { emptyLadder, hearEvent, type LadderState } from '../../client/pages/ladder/ladder-rules.js';

export type Told = readonly [direction: TraceEvent['direction'], event: string, ...args: unknown[]];

/** What the ladder has become; the events are 10 ms apart. */
export function hearAll(told: readonly Told[], ladder: LadderState = emptyLadder): LadderState {
  return told.reduce(
    (state, [direction, event, ...args], index) =>
      hearEvent(state, { at: 5000 + 10 * index, direction, event, args }),
    ladder,
  );
}

/** As a screen reader says it, with the mark and the count. */
export function say(row: Row): string {
  const mark = markOf(row);
  const times = row.count > 1 ? ` ×${row.count}` : '';
  return `${wayOf(row)}: ${lineOf(row)}${mark && ` [${mark}]`}${times}`;
}

export function sayAll({ rows }: LadderState): string[] {
  return rows.map(say);
}

/** A message of the room protocol as the library sends it, and as it comes. */
export function sent(seq: number, message: unknown): Told {
  return ['out', 'message', { channel: 'room-42', message }, { seq, from: 'ann', to: 'bob' }];
}

export function got(seq: number, message: unknown): Told {
  return ['in', 'message', message, { seq, from: 'bob', to: 'ann' }];
}
