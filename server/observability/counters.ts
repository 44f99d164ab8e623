// Counters of this process, by name. Leaves publishing them to the caller of `read`.

export interface Counters {
  /** @param labels with few different values, such as a code or a kind; never an id */
  count(name: string, labels?: Readonly<Record<string, string>>): void;
  /** The current values, by name and labels, for example `refusals{code="full"}`. */
  read(): ReadonlyMap<string, number>;
}

export function createCounters(): Counters {
  const values = new Map<string, number>();
  return {
    count(name, labels) {
      const key = labels === undefined ? name : `${name}{${textOf(labels)}}`;
      values.set(key, (values.get(key) ?? 0) + 1);
    },
    read: () => new Map(values),
  };
}

function textOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join();
}
