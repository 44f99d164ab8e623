// One queue a connection: what it says, and its end, is handled strictly in order. [R15]
//
// While a task waits for a decision, later ones wait behind it; when none waits, a task runs at once, so that
// the hot path costs nothing.
import { maxQueuedEvents } from '../protocol/limits.js';

export type Task = () => void | Promise<void>;

export interface EventQueue {
  /** @returns false when the queue is full and the task was not taken */
  push(task: Task): boolean;
  /** Takes the connection's end, which is never refused; whatever is pushed later is dropped. */
  end(task: Task): void;
}

/** @param onFault hears what a task threw or rejected with; the queue goes on */
export function createEventQueue(onFault: (cause: unknown) => void): EventQueue {
  const waiting: Task[] = [];
  let busy = false;
  let ended = false;

  function run(task: Task): void {
    try {
      const result = task();
      if (!(result instanceof Promise)) return;
      busy = true;
      result.catch(onFault).finally(() => {
        busy = false;
        drain();
      });
    } catch (cause) {
      onFault(cause);
    }
  }

  function drain(): void {
    while (!busy) {
      const next = waiting.shift();
      if (!next) return;
      run(next);
    }
  }

  function take(task: Task): void {
    if (busy) waiting.push(task);
    else run(task);
  }

  return {
    push(task) {
      if (ended) return true;
      if (waiting.length >= maxQueuedEvents) return false;
      take(task);
      return true;
    },
    end(task) {
      if (ended) return;
      ended = true;
      take(task);
    },
  };
}
