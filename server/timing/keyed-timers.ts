// One timer for each key, on the scheduler. Setting it again replaces it.
import type { Scheduler } from './scheduler.js';

export interface KeyedTimers {
  /** @param ms undefined: cancels the timer of this key */
  set(key: string, ms: number | undefined, task: () => void): void;
  has(key: string): boolean;
  /** Cancels all timers. */
  close(): void;
}

export function createKeyedTimers(scheduler: Scheduler): KeyedTimers {
  const timers = new Map<string, () => void>();
  let isClosed = false;
  return {
    set(key, ms, task) {
      timers.get(key)?.();
      timers.delete(key);
      if (ms === undefined || isClosed) return;
      const run = (): void => {
        timers.delete(key);
        task();
      };
      timers.set(key, scheduler.after(ms, run));
    },
    has: (key) => timers.has(key),
    close() {
      isClosed = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}
