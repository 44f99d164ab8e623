// No more than a few at the same time: the others wait for their turn.

/** Runs the task as soon as fewer than so many others run; hands on what it resolves with, or why it fails. */
export type AtMost = <Result>(task: () => Promise<Result>) => Promise<Result>;

export function createAtMost(atOnce: number): AtMost {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (task) => {
    if (running < atOnce) running++;
    // Whoever has just ended hands its place on.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
