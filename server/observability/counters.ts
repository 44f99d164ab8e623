// Counters of this process, by name. Leaves publishing them to the caller of `read`.

export interface Counters {
  /** @param value one of few, such as a code or a kind; never an id */
  count(name: string, label: string, value: string): void;
  /** The current values, by name and label, for example `refusals{code="full"}`. */
  read(): ReadonlyMap<string, number>;
}

export function createCounters(): Counters {
  const values = new Map<string, number>();
  return {
    count(name, label, value) {
      const key = `${name}{${label}="${value}"}`;
      values.set(key, (values.get(key) ?? 0) + 1);
    },
    read: () => new Map(values),
  };
}
