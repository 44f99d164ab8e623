// What the courier takes to a room connection: what a decision tells it, or what the other peer says.
import type { ChannelName } from '../protocol/parse-channel.js';
import type { Receipt, SignalKind, SignalMeta } from '../protocol/room-events.js';
import type { Notice } from './decision.js';
import type { RoomView } from './room-view.js';
import type { PeerId } from './room.js';

/** Everything that one decision tells one peer. */
export interface RoomNews {
  kind: 'notice';
  channel: ChannelName;
  /** All to this peer, in order; none: it is only told how the room stands, in case it has missed something. */
  notices: Notice[];
  /** Of the decision: what is not newer than the last one has been heard, or made up for. */
  version: number;
  /** How the room stood for this peer before the decision, and how it stands now. */
  before: RoomView;
  view: RoomView;
  /** When something in the room runs out by itself, in ms. */
  dueInMs?: number;
}

export type RoomParcel =
  | RoomNews
  | { kind: 'signal'; from: PeerId; event: SignalKind; value: unknown; meta?: SignalMeta }
  | { kind: 'receipt'; from: PeerId; receipt: Receipt };
