// Shares the turns of the event loop among all connections of the process. What is sent is handled at once until a turn has
// cost a certain amount. What comes then waits; whose next message would be done first, if all that wait were served at the
// same time, is served first (fair queuing). So small messages pass large ones, and who has had much waits longest. A long
// message has a turn for itself. Costs are estimates; how much of them a turn may have follows from the time that turns take.

/** What one turn may cost at most. A unit is about 5 µs. */
const costOfTurn = 2500;

/** What is done in most turns of a server that has time. */
const costOfCalm = 500;

/** A turn that takes longer makes the next ones shorter, until they take less. */
const msOfTurn = 12.5;
const growth = 1.5;

/** What a connection that waits may spend at a time: 20 small messages, which leave in one write if they are for the same peer. */
const share = 80;

/** Of a message: to be parsed, decided and answered, and for its length. */
const costOfMessage = 4;
const bytesPerUnit = 256;

/** 1 ms. */
const unitsPerMs = 200;

/**
 * Bytes from which on a message costs the time that it takes, and so waits for a turn: JSON of many small values takes ten
 * times as long as one text of the same length. Of short ones the time says little: garbage may be collected in it.
 */
export const longBytes = 8192;
const longCost = costOf(longBytes);

export function costOf(bytes: number): number {
  return costOfMessage + Math.floor(bytes / bytesPerUnit);
}

/** Of each list, object, and value in them, in units: JSON of many small values takes ten times as long as its length says. */
const costs = { list: 0.1, object: 0.3, value: 0.02 };
const [openBracket, openBrace, comma] = [0x5b, 0x7b, 0x2c];
const sampleBytes = 512;

/**
 * In units, from a sample of its bytes: to look at all of them takes a tenth of the time that it takes to relay them. A long
 * message is timed.
 */
export function costOfJson(json: Buffer | string): number {
  if (json.length >= longBytes) return costOf(json.length);
  const isText = typeof json === 'string';
  const step = 1 + 2 * Math.floor(json.length / sampleBytes);
  let inside = 0;
  // From anywhere, so that what is between the samples counts as well, on average.
  for (let at = Math.floor(Math.random() * step); at < json.length; at += step) {
    const code = isText ? json.charCodeAt(at) : json[at];
    if (code === comma) inside += costs.value;
    else if (code === openBrace) inside += costs.object;
    else if (code === openBracket) inside += costs.list;
  }
  return costOf(json.length) + Math.floor(inside * step);
}

/** Something that waits until it may go on. */
export interface Waiter {
  /** What it had been served for when it was served last; `Turns` sets it. 0 at first. */
  served: number;
  /** @returns undefined: it waits no longer */
  nextCost(): number | undefined;
  /** Does what has that cost. */
  goOn(): void;
}

interface Position {
  waiter: Waiter;
  /** When its next message begins and ends, in units for each of those that wait. */
  start: number;
  end: number;
}

export class Turns {
  private budget = costOfTurn;
  private left = costOfTurn;
  /** When the last turn began, in ms; undefined: nothing waited at its end. */
  private ranAt: number | undefined = undefined;
  private isScheduled = false;
  /** How much each of those that wait has been served for. */
  private served = 0;
  /** The first one last. */
  private readonly queue: Position[] = [];
  /** Comes first in the next turn. */
  private long: Position | undefined = undefined;
  private readonly onNextTurn: (task: () => void) => void;
  private readonly clock: () => number;

  /** @param clock in ms */
  constructor(
    onNextTurn: (task: () => void) => void = setImmediate,
    clock: () => number = () => performance.now(),
  ) {
    this.onNextTurn = onNextTurn;
    this.clock = clock;
  }

  /** So much has been done in this turn that it is worth while to look at what is sent (`costOfJson`). */
  get isBusy(): boolean {
    return this.left < costOfTurn - costOfCalm;
  }

  /** @returns false: not in this turn; `wait` for the next one */
  take(cost: number): boolean {
    if (this.left <= 0) return false;
    this.spend(cost);
    return true;
  }

  /** Something has cost so much that is done already. */
  spend(cost: number): void {
    this.left -= cost;
    if (this.left <= 0) this.schedule();
  }

  wait(waiter: Waiter): void {
    const cost = waiter.nextCost();
    if (cost === undefined) return;
    this.insert(waiter, cost);
    this.schedule();
  }

  private insert(waiter: Waiter, cost: number): void {
    const isFresh = waiter.served < this.served;
    const start = isFresh ? this.served : waiter.served;
    const end = start + cost;
    let [from, to] = [0, this.queue.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const other = this.queue[middle]?.end ?? 0;
      // Of the same end, one that has just come is first: it is mostly one that sends little.
      if (other > end || (isFresh && other === end)) from = middle + 1;
      else to = middle;
    }
    this.queue.splice(from, 0, { waiter, start, end });
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
    this.adapt();
    this.left = this.budget;
    while (this.left > 0) {
      const position = this.long ?? this.queue.pop();
      if (!position) {
        this.ranAt = undefined;
        return;
      }
      // What has been done in this turn is written to its sockets first, when the turn is over.
      this.long = position.end - position.start >= longCost && this.left < this.budget ? position : undefined;
      if (this.long) break;
      this.served = Math.max(this.served, position.start);
      this.serve(position);
    }
    this.schedule();
  }

  /** What is handled costs time after `goOn`, too: Socket.IO calls the handlers of an event later in the same turn. */
  private adapt(): void {
    const at = this.clock();
    const ms = this.ranAt === undefined ? undefined : at - this.ranAt;
    this.ranAt = at;
    if (ms === undefined) return;
    const fitting = ms > msOfTurn ? (this.budget * msOfTurn) / ms : this.budget * growth;
    this.budget = Math.min(Math.max(fitting, share), costOfTurn);
  }

  private serve({ waiter, start }: Position): void {
    let spent = 0;
    let cost = waiter.nextCost();
    if (cost !== undefined && cost >= longCost) {
      const startedAt = this.clock();
      waiter.goOn();
      spent = Math.max(cost, (this.clock() - startedAt) * unitsPerMs);
      // It is alone in its turn: Socket.IO handles an event only when that is over.
      this.left = 0;
      cost = waiter.nextCost();
    }
    for (; cost !== undefined && cost < longCost && spent + cost <= share; cost = waiter.nextCost()) {
      spent += cost;
      waiter.goOn();
    }
    this.left -= spent;
    waiter.served = start + spent;
    if (cost !== undefined) this.insert(waiter, cost);
  }
}

/** Of the process: it has one event loop, however many parleys run in it. */
export const turns = new Turns();
