// A monotonic clock with timers, as an argument, so that a test can control it. Changes of the system clock do not
// affect it.

export interface Clock {
  /** ms since an arbitrary moment. */
  now(): number;
  /** @returns cancels it */
  after(ms: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
