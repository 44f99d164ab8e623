// Does something with each of many things, a few at a time: what is asked of a store at once stays bounded.

/** Resolves when all are done. @throws the first failure, when all others are over too */
export async function someAtOnce<Item>(
  items: Iterable<Item>,
  atOnce: number,
  task: (item: Item) => Promise<unknown>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const failures: unknown[] = [];

  async function work(): Promise<void> {
    for (let next = rest.next(); !next.done; next = rest.next()) {
      try {
        await task(next.value);
      } catch (cause) {
        failures.push(cause);
      }
    }
  }

  await Promise.all(Array.from({ length: atOnce }, work));
  if (failures.length > 0) throw failures[0];
}
