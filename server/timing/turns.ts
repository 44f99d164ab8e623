// Shares the turns of the event loop among all connections of the process. What is sent is handled at once until a turn has
// cost a fixed amount; what comes then waits in a queue of connections, of which each gets the same share in its turn. One
// that has just come is served first: it is mostly one that sends little (deficit round robin, and the two lists of RFC 8290).

/** What one turn may cost. A unit is about 5 µs. */
const costOfTurn = 1000;

/**
 * What a connection that waits may spend each time that it comes to the front of the queue: 20 small messages, which leave
 * in one write if they are for the same peer.
 */
const share = 80;

/** Of a message: to be parsed, decided and answered, and for its length. */
const costOfMessage = 4;
const bytesPerUnit = 256;

export function costOf(bytes: number): number {
  return costOfMessage + Math.floor(bytes / bytesPerUnit);
}

/** Something that waits until it may go on. */
export interface Waiter {
  /** @returns undefined: it waits no longer */
  nextCost(): number | undefined;
  /** Does what has that cost. */
  goOn(): void;
}

interface Position {
  waiter: Waiter;
  /** What it may spend. More than its share, if what it waits with costs more. */
  credit: number;
}

export class Turns {
  private left = costOfTurn;
  private isScheduled = false;
  /** Those that have not had a share since they began to wait, and the others. */
  private readonly fresh: Position[] = [];
  private readonly queue: Position[] = [];
  private readonly onNextTurn: (task: () => void) => void;

  constructor(onNextTurn: (task: () => void) => void = setImmediate) {
    this.onNextTurn = onNextTurn;
  }

  /** @returns false: not in this turn; `wait` for the next one */
  take(cost: number): boolean {
    if (this.left <= 0) return false;
    this.left -= cost;
    if (this.left <= 0) this.schedule();
    return true;
  }

  /** Something has cost so much that is done already. */
  spend(cost: number): void {
    this.left -= cost;
    if (this.left <= 0) this.schedule();
  }

  wait(waiter: Waiter): void {
    this.fresh.push({ waiter, credit: 0 });
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    // Input of other connections is read before it.
    this.onNextTurn(() => {
      this.isScheduled = false;
      this.run();
    });
  }

  private run(): void {
    this.left = costOfTurn;
    while (this.left > 0) {
      const position = this.fresh.shift() ?? this.queue.shift();
      if (!position) return;
      const { waiter } = position;
      position.credit += share;
      let cost = waiter.nextCost();
      for (; cost !== undefined && cost <= position.credit; cost = waiter.nextCost()) {
        position.credit -= cost;
        this.left -= cost;
        waiter.goOn();
      }
      if (cost !== undefined) this.queue.push(position);
    }
    this.schedule();
  }
}

/** Of the process: it has one event loop, however many parleys run in it. */
export const turns = new Turns();
