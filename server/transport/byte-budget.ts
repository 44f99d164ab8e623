// How many bytes may be kept for clients at the same time: on this server, and for each address.
import { createFaultLog, type Logger } from '../observability/logger.js';
import type { Scheduler } from '../timing/scheduler.js';

export interface ByteLimits {
  /** What is kept, in the log. */
  what: string;
  maxBytes: number;
  maxBytesPerAddress: number;
  /** What is not released before is released then: it is kept no longer. */
  keptMs: number;
}

export interface ByteBudget {
  /**
   * @param address undefined: not known; only the bound of the server counts
   * @returns releases them; undefined: they are too many
   */
  take(address: string | undefined, bytes: number): (() => void) | undefined;
}

export function createByteBudget(limits: ByteLimits, scheduler: Scheduler, logger: Logger): ByteBudget {
  const { what, maxBytes, maxBytesPerAddress, keptMs } = limits;
  const onFull = createFaultLog(
    logger,
    'warn',
    'This server keeps as many bytes of these for its clients as it may; more are refused until some are gone.',
    { what, maxBytes },
  );
  const byAddress = new Map<string, number>();
  let total = 0;

  function add(address: string | undefined, bytes: number): void {
    total += bytes;
    if (address === undefined) return;
    const left = (byAddress.get(address) ?? 0) + bytes;
    if (left > 0) byAddress.set(address, left);
    else byAddress.delete(address);
  }

  return {
    take(address, bytes) {
      const ofAddress = address === undefined ? 0 : (byAddress.get(address) ?? 0) + bytes;
      if (ofAddress > maxBytesPerAddress) return undefined;
      if (total + bytes > maxBytes) {
        onFull(undefined);
        return undefined;
      }
      add(address, bytes);
      let isKept = true;
      const cancel = scheduler.after(keptMs, release);
      function release(): void {
        cancel();
        if (isKept) add(address, -bytes);
        isKept = false;
      }
      return release;
    },
  };
}
