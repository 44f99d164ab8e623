// How what two calls say to each other is told from other messages: `{ parley: value }`, and nothing beside it.

export function writeCallSignal(value: unknown): unknown {
  return { parley: value };
}

/** Undefined: it is a message like any other. */
export function readCallSignal(value: unknown): { value: unknown } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [[name, inside] = [], ...others] = Object.entries(value) as [string, unknown][];
  return name === 'parley' && others.length === 0 ? { value: inside } : undefined;
}
