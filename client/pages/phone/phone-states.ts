// The states of the phone, what may happen to it, and what it does then. What leads from one to the next: phone-rules.
import type { ChannelFailureReason } from '../../index.js';
import type { ListedUser } from '../../../server/protocol/user-messages.js';

/** What one sends: picture and sound, sound, or nothing. */
export type Way = 'camera' | 'sound' | 'watch';

export const ways: readonly Way[] = ['camera', 'sound', 'watch'];

export type Phone = SignedOut | SigningIn | Online;

export interface SignedOut {
  phase: 'signed out';
  way: Way;
  /** What stands in the field. */
  draft: string;
  /** Why the name in the field did not do. */
  problem?: string;
  /** Why one is no longer logged in. */
  news?: string;
}

export interface SigningIn {
  phase: 'signing in';
  way: Way;
  name: string;
  /** The other of the call that was going on when the page was loaded again. */
  wasWith?: string;
  isUnreachable: boolean;
  /** Whoever had the name has lost the connection, and it can be free in so many milliseconds. */
  freeInMs?: number;
}

export interface Online {
  phase: 'online';
  way: Way;
  name: string;
  /** The connection to the server is lost, and sought. */
  isLost: boolean;
  /** `unknown`: not heard yet; `hidden`: this server does not tell. */
  people: readonly ListedUser[] | 'unknown' | 'hidden';
  /** The latest first. */
  missed: readonly Missed[];
  /** What became of the last call. */
  news?: News;
  doing: Doing;
}

export interface News {
  text: string;
  /** Whom one may want to call now. */
  again?: string;
}

export interface Missed {
  name: string;
  /** Time of day, in milliseconds since 1970. */
  at: number;
}

/** Somebody calls. */
export interface Ring {
  id: number;
  name: string;
  at: number;
  /** What the caller sends, if its program says so. */
  way?: Way;
}

/** The call of the moment. Each has a number of its own, so that late news of one is not taken for another's. */
export type Doing =
  | { is: 'free' }
  /** The camera is asked for; it does not ring yet. */
  | ({ is: 'preparing'; id: number; to: string } & Asking)
  | { is: 'calling'; id: number; to: string }
  | { is: 'ringing'; ring: Ring }
  /** Ringing still, while the camera is asked for. */
  | ({ is: 'taking'; ring: Ring } & Asking)
  | { is: 'talking'; id: number; with: string };

interface Asking {
  /** What is asked for. */
  way: Way;
  /** Why it is not to be had. */
  trouble?: string;
}

export type PhoneEvent =
  | { kind: 'log in'; name: string }
  | { kind: 'logged in' }
  /** The line did not open, or is closed for good. */
  | { kind: 'line over'; reason: ChannelFailureReason; sentence: string }
  | { kind: 'lost' | 'back' }
  /** The name is taken. `freeInMs`: its user is away, and the library asks again by itself. */
  | { kind: 'taken already'; freeInMs: number | undefined }
  | { kind: 'people'; people: Online['people'] }
  | { kind: 'chose'; way: Way }
  /** Stop logging in, or log out. */
  | { kind: 'log out' }
  | CallEvent;

/** These mean something only to whoever is logged in. */
export type CallEvent =
  | { kind: 'call'; id: number; to: string }
  | { kind: 'media ready'; id: number }
  | { kind: 'media failed'; id: number; sentence: string }
  /** After trouble with the camera: ask once more, or for less. */
  | { kind: 'go on'; way?: Way }
  /** No call after all. */
  | { kind: 'take back' }
  /** The other has taken the call. */
  | { kind: 'taken'; id: number }
  | { kind: 'not taken'; id: number; reason: ChannelFailureReason; sentence: string }
  /** `isForeign`: the caller's program is of another kind, and waits for an answer that this page cannot give. */
  | { kind: 'incoming'; ring: Ring; isForeign: boolean }
  | { kind: 'take' | 'decline' }
  /** It rings no more. */
  | { kind: 'ring ended'; id: number }
  /** It has rung for long enough. */
  | { kind: 'time is over'; id: number }
  | { kind: 'hang up' }
  | { kind: 'call over'; id: number; how: CallEnd; sentence?: string };

export type CallEnd = 'me' | 'other' | 'failed';

export type Deed =
  | { do: 'log in'; name: string }
  | { do: 'ask for media'; id: number; way: Way }
  | { do: 'call'; id: number; to: string; way: Way }
  /** Take the ringing call, and talk. */
  | { do: 'take'; id: number }
  /** Talk: the other has taken the call. */
  | { do: 'talk'; id: number }
  | { do: 'log out' | 'let media go' | 'take back' | 'decline' | 'hang up' };

export interface Step {
  phone: Phone;
  deeds: Deed[];
}
