// What this process still holds, after garbage collection, whoever holds it.
import { setImmediate as turn } from 'node:timers/promises';
import { queryObjects } from 'node:v8';

/** How many objects of a class are alive. */
export async function countLive(kind: new (...args: never[]) => object): Promise<number> {
  await turn();
  return queryObjects(kind, { format: 'count' });
}

/** Bytes of the heap. */
export async function heldBytes(): Promise<number> {
  await collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** `queryObjects` collects all garbage before it looks. */
async function collectGarbage(): Promise<void> {
  await countLive(WeakRef);
}

export interface LiveObjects {
  /** @param what names it if it is still there later; several may have the same name */
  note(what: string, object: object | undefined): void;
  /** The names of those that are still there, each once. */
  left(): Promise<string[]>;
}

export function watchObjects(): LiveObjects {
  const noted: [what: string, object: WeakRef<object>][] = [];
  return {
    note(what, object) {
      if (object) noted.push([what, new WeakRef(object)]);
    },
    async left() {
      await collectGarbage();
      return [...new Set(noted.flatMap(([what, object]) => (object.deref() ? [what] : [])))];
    },
  };
}
