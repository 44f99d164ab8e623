// Waiting for what a client is to hear, with an end that says what it has heard instead.

/** As long as every other wait of the tests (`expect.poll` in vitest.config.ts). */
const withinMs = 30_000;

/**
 * As `new Promise(executor)`.
 * @throws after 30 s, with `awaited` and what `heard` tells then; nobody needs to hear of it who no longer waits
 */
export function inTime<Value>(
  awaited: string,
  heard: () => unknown,
  executor: (resolve: (value: Value) => void) => void,
): Promise<Value> {
  const promise = new Promise<Value>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`It never came: ${awaited}. Heard: ${JSON.stringify(heard())}`));
    }, withinMs);
    executor((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
  promise.catch(() => {});
  return promise;
}
