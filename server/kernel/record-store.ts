// Port: keeps records by key, and changes some of them in one transaction. Leaves what a change means to the rules.

/** When a transaction happens, by the store's own clock, and as which one. */
export interface Moment {
  /** ms; only goes forward. */
  now: number;
  /** Of the records that this transaction writes. Higher than any version that these records had before. */
  version: number;
}

/** A connection that a record still names, although the lease of its node has expired. */
export interface DeadConnection {
  address: string;
  /** ms of the store's clock. */
  expiredAt: number;
}

/** The states of some records; a key without a record has the type's `none`. */
export type States<State> = ReadonlyMap<string, State>;

/**
 * Pure: it may run again when another transaction was first.
 * @returns the states that change, and what the caller wants to know
 */
export type Change<State, Outcome> = (
  states: States<State>,
  moment: Moment,
  dead: readonly DeadConnection[],
) => { states: States<State>; outcome: Outcome };

export interface Committed<Outcome> extends Moment {
  outcome: Outcome;
  /** If nothing was written: the version of each record. It says nothing about a write that is on its way to another. */
  versions?: ReadonlyMap<string, number>;
  /** The reply to an earlier write of this transaction was lost: somebody may not have been told everything. */
  hadUnknownWrite?: true;
}

export interface TransactOptions {
  /** Writes also what does not change: no write that was sent before, and is still on its way, has any effect then. */
  isFencing?: boolean;
  /** The version becomes higher than this one, also when the store has lost its records. */
  newerThan?: number;
}

/** What a store has to know about the states that it keeps. */
export interface RecordType<State> {
  none: State;
  /** The connections that hold something in this state. The store notes the lease epoch of their nodes. */
  connectionsOf(state: State): readonly string[];
  /** When a record that no connection holds can be forgotten, in ms of the store's clock; undefined: now. */
  keepUntil(state: State): number | undefined;
  /**
   * When a record that a connection holds can be forgotten unless it is written again; undefined: not before it would be
   * forgotten anyway.
   */
  heldUntil?(state: State): number | undefined;
}

/** Whether something is left of a record now, once dead connections are dropped. */
export type IsKept<State> = (
  key: string,
  state: State,
  now: number,
  dead: readonly DeadConnection[],
) => boolean;

export interface RecordStore<State> {
  /**
   * No other transaction on one of these keys comes in between.
   * @throws {UnreadableRecord}
   * @throws when the store does not answer in time; the change may have been made then, or be made later
   */
  transact<Outcome>(
    keys: readonly string[],
    change: Change<State, Outcome>,
    options?: TransactOptions,
  ): Promise<Committed<Outcome>>;
  /**
   * The oldest `limit` records that are kept, of a type that has an index. `over`: keys that were met on the way, whose
   * records only wait for a fencing transaction to remove them. What a state has as JSON of a client may be missing.
   */
  list(
    limit: number,
    isKept: IsKept<State>,
  ): Promise<{ found: [key: string, state: State][]; over: string[] }>;
  close(): Promise<void>;
}

/** A request was refused before the store was asked: its outcome is known, and nothing has changed. */
export class NothingAsked extends Error {
  constructor() {
    super('The lease of this node has expired, so the store was not asked.');
  }
}

/** A stored record cannot be parsed. Its content is not in the message. */
export class UnreadableRecord extends Error {
  constructor(key: string) {
    super(`The record of ${JSON.stringify(key)} cannot be parsed.`);
  }
}
