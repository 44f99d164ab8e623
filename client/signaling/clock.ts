// Port: time. The library takes it from here, so that tests can hold it still.

export interface Clock {
  /** Milliseconds, only going forward. */
  now(): number;
  /** Runs the task once, `ms` from now. Returns the function that calls it off. */
  after(ms: number, task: () => void): () => void;
}

export const realClock: Clock = {
  now: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
