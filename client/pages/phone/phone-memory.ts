// What this tab remembers for when it is loaded again: in the session storage, where the browser allows it.
import type { Memory } from './phone-rules.js';
import { ways } from './phone-states.js';

const key = 'parley phone';

export function recall(): Memory {
  try {
    return readMemory(JSON.parse(sessionStorage.getItem(key) ?? 'null'));
  } catch {
    return readMemory(null);
  }
}

export function remember(memory: Memory): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(memory));
  } catch {
    // Full or forbidden: then a reload asks for the name again.
  }
}

/** Anything may stand there: another version of this page has written it, or somebody by hand. */
export function readMemory(value: unknown): Memory {
  const {
    name,
    with: other,
    way,
  }: Partial<Record<keyof Memory, unknown>> = typeof value === 'object' && value !== null ? value : {};
  return {
    way: ways.find((known) => known === way) ?? 'camera',
    ...(typeof name === 'string' && { name }),
    ...(typeof other === 'string' && { with: other }),
  };
}
