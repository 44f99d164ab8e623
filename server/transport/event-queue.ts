// One queue for each connection: its events, and its close, are handled strictly in order. [R15]
//
// While a task is being decided, later tasks wait in the queue. If no task is running, a task runs at once, so the
// queue costs a relayed message nothing.
import { maxQueuedBytes, maxQueuedEvents } from '../protocol/limits.js';

export type Task = () => void | Promise<void>;

export interface EventQueue {
  /**
   * @param bytesOf the memory that the task holds while it waits; called only if it has to wait
   * @returns false if the queue is full; the task does not run
   */
  push(task: Task, bytesOf?: () => number): boolean;
  /**
   * Adds the last task, the close of the connection. It is always accepted; tasks that are pushed later are dropped.
   */
  end(task: Task): void;
}

interface WaitingTask {
  task: Task;
  bytes: number;
}

/** @param onFault is given what a task threw or rejected with; the queue continues */
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
