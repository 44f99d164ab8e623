// How the one call of a user line stands, what can happen to it, what is to be done then, and steps that several rules share.
import type { Role, SignalKind, SignalMeta } from '../../server/protocol/room-events.js';
import type {
  ClientMessage,
  LoginAnswer,
  RelayedMessage,
  UserRefusal,
} from '../../server/protocol/user-messages.js';
import type { ChannelFailure } from '../transport/channel-failure.js';

export type LoginSuccess = Extract<LoginAnswer, { success: true }>;

/** It rings there. */
export interface Calling {
  is: 'calling';
  name: string;
  offer: unknown;
  /** The offer has reached the server. */
  hasRung: boolean;
  /** Until then the other user may not be back from a restart of the server. */
  lateUntil: number;
  /** The offer is sent again then; `Infinity`: not at all. */
  dueAt: number;
}

/** It rings here. */
export interface Called {
  is: 'called';
  name: string;
  offer: unknown;
}

export interface Talking {
  is: 'talking';
  name: string;
  role: Role;
  /** The client instance id of the other side, if its client has one. */
  peerMe: string | undefined;
  /** After a restart of the server: the two are linked again then, until `until`. `Infinity`: they are linked. */
  dueAt: number;
  until: number;
}

export interface CallState {
  /** Whether this side is logged in. */
  isUp: boolean;
  call: Calling | Called | Talking | undefined;
  /** The user that this side has left while it was not logged in. On its return the server rings once more for that user. [U23] */
  left: string | undefined;
}

export type CallAction =
  | { is: 'call'; name: string; offer: unknown }
  | { is: 'take back' }
  /** `answer`: for a client without this library. */
  | { is: 'accept'; answer: unknown }
  /** The program has closed the channel. */
  | { is: 'close'; failure: ChannelFailure }
  /** From the server; it also means that what was sent before has arrived. */
  | { is: 'message'; message: RelayedMessage | ({ type: 'error' } & UserRefusal) | { type: 'users' } }
  | { is: 'lost' }
  | { is: 'back'; answer: LoginSuccess }
  /** The line is closed for good. */
  | { is: 'over'; failure: ChannelFailure }
  /** `dueAt` has come. */
  | { is: 'due' };

export type CallEffect =
  | { do: 'send'; message: ClientMessage }
  /** Ask at once whether the server is there. */
  | { do: 'check' }
  /** There is a new call, and a channel for it. */
  | { do: 'open'; name: string; role: Role }
  | { do: 'ring'; name: string; about: unknown }
  /** The other side is there. `isFirst`: the call is taken. `isBack`: it may have missed what was sent to it. */
  | { do: 'meet'; role: Role; peerMe: string | undefined; isFirst: boolean; isBack: boolean }
  | { do: 'receive'; as: SignalKind; value: unknown; meta?: SignalMeta }
  | { do: 'receipt'; receipt: { upTo: number; from: string; to: string } }
  | { do: 'limit'; limit: number; message: string }
  /** This side is logged in again, or no longer. */
  | { do: 'line'; isUp: boolean }
  | { do: 'end'; failure: ChannelFailure };

export interface CallStep {
  state: CallState;
  effects: CallEffect[];
}

export function after(state: CallState, effects: CallEffect[] = []): CallStep {
  return { state, effects };
}

/** Tells the server that there is no call with this user, now or on the return. */
export function sayLeave({ state, effects }: CallStep, name: string): CallStep {
  if (!state.isUp) return after({ ...state, left: name }, effects);
  return after(state, [...effects, { do: 'send', message: { type: 'leave', name } }]);
}

export function finish({ state, effects }: CallStep, failure: ChannelFailure): CallStep {
  if (!state.call) return after(state, effects);
  return after({ ...state, call: undefined }, [...effects, { do: 'end', failure }]);
}

/** The call with this user, if it is the one that there is. Names that are equal after NFC are one name. [U2] */
export function callWith({ call }: CallState, name: string): CallState['call'] {
  return call && isSameName(call.name, name) ? call : undefined;
}

export function isSameName(one: string, other: string): boolean {
  return one.normalize('NFC') === other.normalize('NFC');
}

export function ring({ name, offer }: Calling): CallEffect[] {
  // Into a path that is dead it has not gone: better found out now than at the next heartbeat.
  return [{ do: 'send', message: { type: 'offer', name, offer } }, { do: 'check' }];
}

/** It is found again, and may have missed what was sent to it. */
export function meetAgain({ role, peerMe }: Talking): CallEffect {
  return { do: 'meet', role, peerMe, isFirst: false, isBack: true };
}
