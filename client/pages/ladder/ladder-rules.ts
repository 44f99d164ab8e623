// How trace events become the rows of the ladder. Pure. What one event shows: read-step.
import { isRecord } from '../../../server/protocol/parsed.js';
import type { Row, Step, TraceEvent } from './ladder-row.js';
import { readStep } from './read-step.js';

/** The oldest go when there are more. */
export const maxRows = 500;

export interface LadderState {
  rows: readonly Row[];
  /** How many rows have gone from the beginning. */
  gone: number;
  /** On the clock of the events; undefined before the first. */
  startedAt: number | undefined;
  /** The server has said that nobody hears what is said now. */
  isAlone: boolean;
  /** The highest number of a message so far, and between whom it counts. */
  highest: Readonly<Record<'in' | 'out', Step['number']>>;
}

export const emptyLadder: LadderState = {
  rows: [],
  gone: 0,
  startedAt: undefined,
  isAlone: false,
  highest: { in: undefined, out: undefined },
};

export function hearEvent(ladder: LadderState, event: TraceEvent): LadderState {
  const { rows, gone, startedAt = event.at } = ladder;
  const step = markRepeated(ladder, event, withoutListener(ladder, event, readStep(event)));
  const atMs = event.at - startedAt;
  const place = isAnnounced(rows, event, step) ? rows.length - 1 : findPlace(rows, step);
  const old = rows[place];
  const row: Row =
    old === undefined || step.gathersAs === undefined
      ? { ...step, id: old?.id ?? gone + rows.length, atMs, count: 1, lastAtMs: atMs, event }
      : { ...step, id: old.id, atMs: old.atMs, count: old.count + 1, lastAtMs: atMs, event };
  const all = [...rows.slice(0, place), row, ...rows.slice(place + 1)];
  const surplus = Math.max(0, all.length - maxRows);
  return {
    rows: all.slice(surplus),
    gone: gone + surplus,
    startedAt,
    isAlone: hearsNobody(event) ?? ladder.isAlone,
    highest: highestAfter(ladder, event, step),
  };
}

/** The note that a message has to go again becomes the message, when it goes at once. */
function isAnnounced(rows: readonly Row[], { direction }: TraceEvent, { number }: Step): boolean {
  const note = rows.at(-1)?.event;
  if (direction !== 'out' || number === undefined || note?.direction !== 'here') return false;
  return note.event === 'again' && note.args[0] === number.seq;
}

/** Where the row goes: behind the last, or into the place of one with which it is gathered. */
function findPlace(rows: readonly Row[], step: Step): number {
  const end = rows.length;
  if (step.gathersAs === undefined) return end;
  // Questions and answers alternate: everything that is gathered counts as one run.
  for (let place = end - 1; place >= 0; place -= 1) {
    const row = rows[place];
    if (row?.gathersAs === undefined) return end;
    if (row.gathersAs === step.gathersAs && row.from === step.from) return place;
  }
  return end;
}

/** The server keeps to itself what nobody would hear. [R9] [R10] */
function withoutListener({ isAlone }: LadderState, { direction }: TraceEvent, step: Step): Step {
  if (!isAlone || direction !== 'out' || step.to !== 'other') return step;
  return { ...step, to: 'server', words: step.words === '' ? nobody : `${step.words} (${nobody})` };
}

const nobody = 'nobody is there';

/** Undefined: the event says nothing about it. */
function hearsNobody({ direction, event, args: [about] }: TraceEvent): boolean | undefined {
  if (direction !== 'in') return undefined;
  switch (event) {
    case 'create or join': {
      const peer = isRecord(about) ? about['peer'] : undefined;
      return !isRecord(peer) || peer['presence'] === 'away';
    }
    case 'remotePeerJoining':
    case 'join':
    case 'ready':
    case 'peer back':
    case 'login':
      return false;
    case 'created':
    case 'peer away':
    case 'peer gone':
    case 'bye':
    case 'Bye':
      return true;
    default:
      return undefined;
  }
}

/** A number that was there before: the same message, sent once more. [R14] */
function markRepeated({ rows, highest }: LadderState, event: TraceEvent, step: Step): Step {
  const { direction } = event;
  const { number } = step;
  if (direction === 'here' || number === undefined) return step;
  const before = highest[direction];
  const wasThere = before?.between === number.between && number.seq <= before.seq;
  return wasThere || isAnnounced(rows, event, step) ? { ...step, mark: 'again' } : step;
}

function highestAfter(
  { highest }: LadderState,
  { direction }: TraceEvent,
  { number }: Step,
): LadderState['highest'] {
  if (direction === 'here' || number === undefined) return highest;
  const before = highest[direction];
  const isLower = before?.between === number.between && number.seq <= before.seq;
  return isLower ? highest : { ...highest, [direction]: number };
}
