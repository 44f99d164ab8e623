// The messages of the user protocol, in both directions. What they mean: PROTOCOL.md.
import type { IceGrant } from './ice-server.js';

export type ClientMessage = LoginMessage | RelayedMessage | UsersMessage | IceServersMessage;

export interface LoginMessage {
  type: 'login';
  name: string;
  /** Keep my name for the grace time when my connection drops. */
  resume?: boolean;
  /** The secret (128 bit, chosen by the client) under which a name is kept and taken back. */
  seat?: string;
  /** The secret that replaces `seat` once it has been seen used. */
  next?: string;
  /** The caller's incarnation: a random id per library instance. */
  me?: string;
  /** Counts the logins of one incarnation, so that one which arrives late cannot take the name from a later one. */
  attempt?: number;
}

export interface UsersMessage {
  type: 'users';
  /** True: send the list again whenever it changes. False: no more. */
  watch?: boolean;
}

/** Asks for fresh ICE servers. [U26] */
export interface IceServersMessage {
  type: 'iceServers';
}

/** Somebody whom one could call. */
export interface ListedUser {
  name: string;
  /** In a call, or ringing. */
  busy: boolean;
}

/** The call in which one finds oneself when one takes a name back; `name` is the other. */
export interface OngoingCall {
  name: string;
  state: 'calling' | 'called' | 'talking';
}

export type LoginAnswer =
  | ({ type: 'login'; success: true; resumed?: never } & IceGrant)
  | ({ type: 'login'; success: true; resumed: true; call: OngoingCall | null } & IceGrant)
  | FailedLogin;

export interface FailedLogin {
  type: 'login';
  success: false;
  reason: 'taken' | 'bad-name' | 'stale' | 'unauthorized';
  /** One plain sentence for a person. */
  message: string;
}

/**
 * What one user says to the other. From a client, `name` is whom it is for; from the server, who sent it, stamped
 * by the server.
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
  | 'too-large'
  | 'too-many'
  | 'too-slow'
  | 'unavailable'
  | 'unknown-type';

/** The server's typed "no". */
export interface UserRefusal {
  code: UserRefusalCode;
  /** One plain sentence for a person. */
  message: string;
  /** The limit that was passed, in the unit that the sentence names. */
  limit?: number;
  /** With `glare`: who calls already, and with what offer. */
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
