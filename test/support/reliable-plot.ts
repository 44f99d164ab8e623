// What there is on the stage of the property test of the reliable layer: the two sides, the frames between them, what can happen.
import type { Pace } from '../../client/reliable/pace.js';
import type { Receiver } from '../../client/reliable/receiver.js';
import type { Peer, Sender } from '../../client/reliable/sender.js';
import type { NumberReceipt } from '../../client/reliable/outbox.js';
import type { SignalMeta } from '../../server/protocol/room-events.js';

export type Side = 0 | 1;

export type Up =
  | { is: 'value'; value: unknown; meta: SignalMeta | undefined }
  | { is: 'receipt'; receipt: NumberReceipt };

export type Down =
  | Up
  | { is: 'entered'; peer: Peer | null; isHere: boolean }
  | { is: 'met'; peer: Peer; isBack: boolean }
  | { is: 'away' }
  | { is: 'gone' };

/** What became of one `send`. */
export interface Sent {
  value: string;
  by: string;
  /** The client instance that the sender saw when it sent; undefined: nobody. */
  meantFor: string | undefined;
  fate: 'open' | 'settled' | 'peer-gone' | 'overflow' | 'too-large' | 'sender-gone';
}

export interface Person {
  me: string;
  sender: Sender;
  receiver: Receiver;
  pace: Pace;
  sees: string | undefined;
  /** Whether this side believes to be connected; the server may know better. */
  isUp: boolean;
  up: Up[];
  down: Down[];
  /** The server's view of this side's connection. */
  seat: 'none' | 'here' | 'away';
}

export interface ReliableStage {
  readonly sent: readonly Sent[];
  readonly arrived: readonly { value: string; by: string; at: string }[];
  /** Whether this client instance has given way to another and not come back. */
  isWaiting(me: string): boolean;
  say(side: Side): void;
  /** The next frame on its way moves on. @returns false when there is none */
  move(side: Side, way: 'up' | 'down'): boolean;
  lose(side: Side, way: 'up' | 'down'): void;
  double(side: Side, way: 'up' | 'down'): void;
  /** The connection is gone; `tells` says who notices at once. */
  cut(side: Side, tells: { client: boolean; server: boolean }): void;
  comeBack(side: Side): void;
  /** The grace is over: an absent one loses its seat. */
  loseSeat(side: Side): void;
  restartServer(): void;
  /** Another program in the place of this one, as after a reload. */
  replace(side: Side): void;
  /** This one loses its seat, and another takes it; those who gave way come back in turn. */
  giveWay(side: Side): void;
  /** Everything on its way arrives. */
  flow(): void;
  wait(ms: number): void;
  /** Everybody comes back and everything moves until nothing is on its way. */
  calmDown(): Promise<void>;
}
