// What the courier takes to a connection of the calls: a notice of the rules, or a candidate from the other side.
import type { RelayedMessage } from '../protocol/user-messages.js';
import type { ConnectionId, Notice } from './user-rules.js';

export type UserParcel =
  | { kind: 'notice'; notice: Notice }
  | { kind: 'candidate'; from: ConnectionId; message: Extract<RelayedMessage, { type: 'candidate' }> };
