// Event handlers by event name. One that throws harms no other: its error is thrown on its own, where programs look for it.
// Events of some names wait for the first handler, in order.

type Handlers<Events> = { [Name in keyof Events]?: Set<Events[Name]> };
type Handled<Events> = { [Name in keyof Events]: (...args: never[]) => void };

export interface Emitter<Events extends Handled<Events>> {
  /** @returns the function that removes the handler */
  on<Name extends keyof Events>(event: Name, handler: Events[Name]): () => void;
  emit<Name extends keyof Events>(event: Name, ...args: Parameters<Events[Name]>): void;
  /** Events that wait for their first handler. */
  countWaiting(event: keyof Events): number;
}

/** @param keep how many events of a name may wait; of a name that is not among them, none */
export function createEmitter<Events extends Handled<Events>>(
  keep: Partial<Record<keyof Events, number>> = {},
): Emitter<Events> {
  const handlers: Handlers<Events> = {};
  const waiting = new Map<keyof Events, never[][]>();
  /** Names whose first handler is about to be called for what waits. */
  const held = new Set<keyof Events>();

  function callAll(event: keyof Events, args: never[]): void {
    for (const handler of [...(handlers[event] ?? [])]) callHandler(handler, ...args);
  }

  function flush(event: keyof Events): void {
    while (!held.has(event) && (handlers[event]?.size ?? 0) > 0) {
      const args = waiting.get(event)?.shift();
      if (args === undefined) return;
      callAll(event, args);
    }
  }

  return {
    on(event, handler) {
      const set = (handlers[event] ??= new Set());
      // A wrapper would be needed for the same function twice; a set keeps it once, as the DOM does.
      set.add(handler);
      if (set.size === 1 && waiting.has(event)) {
        // A moment later, when the program has got the function that removes the handler.
        held.add(event);
        queueMicrotask(() => {
          held.delete(event);
          flush(event);
        });
      }
      return () => {
        set.delete(handler);
      };
    },
    emit(event, ...args) {
      const most = keep[event];
      if (most === undefined) {
        callAll(event, args);
        return;
      }
      const queue = waiting.get(event) ?? [];
      waiting.set(event, queue);
      if (queue.length < most) queue.push(args);
      flush(event);
    },
    countWaiting: (event) => waiting.get(event)?.length ?? 0,
  };
}

/** Calls what the program has given: an error that it throws does not stop the library. */
export function callHandler<Args extends unknown[]>(
  handler: ((...args: Args) => void) | undefined,
  ...args: Args
): void {
  try {
    handler?.(...args);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
