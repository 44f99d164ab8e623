// Connections that have not said who they are: let be for a long time, since people type slowly, and cut oldest
// first when one address has too many. [U17]
import { maxIdleBeforeLoginMs, maxNamelessConnections } from '../protocol/limits.js';

export type Cut = (why: 'idle' | 'too-many') => void;

export interface NamelessConnections {
  /** @returns the function that takes it out: it has a name now, or is gone */
  add(address: string, cut: Cut): () => void;
}

export function createNamelessConnections(): NamelessConnections {
  /** By address, oldest first. */
  const waiting = new Map<string, Set<Cut>>();

  return {
    add(address, cut) {
      const sameAddress = waiting.get(address) ?? new Set<Cut>();
      const timer = setTimeout(() => {
        remove();
        cut('idle');
      }, maxIdleBeforeLoginMs);
      timer.unref();

      const leave: Cut = (why) => {
        remove();
        cut(why);
      };
      function remove(): void {
        clearTimeout(timer);
        sameAddress.delete(leave);
        // Called a second time, another set may stand there.
        if (sameAddress.size === 0 && waiting.get(address) === sameAddress) waiting.delete(address);
      }

      const [oldest] = sameAddress;
      if (sameAddress.size >= maxNamelessConnections) oldest?.('too-many');
      sameAddress.add(leave);
      waiting.set(address, sameAddress);
      return remove;
    },
  };
}
