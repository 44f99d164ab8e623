// The time that one undertaking of several steps may take.

export interface Budget {
  /** What is left, in ms. @throws when nothing is */
  leftMs(): number;
  /** The result, unless the time is over before. */
  of<Result>(step: Promise<Result>): Promise<Result>;
}

export function createBudget(ms: number): Budget {
  const deadline = performance.now() + ms;

  function leftMs(): number {
    const left = deadline - performance.now();
    // A timer may ring a moment before its time.
    if (left < 1) throw new Error(`It was not done within ${ms} ms.`);
    return left;
  }

  return {
    leftMs,
    async of(step) {
      let timer: NodeJS.Timeout | undefined;
      const over = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => {
          reject(new Error(`It was not done within ${ms} ms.`));
        }, leftMs());
      });
      try {
        return await Promise.race([step, over]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
