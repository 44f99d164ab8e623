// Connections that have not logged in: each is closed after 10 minutes. When this server has too many of them, the address
// with the most loses its oldest, so that one address that opens many takes nothing from the others. [U17]
import type { Scheduler } from '../timing/scheduler.js';
import { maxIdleBeforeLoginMs, maxUnauthenticatedConnections } from '../protocol/limits.js';

export type CloseConnection = (reason: 'idle' | 'too-many') => void;

export interface UnauthenticatedConnections {
  /**
   * Adding and removing take the same time, however many connections and addresses there are.
   * @param address undefined: one of which nothing is known; it shares it with no other connection
   * @returns removes it: it has logged in, or is closed
   */
  add(address: string | undefined, close: CloseConnection): () => void;
}

/** The connections of one address, in a list of the addresses that have as many. */
interface Address {
  connections: LinkedList<CloseConnection>;
  position?: Position<Address>;
}

export function createUnauthenticatedConnections(
  scheduler: Scheduler,
  maxConnections = maxUnauthenticatedConnections,
): UnauthenticatedConnections {
  const addresses = new Map<string | symbol, Address>();
  /** By the number of their connections. */
  const byCount = new Map<number, LinkedList<Address>>();
  let most = 0;
  let size = 0;

  /** The number of its connections has changed by one. */
  function move(address: Address, before: number): void {
    const old = byCount.get(before);
    if (old && address.position) old.remove(address.position);
    if (old?.size === 0) byCount.delete(before);
    const { size: count } = address.connections;
    if (count > 0) {
      const list = byCount.get(count) ?? new LinkedList<Address>();
      byCount.set(count, list);
      address.position = list.add(address);
    }
    // If it was the only one with so many, it has one less now.
    if (count > most || !byCount.has(most)) most = count;
  }

  return {
    add(given, close) {
      if (size >= maxConnections) byCount.get(most)?.first?.connections.first?.('too-many');
      const key = given ?? Symbol('unknown');
      const address = addresses.get(key) ?? { connections: new LinkedList() };
      const position = address.connections.add((reason) => {
        remove();
        close(reason);
      });
      const cancel = scheduler.after(maxIdleBeforeLoginMs, () => {
        position.item('idle');
      });
      let isHere = true;
      addresses.set(key, address);
      size += 1;
      move(address, address.connections.size - 1);

      function remove(): void {
        if (!isHere) return;
        isHere = false;
        cancel();
        size -= 1;
        address.connections.remove(position);
        move(address, address.connections.size + 1);
        if (address.connections.size === 0) addresses.delete(key);
      }
      return remove;
    },
  };
}

interface Position<Item> {
  item: Item;
  before: Position<Item> | undefined;
  after: Position<Item> | undefined;
}

/** In the order of adding. The first item of a Set from whose front others were deleted is found only by a scan. */
class LinkedList<Item> {
  size = 0;
  private head: Position<Item> | undefined = undefined;
  private tail: Position<Item> | undefined = undefined;

  get first(): Item | undefined {
    return this.head?.item;
  }

  add(item: Item): Position<Item> {
    const position: Position<Item> = { item, before: this.tail, after: undefined };
    if (this.tail) this.tail.after = position;
    else this.head = position;
    this.tail = position;
    this.size += 1;
    return position;
  }

  /** @param position in this list */
  remove({ before, after }: Position<Item>): void {
    if (before) before.after = after;
    else this.head = after;
    if (after) after.before = before;
    else this.tail = before;
    this.size -= 1;
  }
}
