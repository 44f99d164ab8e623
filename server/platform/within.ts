// The result of something, unless it takes too long.

/**
 * What comes later is dropped.
 * @throws an error with the message `late` when it takes longer than `ms`
 */
export async function within<Result>(ms: number, result: Promise<Result>, late: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => {
      reject(new Error(late));
    };
    // Timers come before what has arrived is read: this process may have stood still, and the answer be there.
    timer = setTimeout(() => setImmediate(giveUp), ms);
  });
  try {
    return await Promise.race([result, over]);
  } finally {
    clearTimeout(timer);
  }
}
