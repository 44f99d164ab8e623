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

/** One timer that can be moved. */
export interface Timer {
  /** @param dueAt on the clock; `Infinity`: not at all */
  set(dueAt: number): void;
}

/** @param task is given the time, which is never before the one that was set */
export function createTimer(clock: Clock, task: (now: number) => void): Timer {
  let setTo = Infinity;
  let cancel = (): void => {};
  return {
    set(dueAt) {
      if (dueAt === setTo) return;
      cancel();
      setTo = dueAt;
      if (dueAt === Infinity) return;
      cancel = clock.after(Math.max(0, dueAt - clock.now()), () => {
        setTo = Infinity;
        // A timer may come a fraction of a millisecond early.
        task(Math.max(dueAt, clock.now()));
      });
    },
  };
}
