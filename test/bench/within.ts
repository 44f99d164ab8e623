// Bounds what the benchmark waits for, so that a server which says nothing ends the run with a sentence.

/** @throws {Error} which names `what`, when it has not settled within so many ms */
export async function within<Value>(promise: Promise<Value>, ms: number, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`Waited ${ms} ms in vain for ${what}.`));
    }, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
