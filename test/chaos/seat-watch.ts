// Who sits where, as the clients of a test see it, on this process's monotonic clock: every seat from the moment at which
// its client hears of it until its client or its peer hears of its end. What the server believes does not count here.
//
// Who sits on a node that is stopped can reach nobody. Its seat counts again from the first proof that it can: a message
// that was sent after the stop and went to or came from another node, or an answer of the node when it is ready again.

export interface Interval {
  who: string;
  fromMs: number;
  toMs: number;
  /** Where it sits, and how it came into reach: for whoever has to find out why there were three. */
  note?: string;
}

/** One connection that has asked for a seat. */
export interface Sitting {
  /** What it signs with when it speaks. Not its name: what it has said may arrive when it sits elsewhere already. */
  readonly sign: string;
  /** It is told that it has the seat. */
  sits(): void;
  /** It is told that the channel is full. */
  isTurnedAway(): void;
  /** It is over: closed, taken over, said Bye. Idempotent. */
  ends(): void;
  /** It is told that its peer is away, or gone. */
  losesSight(): void;
  /** It has heard what was signed so. */
  hears(sign: string, sentAtMs: number): void;
  /** Its node has answered it, and is known to grant again. */
  isServed(): void;
}

export interface SeatWatch {
  asks(room: string, who: string, node: string): Sitting;
  /** From now on nobody on that node can reach anybody. */
  stops(node: string): void;
  /** From now on proofs count again. */
  goesOn(node: string): void;
  /** The most people who sat in one room at one instant and could reach each other. */
  mostAtOnce(): number;
  /** What there was at the instants at which more than two were in one room, a line each. */
  crowds(): string[];
  /** How many seats were granted. */
  granted(): number;
  /** The longest for which somebody was told "full" after at most one was left who may have held a seat. */
  longestStuckMs(): number;
}

interface Held {
  who: string;
  sign: string;
  node: string;
  askedAtMs: number;
  isOpen: boolean;
  isSeated: boolean;
  /** In reach: the interval that is not over yet. */
  interval: Interval | undefined;
  /** When it last may have held a seat; `Infinity` while it may. */
  mayHoldUntilMs: number;
  stoppedAtMs: number;
}

/** Longer than any seat outlives its connection. */
const forgottenAfterMs = 60_000;

export function createSeatWatch(): SeatWatch {
  const intervals = new Map<string, Interval[]>();
  const rooms = new Map<string, Set<Held>>();
  /** Since when. */
  const stopped = new Map<string, number>();
  let asked = 0;
  let granted = 0;
  let longestStuckMs = 0;

  function comeIntoReach(room: string, held: Held, how: string): void {
    if (!held.isOpen || !held.isSeated || held.interval) return;
    held.interval = {
      who: held.who,
      fromMs: performance.now(),
      toMs: Infinity,
      note: `${held.node}, ${how}`,
    };
    held.mayHoldUntilMs = Infinity;
    const inRoom = intervals.get(room) ?? [];
    intervals.set(room, inRoom);
    inRoom.push(held.interval);
  }

  function fallOutOfReach(held: Held): void {
    const nowMs = performance.now();
    held.stoppedAtMs = nowMs;
    if (held.interval) held.interval.toMs = nowMs;
    held.interval = undefined;
    held.mayHoldUntilMs = Math.min(held.mayHoldUntilMs, nowMs);
  }

  function find(room: string, sign: string): Held | undefined {
    return [...(rooms.get(room) ?? [])].find((held) => held.sign === sign && held.isOpen);
  }

  function measureStuck(room: string, asker: Held): void {
    const holders = [...(rooms.get(room) ?? [])].filter((held) => held !== asker);
    const lasts = holders.map((held) => held.mayHoldUntilMs).sort((one, other) => other - one);
    // The first of them may still sit there: a room is full as long as the second does.
    longestStuckMs = Math.max(longestStuckMs, asker.askedAtMs - (lasts[1] ?? -Infinity));
  }

  function prove(room: string, held: Held, other: Held, sentAtMs: number, verb: string): void {
    if (held.interval || stopped.has(held.node) || sentAtMs < held.stoppedAtMs) return;
    // Two on one node may talk whatever others think of it: that reaches nobody else.
    if (!other.interval && other.node === held.node) return;
    const nowMs = performance.now();
    const ages = `${Math.round(nowMs - sentAtMs)} ms after it was said, ${Math.round(nowMs - held.stoppedAtMs)} after the stop`;
    comeIntoReach(room, held, `${verb} ${other.who} on ${other.node} ${ages}`);
  }

  function asks(room: string, who: string, node: string): Sitting {
    const held: Held = {
      who,
      sign: `${who} ${++asked}`,
      node,
      askedAtMs: performance.now(),
      isOpen: true,
      isSeated: false,
      interval: undefined,
      mayHoldUntilMs: stopped.has(node) ? performance.now() : Infinity,
      stoppedAtMs: -Infinity,
    };
    const inRoom = rooms.get(room) ?? new Set();
    rooms.set(room, inRoom);
    const forgottenBefore = performance.now() - forgottenAfterMs;
    for (const each of inRoom) if (each.mayHoldUntilMs < forgottenBefore && !each.isOpen) inRoom.delete(each);
    inRoom.add(held);
    return {
      sign: held.sign,
      sits() {
        granted++;
        held.isSeated = true;
        if (!stopped.has(held.node)) comeIntoReach(room, held, 'granted');
      },
      isTurnedAway() {
        measureStuck(room, held);
        held.isOpen = false;
        inRoom.delete(held);
      },
      ends() {
        if (!held.isOpen) return;
        held.isOpen = false;
        fallOutOfReach(held);
      },
      losesSight() {
        for (const each of inRoom) if (each !== held && each.interval) fallOutOfReach(each);
      },
      hears(sign, sentAtMs) {
        const sender = find(room, sign);
        if (!sender) return;
        prove(room, held, sender, sentAtMs, 'heard');
        prove(room, sender, held, sentAtMs, 'was heard by');
      },
      isServed() {
        if (!stopped.has(held.node)) comeIntoReach(room, held, 'served');
      },
    };
  }

  return {
    asks,
    stops(node) {
      stopped.set(node, performance.now());
      for (const inRoom of rooms.values()) {
        for (const held of inRoom) if (held.node === node && held.isOpen) fallOutOfReach(held);
      }
    },
    goesOn(node) {
      const sinceMs = stopped.get(node) ?? Infinity;
      stopped.delete(node);
      const nowMs = performance.now();
      // What it still holds of those who left meanwhile it learns only now.
      for (const held of [...rooms.values()].flatMap((inRoom) => [...inRoom])) {
        if (held.node === node && held.mayHoldUntilMs >= sinceMs && held.mayHoldUntilMs < nowMs) {
          held.mayHoldUntilMs = nowMs;
        }
      }
    },
    mostAtOnce: () => Math.max(0, ...[...intervals.values()].map(mostTogether)),
    crowds: () =>
      [...intervals].flatMap(([room, inRoom]) => overlapsIn(inRoom).map((line) => `${room}: ${line}`)),
    granted: () => granted,
    longestStuckMs: () => longestStuckMs,
  };
}

/** The most intervals of different people that share an instant. One that ends as another begins does not. */
export function mostTogether(intervals: readonly Interval[]): number {
  const steps = intervals
    .filter(({ fromMs, toMs }) => fromMs < toMs)
    .flatMap(({ who, fromMs, toMs }) => [
      { atMs: fromMs, who, by: 1 },
      { atMs: toMs, who, by: -1 },
    ]);
  steps.sort((one, other) => one.atMs - other.atMs || one.by - other.by);
  const present = new Map<string, number>();
  let most = 0;
  for (const { who, by } of steps) {
    const count = (present.get(who) ?? 0) + by;
    if (count > 0) present.set(who, count);
    else present.delete(who);
    most = Math.max(most, present.size);
  }
  return most;
}

/** Each interval that began while two others went on. */
function overlapsIn(intervals: readonly Interval[]): string[] {
  return intervals.flatMap((last) => {
    const others = intervals.filter(
      ({ who, fromMs, toMs }) => who !== last.who && fromMs <= last.fromMs && toMs > last.fromMs,
    );
    if (others.length < 2) return [];
    return [[last, ...others].map((each) => describe(each, last.fromMs)).join('; ')];
  });
}

function describe({ who, fromMs, toMs, note }: Interval, atMs: number): string {
  return `${who} (${note ?? ''}) ${(fromMs - atMs).toFixed(1)} to ${(toMs - atMs).toFixed(1)} ms`;
}
