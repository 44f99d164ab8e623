// One after the other: decisions of this process about the same name. So only those of different nodes ever meet.

export interface NameQueues<Name> {
  /** Runs the task when all earlier ones about any of these names are done. */
  run<Result>(names: readonly Name[], task: () => Promise<Result>): Promise<Result>;
}

export function createNameQueues<Name>(): NameQueues<Name> {
  /** The end of the last task of each name. Never rejects. */
  const last = new Map<Name, Promise<unknown>>();

  return {
    run(names, task) {
      const before = names.flatMap((name) => last.get(name) ?? []);
      const result = before.length === 0 ? task() : Promise.all(before).then(task);
      const end: Promise<void> = result.then(forget, forget);
      // Asked for all its names in one step, so two never wait for each other.
      for (const name of names) last.set(name, end);
      function forget(): void {
        for (const name of names) if (last.get(name) === end) last.delete(name);
      }
      return result;
    },
  };
}
