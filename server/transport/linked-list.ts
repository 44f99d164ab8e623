// A list in the order of adding, from which each item is removed in the same time. The first item of a Set from whose front
// others were deleted is found only by a scan.

export interface Position<Item> {
  item: Item;
  before: Position<Item> | undefined;
  after: Position<Item> | undefined;
}

export class LinkedList<Item> {
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
