// The states of the chat, what may happen to it, and what it does then. What leads from one to the next: chat-rules.
import type { SignalKind } from '../../server/protocol/room-events.js';
import type { Ask } from './chat-asks.js';
import type { Line } from './chat-lines.js';

export type Chat =
  | { phase: 'offline'; channel: string; was: 'starting' | 'unreachable' | 'lost' }
  | { phase: 'naming'; ask: Ask }
  | { phase: 'entering'; channel: string }
  | { phase: 'full'; channel: string }
  | { phase: 'refused'; channel: string; sentence: string; mayRetry: boolean }
  | { phase: 'waiting'; channel: string }
  | PairedChat
  | { phase: 'over'; channel: string; endedBy: 'me' | 'other' };

export interface PairedChat {
  phase: 'paired';
  channel: string;
  /** What is to be answered, in order; none: it is the other's turn. */
  asks: Ask[];
  /** Written, and sent as soon as everything that the server said before has been heard. */
  written?: string;
  /** The last one sent, in case the server refuses it. */
  sent?: { ask: Ask; text: string };
}

export type ChatEvent =
  | { kind: 'connected' | 'unreachable' | 'lost' }
  | { kind: 'named'; channel: string }
  | { kind: 'created' | 'joined' | 'full' | 'join requested'; channel: string }
  | { kind: 'entry refused'; code: string; sentence: string }
  | { kind: 'peer joined'; sentence: string }
  | { kind: 'got'; as: SignalKind; value: unknown }
  | { kind: 'got Bye' | 'peer gone' }
  | { kind: 'refused'; event: string; sentence: string }
  | { kind: 'wrote'; text: string }
  /** Everything that the server said before the last `check` has been heard. */
  | { kind: 'checked' }
  | { kind: 'say Bye' | 'try again' | 'other name' };

export type Deed =
  | { do: 'write'; line: Line }
  | { do: 'enter'; channel: string }
  | { do: 'send'; as: SignalKind; channel: string; text: string }
  | { do: 'say Bye'; channel: string }
  | { do: 'check' | 'acknowledge' | 'reconnect' };

export interface Step {
  chat: Chat;
  deeds: Deed[];
}
