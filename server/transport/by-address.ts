// Items of many addresses, such as their open connections: finds the oldest item of an address that has the most of them.
// Adding and removing take the same time, however many items and addresses there are.
import { LinkedList, type Position } from './linked-list.js';

interface Group<Item> {
  /** A symbol: the address is not known, and the group has one item. */
  key: string | symbol;
  items: LinkedList<Item>;
  /** In the list of the groups that have as many items. */
  position?: Position<Group<Item>>;
}

/** Where an item is. */
export interface Place<Item> {
  group: Group<Item>;
  position: Position<Item>;
}

export class ByAddress<Item> {
  count = 0;
  /** How many an address has at most. */
  most = 0;
  private readonly groups = new Map<string | symbol, Group<Item>>();
  /** By the number of their items. */
  private readonly byCount = new Map<number, LinkedList<Group<Item>>>();

  /** @param address undefined: not known; the item counts by itself */
  add(address: string | undefined, item: Item): Place<Item> {
    const key = address ?? Symbol('unknown');
    const group = this.groups.get(key) ?? { key, items: new LinkedList<Item>() };
    this.groups.set(key, group);
    const position = group.items.add(item);
    this.move(group, group.items.size - 1);
    return { group, position };
  }

  /** Once for each place. */
  remove({ group, position }: Place<Item>): void {
    group.items.remove(position);
    if (group.items.size === 0) this.groups.delete(group.key);
    this.move(group, group.items.size + 1);
  }

  countOf(address: string | undefined): number {
    return this.groupOf(address)?.items.size ?? 0;
  }

  oldestOf(address: string | undefined): Item | undefined {
    return this.groupOf(address)?.items.first;
  }

  get oldestOfMost(): Item | undefined {
    return this.byCount.get(this.most)?.first?.items.first;
  }

  private groupOf(address: string | undefined): Group<Item> | undefined {
    return address === undefined ? undefined : this.groups.get(address);
  }

  private move(group: Group<Item>, before: number): void {
    const { byCount } = this;
    const { size } = group.items;
    this.count += size - before;
    const old = byCount.get(before);
    if (old && group.position) old.remove(group.position);
    if (old?.size === 0) byCount.delete(before);
    if (size > 0) {
      const list = byCount.get(size) ?? new LinkedList<Group<Item>>();
      byCount.set(size, list);
      group.position = list.add(group);
    }
    // If it was the only one with so many, it has one less now.
    if (size > this.most || !byCount.has(this.most)) this.most = size;
  }
}
