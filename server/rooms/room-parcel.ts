// What the courier takes to a room connection: a notice of the rules, or a signal from the other peer.
import type { Receipt, SignalKind, SignalMeta } from '../protocol/room-events.js';
import type { Notice } from './decision.js';
import type { PeerId } from './room.js';

export type RoomParcel =
  | { kind: 'notice'; notice: Notice }
  | { kind: 'signal'; from: PeerId; event: SignalKind; value: unknown; meta?: SignalMeta }
  | { kind: 'receipt'; from: PeerId; receipt: Receipt };
