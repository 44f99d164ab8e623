// The result of something, unless it takes too long.
import { afterReading } from './after-reading.js';

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
    timer = setTimeout(() => afterReading(giveUp), ms);
  });
  try {
    return await Promise.race([result, over]);
  } finally {
    clearTimeout(timer);
  }
}
