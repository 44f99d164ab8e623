// Connections that have not logged in: each is closed after 10 minutes, and the oldest one of an address is closed when
// that address has too many. [U17]
import type { Scheduler } from '../timing/scheduler.js';
import { maxIdleBeforeLoginMs, maxUnauthenticatedConnections } from '../protocol/limits.js';

export type CloseConnection = (reason: 'idle' | 'too-many') => void;

export interface UnauthenticatedConnections {
  /** @returns removes it: it has logged in, or is closed */
  add(address: string, close: CloseConnection): () => void;
}

export function createUnauthenticatedConnections(scheduler: Scheduler): UnauthenticatedConnections {
  /** By address, oldest first. */
  const waiting = new Map<string, Set<CloseConnection>>();

  return {
    add(address, close) {
      const sameAddress = waiting.get(address) ?? new Set<CloseConnection>();
      const cancel = scheduler.after(maxIdleBeforeLoginMs, () => {
        remove();
        close('idle');
      });

      const closeThis: CloseConnection = (reason) => {
        remove();
        close(reason);
      };
      function remove(): void {
        cancel();
        sameAddress.delete(closeThis);
        // At a second call there may be another set for this address.
        if (sameAddress.size === 0 && waiting.get(address) === sameAddress) waiting.delete(address);
      }

      const [oldest] = sameAddress;
      if (sameAddress.size >= maxUnauthenticatedConnections) oldest?.('too-many');
      sameAddress.add(closeThis);
      waiting.set(address, sameAddress);
      return remove;
    },
  };
}
