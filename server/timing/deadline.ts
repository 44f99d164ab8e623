// Deadlines: for one promise, or for a task of several steps.

/**
 * The result, if it comes within `ms`; a later result is dropped.
 * @throws an error with the message `late`
 */
export async function within<Result>(ms: number, result: Promise<Result>, late: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    const fail = (): void => {
      reject(new Error(late));
    };
    // Input that has arrived is read first: if this process was suspended, the result may be there already.
    timer = setTimeout(() => setImmediate(fail), ms);
  });
  try {
    return await Promise.race([result, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** The time limit of a task of several steps. */
export interface Budget {
  /** The time that is left, in ms. @throws if none is */
  leftMs(): number;
  /** Begins a step if there is time, and returns its result if that comes in time. @throws otherwise */
  of<Result>(step: () => Promise<Result>): Promise<Result>;
}

export function createBudget(ms: number): Budget {
  const deadline = performance.now() + ms;
  const late = `It was not done within ${ms} ms.`;

  function leftMs(): number {
    const left = deadline - performance.now();
    // A timer may run slightly early.
    if (left < 1) throw new Error(late);
    return left;
  }

  return {
    leftMs,
    of: async (step) => within(leftMs(), step(), late),
  };
}
