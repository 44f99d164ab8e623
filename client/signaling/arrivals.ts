// What has arrived for the listeners of one event, and waits for the first of them, in order.
import type { Emitter } from './emitter.js';

export interface Arrivals<Args extends unknown[]> {
  readonly count: number;
  push(...args: Args): void;
  /** There is a listener now. It hears what waits a moment later, when it has got the function that ends it. */
  flushSoon(): void;
}

export function createArrivals<
  Events extends { [Name in keyof Events]: (...args: never[]) => void },
  Name extends keyof Events,
>(emitter: Emitter<Events>, event: Name): Arrivals<Parameters<Events[Name]>> {
  const waiting: Parameters<Events[Name]>[] = [];
  let isHeld = false;

  function flush(): void {
    while (!isHeld && emitter.hasListener(event)) {
      const args = waiting.shift();
      if (args === undefined) return;
      emitter.emit(event, ...args);
    }
  }

  return {
    get count() {
      return waiting.length;
    },
    push(...args) {
      waiting.push(args);
      flush();
    },
    flushSoon() {
      isHeld = true;
      queueMicrotask(() => {
        isHeld = false;
        flush();
      });
    },
  };
}
