// Asks the server, again and again, whether it is there, and finds out within 2 s that it is not; later on a slow path.
// Socket.IO's own time-out is a day long, so that prompts do no harm; this one notices them instead.
import type { Clock } from './clock.js';

const leastPatienceMs = 2000;

/** On a slow path an answer may take so many times as long as the last one. */
const patienceFactor = 4;

/** Whatever took longer says nothing about the path: the page stood still. */
const maxAnswerMs = 5000;

/**
 * A timer that comes later than this was held back: the page stood still, and so did the answer. In a hidden tab every
 * timer is late, so this excuses one for each question.
 */
const maxTimerDelayMs = 500;

export interface ServerCheckParts {
  clock: Clock;
  /** `answered` is how it learns what an answer takes; where that is never called, it knows from the start only. */
  ask: (answered: () => void) => void;
  /** No answer came in time. */
  onLost: () => void;
}

export interface ServerCheck {
  /** @param tookMs what the server's answer took when this side entered */
  start(everyMs: number, tookMs: number): void;
  /** Asks at once, unless a question is open. */
  now(): void;
  /** Anything that came from the server is an answer. */
  received(): void;
  stop(): void;
}

export function createServerCheck({ clock, ask, onLost }: ServerCheckParts): ServerCheck {
  let everyMs: number | undefined;
  let cancel: (() => void) | undefined;
  let isOpen = false;
  let patienceMs = leastPatienceMs;

  function learn(tookMs: number): void {
    if (tookMs <= maxAnswerMs) patienceMs = Math.max(leastPatienceMs, tookMs * patienceFactor);
  }

  function rest(): void {
    cancel?.();
    isOpen = false;
    cancel = everyMs === undefined ? undefined : clock.after(everyMs, question);
  }

  function question(): void {
    cancel?.();
    isOpen = true;
    const askedAt = clock.now();
    waitForAnswer(true);
    ask(() => {
      learn(clock.now() - askedAt);
      received();
    });
  }

  function waitForAnswer(isFirst: boolean): void {
    const dueAt = clock.now() + patienceMs;
    cancel = clock.after(patienceMs, () => {
      if (isFirst && clock.now() - dueAt > maxTimerDelayMs) waitForAnswer(false);
      else onLost();
    });
  }

  function received(): void {
    if (isOpen) rest();
  }

  return {
    start(ms, tookMs) {
      everyMs = ms;
      learn(tookMs);
      rest();
    },
    now() {
      if (everyMs !== undefined && !isOpen) question();
    },
    received,
    stop() {
      everyMs = undefined;
      rest();
    },
  };
}
