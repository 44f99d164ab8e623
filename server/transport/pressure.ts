// Watches whether this process is short of memory or of processor time, and what is given up then: first new connections, then those
// without a seat, then seats and names that are kept for lost connections. Never a connection with a seat. [U17]
import { PerformanceObserver, constants, type PerformanceEntry } from 'node:perf_hooks';
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Logger } from '../observability/logger.js';
import type { Scheduler } from '../timing/scheduler.js';
import {
  isHeapShort,
  isLagLasting,
  isRssShort,
  enoughMemory,
  judgeLag,
  judgeMemory,
  noLag,
  ownLateness,
  stepOf,
  type Lag,
  type MemorySample,
} from './pressure-rules.js';

/** What can be given up, the cheapest first. */
export interface Expendable {
  readonly count: number;
  giveUp(count: number): void;
}

export interface PressureParts {
  scheduler: Scheduler;
  logger: Logger;
  /** Connections without a seat. */
  unseated: Expendable;
  /** What is kept for lost connections. */
  kept: readonly Expendable[];
  readMemory?: () => MemorySample;
  /** Milliseconds of processor time that this process has used. */
  readCpuMs?: () => number;
  clock?: () => number;
}

export interface Pressure {
  /** No connection may be opened now. */
  isHigh(): boolean;
  /** A garbage collection has ended: what is in use now is no garbage. */
  collected(): void;
  close(): void;
}

const now = (): number => performance.now();

const lookEveryMs = 500;

/** Asked for every new connection, memory is read at most so often. */
const readEveryMs = 50;

export function watchPressure(parts: PressureParts): Pressure {
  const { scheduler, logger, unseated, kept, clock = now } = parts;
  const { readMemory = createMemoryReader(), readCpuMs = readOwnCpuMs } = parts;
  let memory = enoughMemory;
  let lag = noLag;
  let readAt = -Infinity;
  let tickedAt = clock();
  let cpuMs = readCpuMs();
  let stopObserving: (() => void) | undefined;

  function readNow(): MemorySample {
    readAt = clock();
    const sample = readMemory();
    const before = memory;
    memory = judgeMemory(before, sample, readAt);
    if (memory.isShort === before.isShort) return sample;
    if (memory.isShort) {
      stopObserving = observeCollections(collected);
      logger.warn(
        { heapPercent: percent(sample.heapShare), memoryPercent: percent(sample.rssShare) },
        'Memory is short. New connections are refused, and connections without a seat are closed, the oldest first. Give the process more memory (--max-old-space-size, or the limit of its container), lower MAX_CONNECTIONS, or run more nodes.',
      );
    } else {
      stopObserving?.();
      logger.info('There is enough memory again. New connections are accepted.');
    }
    return sample;
  }

  /** Until a collection has ended, what is used may be garbage. Without one, the heap does not grow to its limit. */
  function collected(): void {
    const sample = readNow();
    if (memory.isShort && isHeapShort(sample)) giveUpCheapest();
  }

  function tick(): void {
    const [at, cpuNow] = [clock(), readCpuMs()];
    lag = logged(judgeLag(lag, ownLateness(at - tickedAt - lookEveryMs, cpuNow - cpuMs)));
    tickedAt = at;
    cpuMs = cpuNow;
    // At the limit of its container a process is ended without a collection before.
    if (isRssShort(readNow())) giveUpCheapest();
    else if (isLagLasting(lag)) giveUp(unseated);
  }

  function giveUpCheapest(): void {
    for (const each of unseated.count > 0 ? [unseated] : kept) giveUp(each);
  }

  function logged(after: Lag): Lag {
    if (after.isHigh && !lag.isHigh) {
      logger.warn(
        'The event loop has been late by more than 2 s several times. New connections are refused; if it lasts, connections without a seat are closed. Run more nodes, or find what keeps the processor busy.',
      );
    } else if (lag.isHigh && !after.isHigh) {
      logger.info('The event loop is on time again. New connections are accepted.');
    }
    return after;
  }

  const stop = scheduler.every(lookEveryMs, tick);

  return {
    isHigh() {
      if (clock() - readAt >= readEveryMs) readNow();
      return memory.isShort || lag.isHigh;
    },
    collected,
    close() {
      stop();
      stopObserving?.();
    },
  };
}

function giveUp(what: Expendable): void {
  what.giveUp(stepOf(what.count));
}

function percent(share: number): number {
  return Math.round(share * 100);
}

/** `heap_size_limit` contains three semi-spaces of 16 MiB for young objects; the process ends when the rest is full. */
const youngBytes = 3 * 16 * 1024 * 1024;

function createMemoryReader(): () => MemorySample {
  // Without a limit, 0 or a number above that of the machine.
  const allowed = process.constrainedMemory();
  const isLimited = allowed > 0 && allowed < totalmem();
  return () => {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    return {
      heapShare: used / Math.max(limit - youngBytes, 1),
      rssShare: isLimited ? process.memoryUsage.rss() / allowed : 0,
    };
  };
}

function readOwnCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Full collections only. @returns stops it */
function observeCollections(onCollected: () => void): () => void {
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(isFull)) onCollected();
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => {
    observer.disconnect();
  };
}

function isFull(entry: PerformanceEntry): boolean {
  const { detail } = entry as PerformanceEntry & { detail?: { kind?: number } };
  return detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
