// Listeners by event name. One that throws harms nobody else: its error is thrown on its own, where programs look for it.

type Listeners<Events> = { [Name in keyof Events]?: Set<Events[Name]> };

export interface Emitter<Events extends { [Name in keyof Events]: (...args: never[]) => void }> {
  on<Name extends keyof Events>(event: Name, listener: Events[Name]): () => void;
  emit<Name extends keyof Events>(event: Name, ...args: Parameters<Events[Name]>): void;
  hasListener(event: keyof Events): boolean;
}

export function createEmitter<
  Events extends { [Name in keyof Events]: (...args: never[]) => void },
>(): Emitter<Events> {
  const listeners: Listeners<Events> = {};
  return {
    on(event, listener) {
      const set = (listeners[event] ??= new Set());
      // A wrapper would be needed for the same function twice; a set keeps it once, as the DOM does.
      set.add(listener);
      return () => {
        set.delete(listener);
      };
    },
    emit(event, ...args) {
      for (const listener of [...(listeners[event] ?? [])]) call(listener, args);
    },
    hasListener: (event) => (listeners[event]?.size ?? 0) > 0,
  };
}

function call<Args extends never[]>(listener: (...args: Args) => void, args: Args): void {
  try {
    listener(...args);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
