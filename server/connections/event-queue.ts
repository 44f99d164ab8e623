// One queue a connection: what it says, and its end, is handled strictly in order. [R15]
//
// While a task waits for a decision, later ones wait behind it; when none waits, a task runs at once, so that
// the hot path costs nothing.
import { maxQueuedBytes, maxQueuedEvents } from '../protocol/limits.js';

export type Task = () => void | Promise<void>;

export interface EventQueue {
  /**
   * @param bytesOf how much the task keeps while it waits; asked only when it has to
   * @returns false when the queue is full and the task was not taken
   */
  push(task: Task, bytesOf?: () => number): boolean;
  /** Takes the connection's end, which is never refused; whatever is pushed later is dropped. */
  end(task: Task): void;
}

interface WaitingTask {
  task: Task;
  bytes: number;
}

/** @param onFault hears what a task threw or rejected with; the queue goes on */
export function createEventQueue(onFault: (cause: unknown) => void): EventQueue {
  const waiting: WaitingTask[] = [];
  let waitingBytes = 0;
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
      waitingBytes -= next.bytes;
      run(next.task);
    }
  }

  function wait(task: Task, bytes: number): void {
    waiting.push({ task, bytes });
    waitingBytes += bytes;
  }

  return {
    push(task, bytesOf = () => 0) {
      if (ended) return true;
      if (!busy) {
        run(task);
        return true;
      }
      const bytes = bytesOf();
      if (waiting.length >= maxQueuedEvents || waitingBytes + bytes > maxQueuedBytes) return false;
      wait(task, bytes);
      return true;
    },
    end(task) {
      if (ended) return;
      ended = true;
      if (busy) wait(task, 0);
      else run(task);
    },
  };
}
