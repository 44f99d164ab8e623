// What one connection of this node holds, or has asked for, and how far its client has been told about it. Applies state
// changes by their version, whatever happened to those before.

/**
 * The connection does not hold it, or no longer. `ended`: by its own wish; `taken-over`: another connection of the same
 * client has it; `unknown`: it may come back and ask.
 */
export interface Lost {
  lost: 'ended' | 'taken-over' | 'unknown';
}

/** What a transaction changes for one connection. */
export interface StateChange<View> {
  kind: 'state';
  key: string;
  version: number;
  /** The views that it passed through, in order; the last one is how it stands now. */
  views: readonly (View | Lost)[];
  /** When something runs out by itself, in ms: the receiving node looks at it, too, should the other one die. */
  due?: [key: string, inMs: number][];
}

export interface Claim<View extends object> {
  readonly address: string;
  /** Under which it holds something, or has asked for it without an answer. */
  readonly key: string | undefined;
  readonly isHolder: boolean;
  /** What its client has been told; undefined: it holds nothing. */
  readonly view: View | undefined;
  /** Of the last state change that was applied; 0: none. */
  readonly version: number;
  /** The connection is closed: it holds on to nothing. */
  readonly isClosed: boolean;
  /** A request begins; its outcome is unknown until it is answered. `settle` ends it, however it went. */
  ask(key: string): void;
  /** The request is granted. @param known what the client knows by its own request; undefined: nothing yet */
  grant(known?: View): void;
  /** The request is refused for certain. */
  drop(): void;
  settle(): void;
  /** Its client knows this by its own request, and is not told about it again. */
  know(view: View): void;
  /**
   * Runs the task now, or when the request that is being decided is settled: what comes from elsewhere waits for it.
   * @param mayDrop if too many wait, the oldest of these is dropped; if there is none of them, the oldest of all
   */
  whenSettled(task: () => void, mayDrop: boolean): void;
  apply(change: StateChange<View>): void;
  close(): void;
}

/** What the session of the connection is told. */
export interface ClaimEvents<View> {
  /** Tells the client. @param before undefined: it held nothing */
  onChange: (before: View | undefined, after: View | Lost) => void;
  /** The store says that this connection holds something of which it does not know: the answer to a request was lost. */
  onUnknownHold: (key: string) => void;
}

export interface ClaimParts<View> extends ClaimEvents<View> {
  address: string;
  /** The key has changed; undefined: none. */
  onKey: (key: string | undefined, before: string | undefined) => void;
  /** Something runs out by itself. */
  onDue: (key: string, inMs: number) => void;
  onClose: () => void;
}

/** Queue limit of what waits for a request to be settled. */
const maxWaiting = 100;

export function createClaim<View extends object>(parts: ClaimParts<View>): Claim<View> {
  return new ConnectionClaim(parts);
}

/** A class: there is one for each connection, and methods cost no memory there. */
class ConnectionClaim<View extends object> implements Claim<View> {
  readonly address: string;
  key: string | undefined = undefined;
  isHolder = false;
  view: View | undefined = undefined;
  version = 0;
  isClosed = false;
  private pending = 0;
  private waiting: { task: () => void; mayDrop: boolean }[] | undefined = undefined;
  private readonly parts: ClaimParts<View>;

  constructor(parts: ClaimParts<View>) {
    this.address = parts.address;
    this.parts = parts;
  }

  ask(asked: string): void {
    this.pending += 1;
    if (!this.isHolder) this.setKey(asked);
  }

  grant(known?: View): void {
    this.isHolder = true;
    this.view ??= known;
  }

  drop(): void {
    if (!this.isHolder) this.setKey(undefined);
  }

  settle(): void {
    this.pending -= 1;
    const tasks = this.waiting;
    this.waiting = undefined;
    for (const { task } of tasks ?? []) task();
  }

  know(known: View): void {
    this.view = known;
  }

  whenSettled(task: () => void, mayDrop: boolean): void {
    if (this.pending === 0) return task();
    this.waiting ??= [];
    if (this.waiting.length >= maxWaiting) {
      const oldest = this.waiting.findIndex((each) => each.mayDrop);
      this.waiting.splice(Math.max(0, oldest), 1);
    }
    this.waiting.push({ task, mayDrop });
  }

  apply(change: StateChange<View>): void {
    const { onChange, onUnknownHold, onDue } = this.parts;
    const now = change.views.at(-1);
    if (this.isClosed || !now) return;
    for (const [dueKey, inMs] of change.due ?? []) onDue(dueKey, inMs);
    if (!this.isHolder || change.key !== this.key) {
      if (!isLost(now)) onUnknownHold(change.key);
      return;
    }
    if (change.version <= this.version) return;
    this.version = change.version;
    for (const next of change.views) {
      const before = this.view;
      this.view = isLost(next) ? undefined : next;
      onChange(before, next);
      if (isLost(next)) return this.release();
    }
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.release();
    this.parts.onClose();
  }

  private release(): void {
    this.isHolder = false;
    this.view = undefined;
    this.setKey(undefined);
  }

  private setKey(next: string | undefined): void {
    if (next === this.key) return;
    const before = this.key;
    this.key = next;
    this.parts.onKey(next, before);
  }
}

export function isLost(view: object): view is Lost {
  return 'lost' in view;
}
