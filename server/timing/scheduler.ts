// One timer wheel for all tasks that run later: expiries, deadlines, heartbeats. Tasks wait in the slots of a ring; one
// timer is set for the next slot that is not empty.

/** The resolution: a task runs at most this much later than asked for, and never earlier. */
const tickMs = 25;

/** A task with a longer delay stays for more than one round of the ring. */
const slotCount = 1024;

/** A year: what comes later never does. */
const maxDelayMs = 366 * 86_400_000;

export interface Scheduler {
  /**
   * Runs the task once, after all input that has arrived by then is read: so a process that was suspended does not take
   * clients or nodes for silent.
   * @returns cancels it
   */
  after(ms: number, task: () => void): () => void;
  /** Runs the task at each interval, without drift. @returns stops it */
  every(ms: number, task: () => void): () => void;
  /** Cancels all tasks. */
  close(): void;
}

interface Entry {
  task: () => void;
  dueTick: number;
  slot: Set<Entry>;
}

/** @param onFault is given what a task throws; the other tasks still run */
export function createScheduler(
  onFault: (cause: unknown) => void,
  clock: () => number = () => performance.now(),
): Scheduler {
  const slots = Array.from({ length: slotCount }, () => new Set<Entry>());
  const startedAt = clock();
  let lastTick = 0;
  let waiting = 0;
  let timer: NodeJS.Timeout | undefined;
  /** When the timer runs out. */
  let timerTick = Infinity;
  let reading: NodeJS.Immediate | undefined;
  let isRunning = false;
  let isClosed = false;

  const currentTick = (): number => Math.floor((clock() - startedAt) / tickMs);

  function remove(entry: Entry): void {
    if (entry.slot.delete(entry)) waiting -= 1;
  }

  function wakeAt(tick: number): void {
    clearTimeout(timer);
    timerTick = tick;
    // A timer of Node.js runs at once if it is to run in more than 24 days.
    const ms = Math.min(Math.max(0, startedAt + tick * tickMs - clock()), slotCount * tickMs);
    timer = setTimeout(() => (reading ??= setImmediate(run)), ms).unref();
  }

  /** For the next slot that is not empty: it may hold tasks of a later round only. */
  function wakeForNext(): void {
    clearTimeout(timer);
    timer = undefined;
    timerTick = Infinity;
    if (waiting === 0) return;
    for (let tick = lastTick + 1; ; tick++) if (slots[tick % slotCount]?.size) return wakeAt(tick);
  }

  function run(): void {
    reading = undefined;
    const now = currentTick();
    const due: Entry[] = [];
    // More than one round late: each slot is visited once.
    const first = Math.max(lastTick + 1, now - slotCount + 1);
    for (let tick = first; tick <= now; tick++) {
      for (const entry of slots[tick % slotCount] ?? []) if (entry.dueTick <= now) due.push(entry);
    }
    lastTick = now;
    due.sort((one, other) => one.dueTick - other.dueTick);
    isRunning = true;
    for (const entry of due) {
      // An earlier task may have cancelled it.
      if (!entry.slot.has(entry)) continue;
      remove(entry);
      try {
        entry.task();
      } catch (cause) {
        onFault(cause);
      }
    }
    isRunning = false;
    wakeForNext();
  }

  /** @param dueAt in ms of `clock` */
  function runAt(dueAt: number, task: () => void): () => void {
    if (isClosed) return () => {};
    if (waiting === 0) lastTick = currentTick();
    const dueTick = Math.max(Math.ceil((dueAt - startedAt) / tickMs), lastTick + 1);
    const slot = slots[dueTick % slotCount] ?? new Set();
    const entry: Entry = { task, dueTick, slot };
    slot.add(entry);
    waiting += 1;
    if (!isRunning && dueTick < timerTick) wakeAt(dueTick);
    return () => {
      remove(entry);
      if (waiting === 0 && !isRunning) wakeForNext();
    };
  }

  return {
    after: (ms, task) => runAt(clock() + Math.min(ms, maxDelayMs), task),
    every(ms, task) {
      let dueAt = clock();
      let cancelNext = (): void => {};
      const next = (): void => {
        // If this process was suspended, the task runs once, not once for each missed interval.
        dueAt = Math.max(dueAt + ms, clock());
        cancelNext = runAt(dueAt, () => {
          next();
          task();
        });
      };
      next();
      return () => {
        cancelNext();
      };
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      clearImmediate(reading);
      for (const slot of slots) slot.clear();
      waiting = 0;
    },
  };
}
