// One queue for each connection: its events, and its close, are handled strictly in order. [R15]
//
// While a task is being decided, later tasks wait in the queue. If no task is running, a gateway handles an event without
// the queue: a relayed message costs nothing here.
import { maxQueuedBytes, maxQueuedEvents } from '../protocol/limits.js';
import { turns, type Waiter } from '../timing/turns.js';

export type Task = () => void | Promise<void>;

interface WaitingTask {
  task: Task;
  bytes: number;
}

const noBytes = (): number => 0;

/** In units of a turn: some 100 µs. What waits is mostly decided by the store. */
const costOfTask = 20;

/** A class: there is one for each connection, and methods cost no memory there. */
export class EventQueue implements Waiter {
  /** Nothing is being decided and the queue has not ended: an event may be handled without it. A field: each message reads it. */
  isIdle = true;
  served = 0;
  private isRunning = false;
  private hasEnded = false;
  private waitingBytes = 0;
  private readonly waiting: WaitingTask[] = [];
  private readonly onFault: (cause: unknown) => void;
  private ended: Promise<void> | undefined;
  private tellEnded: (() => void) | undefined;

  /** @param onFault is given what a task threw or rejected with; the queue continues */
  constructor(onFault: (cause: unknown) => void) {
    this.onFault = onFault;
  }

  /** What was begun without the queue is not done yet: until then, tasks wait. */
  waitFor(begun: Promise<void>): void {
    this.isIdle = false;
    this.isRunning = true;
    begun.catch(this.onFault).finally(() => {
      this.isRunning = false;
      this.drain();
    });
  }

  /**
   * Runs the task, at once if the queue is idle.
   * @param bytesOf the memory that the task holds while it waits; called only if it has to wait
   * @returns false if the queue is full; the task does not run
   */
  push(task: Task, bytesOf = noBytes): boolean {
    if (this.hasEnded) return true;
    if (this.isIdle) {
      this.run(task);
      return true;
    }
    const bytes = bytesOf();
    if (this.waiting.length >= maxQueuedEvents || this.waitingBytes + bytes > maxQueuedBytes) return false;
    this.wait(task, bytes);
    return true;
  }

  /** Adds the last task, the close of the connection. It is always accepted; tasks that are pushed later are dropped. */
  end(task: Task): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    const wasIdle = this.isIdle;
    this.isIdle = false;
    const last = async (): Promise<void> => {
      try {
        await task();
      } finally {
        this.tellEnded?.();
      }
    };
    if (wasIdle) this.run(last);
    else this.wait(last, 0);
  }

  /** Resolves when the last task is done. Ask before that. */
  whenEnded(): Promise<void> {
    return (this.ended ??= new Promise((resolve) => {
      this.tellEnded = resolve;
    }));
  }

  private run(task: Task): void {
    try {
      const begun = task();
      if (begun) this.waitFor(begun);
    } catch (cause) {
      this.onFault(cause);
    }
  }

  nextCost(): number | undefined {
    if (this.isRunning) return undefined;
    if (this.waiting.length > 0) return costOfTask;
    this.isIdle = !this.hasEnded;
    return undefined;
  }

  goOn(): void {
    const next = this.waiting.shift();
    if (!next) return;
    this.waitingBytes -= next.bytes;
    this.run(next.task);
  }

  /** A store in memory decides at once: a thousand requests would be one turn. */
  private drain(): void {
    while (this.nextCost() !== undefined) {
      if (!turns.take(costOfTask)) {
        turns.wait(this);
        return;
      }
      this.goOn();
    }
  }

  private wait(task: Task, bytes: number): void {
    this.waiting.push({ task, bytes });
    this.waitingBytes += bytes;
  }
}
