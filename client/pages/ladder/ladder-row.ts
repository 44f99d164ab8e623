// What one row of the ladder shows. What an event becomes: read-step; how rows come together: ladder-rules.
import type { TraceEvent } from '../../index.js';

export type { TraceEvent };

export type Lane = 'you' | 'server' | 'other';

/**
 * What is special about a step: sent once more; a seat, a name or a peer that came back; a "no"; something that went
 * wrong by itself.
 */
export type Mark = 'again' | 'resumed' | 'refused' | 'broken';

/** What travels, in one word of the domain or of the wire, and a few plain words about it. */
export interface Summary {
  kind: string;
  /** May be empty. */
  words: string;
}

export interface Step extends Summary {
  from: Lane;
  /** The same as `from`: a note beside that lane. */
  to: Lane;
  /** A receipt, or housekeeping. */
  isThin?: boolean;
  mark?: Mark;
  /** Steps of one such name that follow one another share a row. */
  gathersAs?: string;
  /** The number of a message, and the two incarnations between which it counts. */
  number?: { seq: number; between: string };
}

export interface Row extends Step {
  id: number;
  /** Milliseconds since the first event. */
  atMs: number;
  /** More than 1: several were gathered, and all else is of the last of them. */
  count: number;
  lastAtMs: number;
  event: TraceEvent;
}

const laneNames: Record<Lane, string> = { you: 'you', server: 'the server', other: 'the other' };

/** "You to the other"; of a note "Your side". */
export function wayOf({ from, to }: Step): string {
  if (from === to) return 'Your side';
  const way = `${laneNames[from]} to ${laneNames[to]}`;
  return `${way.charAt(0).toUpperCase()}${way.slice(1)}`;
}

/** "offer: audio (opus), data channel; you send and receive". */
export function lineOf({ kind, words }: Summary): string {
  return words === '' ? kind : `${kind}: ${words}`;
}

const markNames: Record<Mark, string> = {
  again: 'sent again',
  resumed: 'resumed',
  refused: 'refused',
  // The words say what.
  broken: '',
};

/** The mark in words; empty where there is none, or where the kind says the same. */
export function markOf({ mark, kind }: Step): string {
  const name = mark === undefined ? '' : markNames[mark];
  return name === kind ? '' : name;
}

/** Seconds with three decimals. */
export function secondsOf(ms: number): string {
  return (ms / 1000).toFixed(3);
}
