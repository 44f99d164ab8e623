// Asks the server, again and again, whether it is there, and finds out within 2 s that it is not.
// Socket.IO's own time-out is a day long, so that prompts do no harm; this one notices them instead.
import type { Clock } from './clock.js';

const answerWithinMs = 2000;

/** A timer that comes later than this was held back: the page stood still, and so did the answer. */
const maxTimerDelayMs = 500;

export interface ServerCheckParts {
  clock: Clock;
  ask: (answered: () => void) => void;
  /** No answer came in time. */
  onLost: () => void;
}

export interface ServerCheck {
  start(everyMs: number): void;
  /** Asks at once, unless a question is open. */
  now(): void;
  /** Anything that came from the server is an answer. */
  heard(): void;
  stop(): void;
}

export function createServerCheck({ clock, ask, onLost }: ServerCheckParts): ServerCheck {
  let everyMs: number | undefined;
  let callOff: (() => void) | undefined;
  let isOpen = false;

  function rest(): void {
    callOff?.();
    isOpen = false;
    callOff = everyMs === undefined ? undefined : clock.after(everyMs, question);
  }

  function question(): void {
    callOff?.();
    isOpen = true;
    waitForAnswer();
    ask(heard);
  }

  function waitForAnswer(): void {
    const dueAt = clock.now() + answerWithinMs;
    callOff = clock.after(answerWithinMs, () => {
      if (clock.now() - dueAt > maxTimerDelayMs) waitForAnswer();
      else onLost();
    });
  }

  function heard(): void {
    if (isOpen) rest();
  }

  return {
    start(ms) {
      everyMs = ms;
      rest();
    },
    now() {
      if (everyMs !== undefined && !isOpen) question();
    },
    heard,
    stop() {
      everyMs = undefined;
      rest();
    },
  };
}
