// Port: keeps the rooms and applies a rule to one of them in one step.
import type { ChannelName } from '../protocol/parse-channel.js';
import type { Decision, RoomRule } from './decision.js';

export interface RoomStore {
  /**
   * Applies the rule to the room, with the store's own time, and keeps what it decided. Nobody else's decision
   * about the same room comes in between; a rule may be run again when another was first, so it must be pure.
   * @throws when the place that keeps the rooms cannot be reached; nothing is promised about the room then
   */
  decide<Outcome>(channel: ChannelName, rule: RoomRule<Outcome>): Promise<Decision<Outcome>>;
  close(): Promise<void>;
}
