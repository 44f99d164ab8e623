// One timer for each key, on the scheduler. Setting it again replaces it.
import type { Scheduler } from './scheduler.js';

export interface KeyedTimers {
  /** @param ms undefined: cancels the timer of this key */
  set(key: string, ms: number | undefined, task: () => void): void;
  has(key: string): boolean;
  /** @returns undefined: no timer is set for this key */
  msLeft(key: string): number | undefined;
  /** Cancels all timers. */
  close(): void;
}

export function createKeyedTimers(scheduler: Scheduler): KeyedTimers {
  const timers = new Map<string, { cancel: () => void; dueAt: number }>();
  let isClosed = false;
  return {
    set(key, ms, task) {
      timers.get(key)?.cancel();
      timers.delete(key);
      if (ms === undefined || isClosed) return;
      const run = (): void => {
        timers.delete(key);
        task();
      };
      timers.set(key, { cancel: scheduler.after(ms, run), dueAt: performance.now() + ms });
    },
    has: (key) => timers.has(key),
    msLeft(key) {
      const timer = timers.get(key);
      return timer && timer.dueAt - performance.now();
    },
    close() {
      isClosed = true;
      for (const { cancel } of timers.values()) cancel();
      timers.clear();
    },
  };
}
