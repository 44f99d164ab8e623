// One after the other for each key: what is asked about the same thing waits for what was asked before.

/** Runs the task when all earlier ones with this key are over, however they ended. */
export type InTurn<Key> = <Result>(key: Key, task: () => Promise<Result>) => Promise<Result>;

export function createTurns<Key>(): InTurn<Key> {
  const last = new Map<Key, Promise<unknown>>();
  return (key, task) => {
    const before = last.get(key);
    const turn = before ? before.then(task) : task();
    const over = turn.then(ignore, ignore).then(() => {
      if (last.get(key) === over) last.delete(key);
    });
    last.set(key, over);
    return turn;
  };
}

function ignore(): void {
  // Who asked hears of it.
}
