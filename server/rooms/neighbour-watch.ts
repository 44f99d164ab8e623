// Watches the node of the one whom a connection talks to, as long as it does.
import { nodeOf } from '../cluster/address.js';
import type { NodeLease } from '../cluster/node-lease.js';
import type { PeerId } from './room.js';

export interface NeighbourWatch {
  /** @param link whom the connection talks to now */
  see(link: PeerId | null): void;
}

export function createNeighbourWatch(lease: Pick<NodeLease, 'node' | 'watch'>): NeighbourWatch {
  let watched: PeerId | null = null;
  let stop = (): void => {};
  return {
    see(link) {
      if (link === watched) return;
      watched = link;
      stop();
      const node = link === null ? undefined : nodeOf(link);
      stop = node === undefined || node === lease.node ? () => {} : lease.watch(node);
    },
  };
}
