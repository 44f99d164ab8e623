// One after the other for each key: a task waits until all earlier ones with one of its keys have ended.

/** @returns what the task returns; a task that fails does not stop those that wait for it */
export type KeyedMutex = <Result>(keys: readonly string[], task: () => Promise<Result>) => Promise<Result>;

export function createKeyedMutex(): KeyedMutex {
  /** The end of the last task of each key; never rejects. */
  const last = new Map<string, Promise<unknown>>();
  return (keys, task) => {
    const earlier = keys.flatMap((key) => last.get(key) ?? []);
    const result = earlier.length === 0 ? task() : Promise.all(earlier).then(task);
    const end: Promise<void> = result.then(release, release);
    // All keys in one step, so that two tasks never wait for each other.
    for (const key of keys) last.set(key, end);
    function release(): void {
      for (const key of keys) if (last.get(key) === end) last.delete(key);
    }
    return result;
  };
}
