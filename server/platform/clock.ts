// The time as timers need it: handed in, so that a test can hold it still. It only goes forward, also when somebody
// sets the machine's clock.

export interface Clock {
  /** ms since some moment. */
  now(): number;
  /** @returns the function that calls it off */
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
