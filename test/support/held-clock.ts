// A clock that stands still until a test moves it.
import type { Clock } from '../../client/transport/clock.js';

export interface HeldClock extends Clock {
  /** Moves the time on, runs what falls due in its order, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** The same in one go, for code without promises. */
  advanceNow(ms: number): void;
  /** Timers that are set. */
  readonly timers: number;
}

interface Timer {
  dueAt: number;
  task: () => void;
}

export function createHeldClock(): HeldClock {
  const timers = new Set<Timer>();
  let now = 0;

  function nextDue(until: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of timers) if (first === undefined || timer.dueAt < first.dueAt) first = timer;
    return first !== undefined && first.dueAt <= until ? first : undefined;
  }

  function runDue(until: number): boolean {
    const timer = nextDue(until);
    if (!timer) return false;
    timers.delete(timer);
    now = Math.max(now, timer.dueAt);
    timer.task();
    return true;
  }

  return {
    now: () => now,
    after(ms, task) {
      const timer = { dueAt: now + ms, task };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      while (runDue(until)) await settle();
      now = until;
    },
    advanceNow(ms) {
      const until = now + ms;
      while (runDue(until));
      now = until;
    },
    get timers() {
      return timers.size;
    },
  };
}

/** Lets everything that waits for promises go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
