// Port: keeps the rooms and applies a rule to one of them in one step.
import type { ChannelName } from '../protocol/parse-channel.js';
import type { Decision, RoomRule } from './decision.js';
import type { Room } from './room.js';

/** What is kept of a room is none: nobody can say who sits there. It does not say what it is. */
export class UnreadableRoom extends Error {
  constructor() {
    super('The record of a room cannot be read.');
  }
}

/** A decision as it was taken: what of, when, and as which of all those about this room. */
export interface Decided<Outcome = undefined> extends Decision<Outcome> {
  /** The room as it was kept before. */
  before: Room;
  /** ms of the store's clock, which only goes forward. */
  now: number;
  /** Goes up with each decision that changes the room or tells somebody something. */
  version: number;
  /** Something was lost on the way to this decision: somebody may not have been told all. */
  isDoubtful?: true;
}

export interface DecideOptions {
  /** Whatever was asked before, and is still on its way to the store, has no effect any more. */
  isFencing?: boolean;
  /** The version of what is decided is higher than this one, also where the store has forgotten how far it was. */
  newerThan?: number;
}

export interface RoomStore {
  /**
   * Applies the rule to the room, with the store's own time, and keeps what it decided. Nobody else's decision
   * about the same room comes in between; a rule may be run again when another was first, so it must be pure.
   * @throws {UnreadableRoom}
   * @throws when the place that keeps the rooms cannot be reached; nothing is promised about the room then
   */
  decide<Outcome>(
    channel: ChannelName,
    rule: RoomRule<Outcome>,
    options?: DecideOptions,
  ): Promise<Decided<Outcome>>;
  close(): Promise<void>;
}
