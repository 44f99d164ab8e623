// The states of the chat, what may happen to it, and what it does then. What leads from one to the next: chat-rules.
import type { ChannelFailureReason } from '../../index.js';
import type { Presence, Role, SignalKind } from '../../../server/protocol/room-events.js';
import type { Ask } from './chat-asks.js';
import type { Line } from './chat-lines.js';

export type Chat =
  | { phase: 'naming'; ask: Ask }
  | { phase: 'entering'; channel: string; isUnreachable: boolean }
  /** In line for a seat. `freeInMs`: one of the two who are there is away, and its seat can be free then. */
  | { phase: 'full'; channel: string; freeInMs?: number | undefined }
  | { phase: 'refused'; channel: string; sentence: string; mayRetry: boolean }
  | WaitingChat
  | PairedChat
  | OverChat;

interface InsideChat {
  channel: string;
  isInitiator: boolean;
  /** The connection to the server is lost, and sought. */
  isLost: boolean;
  /** Sent to one who has left since, and without a receipt. */
  leftOver: Sent[];
}

export interface WaitingChat extends InsideChat {
  phase: 'waiting';
  /** The server says that somebody is there, but nobody has been heard to join. */
  unheard?: Other;
}

export interface PairedChat extends InsideChat {
  phase: 'paired';
  other: Other;
  /** What is to be answered, in order; none: it is the other's turn. */
  asks: Ask[];
  /** Written, and sent as soon as everything that the server said before has been heard. */
  written?: string;
  /** The last one sent, for the status, and in case the server refuses it. */
  sent?: Sent;
  /** Sent, and not known to have arrived. */
  onTheWay: Sent[];
  /** What is to be said of somebody's arrival, unless it is the same one again. */
  news: Line[];
}

export interface OverChat {
  phase: 'over';
  channel: string;
  endedBy: 'me' | 'other' | 'server' | 'another window';
  /** May still arrive, or not. */
  leftOver: Sent[];
}

export interface Other {
  /** `sought`: after a restart of the server both enter anew, and this one is not there yet. */
  is: Presence | 'sought';
  /** Its incarnation; a book's client has none. */
  me?: string | undefined;
  /** How long it may stay away. */
  graceMs: number;
}

/** One text of one's own; a new object for each. */
export interface Sent {
  ask: Ask;
  text: string;
}

export interface Entered {
  kind: 'entered';
  how: 'created' | 'joined' | 'resumed';
  role: Role;
  other: Other | undefined;
}

export type ChatEvent =
  | { kind: 'named'; channel: string }
  | Entered
  /** An attempt to connect has failed, or the connection is gone; the next attempt is under way. */
  | { kind: 'lost' }
  /** Two people are there; the library asks again by itself. */
  | { kind: 'full'; freeInMs: number | undefined }
  | { kind: 'over'; reason: ChannelFailureReason; code?: string | undefined; sentence: string }
  | { kind: 'created' | 'join requested' }
  | { kind: 'peer joined'; sentence: string }
  | { kind: 'ready'; me?: string | undefined }
  | { kind: 'peer back'; me?: string | undefined }
  | { kind: 'peer away'; graceMs: number }
  | { kind: 'got'; as: SignalKind; value: unknown }
  | { kind: 'got Bye' | 'peer gone' }
  | { kind: 'refused'; event: string; sentence: string }
  | { kind: 'wrote'; text: string }
  /** Everything that the server said before the last `check` has been heard. */
  | { kind: 'checked' }
  | { kind: 'arrived'; message: Sent }
  | NotArrived
  | { kind: 'say Bye' | 'try again' | 'other name' };

export interface NotArrived {
  kind: 'not arrived';
  message: Sent;
  reason: ChannelFailureReason;
  sentence: string;
}

export type Deed =
  | { do: 'write'; line: Line }
  | { do: 'enter'; channel: string }
  | { do: 'send'; message: Sent }
  /** `stop entering`: it waits in line no longer. */
  | { do: 'check' | 'say Bye' | 'stop entering' };

export interface Step {
  chat: Chat;
  deeds: Deed[];
}
