// The messages of the user protocol, in both directions. Their meaning is in PROTOCOL.md.
import type { IceGrant } from './ice-server.js';
import type { RateGrant } from './rate-grant.js';

export type ClientMessage = LoginMessage | RelayedMessage | UsersMessage | IceServersMessage;

export interface LoginMessage {
  type: 'login';
  name: string;
  /** Keep the name for the grace time if the connection is lost. */
  resume?: boolean;
  /** The resume token: 128 random bits, chosen by the client, that take the name back. */
  seat?: string;
  /** The resume token that replaces `seat` when it is first used. */
  next?: string;
  /** The client instance id: random, one for each instance of the library. */
  me?: string;
  /**
   * The request sequence number of this client instance, so that a login which arrives late cannot take the name from a
   * later one.
   */
  attempt?: number;
}

export interface UsersMessage {
  type: 'users';
  /** True: send the list again whenever it changes. False: stop. */
  watch?: boolean;
}

/** Requests new ICE servers. [U26] */
export interface IceServersMessage {
  type: 'iceServers';
}

/** A user in the list. */
export interface ListedUser {
  name: string;
  /** In a call, ringing or talking. */
  busy: boolean;
}

/** The call of a user that takes its name back; `name` is the other user. */
export interface OngoingCall {
  name: string;
  state: 'calling' | 'called' | 'talking';
}

export type LoginAnswer =
  | ({ type: 'login'; success: true; resumed?: never } & IceGrant & RateGrant)
  | ({ type: 'login'; success: true; resumed: true; call: OngoingCall | null } & IceGrant & RateGrant)
  | FailedLogin;

export interface FailedLogin {
  type: 'login';
  success: false;
  reason: 'taken' | 'bad-name' | 'stale' | 'try-later' | 'unauthorized';
  /** One plain sentence for a person. */
  message: string;
  /** With `try-later`: milliseconds until a login may be decided again; with `taken`: until the name can be free. [U31] */
  retryInMs?: number;
}

/**
 * A message from one user to the other. From a client, `name` is the addressee; from the server, `name` is the sender,
 * set by the server.
 */
export type RelayedMessage =
  | { type: 'offer'; offer: unknown; name: string }
  | { type: 'answer'; answer: unknown; name: string }
  | { type: 'candidate'; candidate: unknown; name: string }
  | { type: 'leave'; name: string };

export type UserRefusalCode =
  | 'already-logged-in'
  | 'bad-message'
  | 'bad-name'
  | 'binary'
  | 'busy'
  | 'glare'
  | 'hidden'
  | 'idle'
  | 'in-call'
  | 'invalid-json'
  | 'not-in-call'
  | 'not-logged-in'
  | 'not-online'
  | 'self-call'
  | 'taken-over'
  | 'too-deep'
  | 'too-fast'
  | 'too-large'
  | 'too-many'
  | 'too-slow'
  | 'unavailable'
  | 'unknown-type';

/** Why the server refuses a message. */
export interface UserRefusal {
  code: UserRefusalCode;
  /** One plain sentence for a person. */
  message: string;
  /** The limit that was exceeded, in the unit that the sentence names. */
  limit?: number;
  /** With `glare`: the user that called first, and its offer. */
  name?: string;
  offer?: unknown;
}

export type ServerMessage =
  | 'Hello world'
  | LoginAnswer
  | RelayedMessage
  | { type: 'users'; users: ListedUser[] }
  | ({ type: 'iceServers' } & IceGrant)
  | ({ type: 'error' } & UserRefusal);
