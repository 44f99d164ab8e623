// The messages of the user protocol, in both directions. What they mean: PROTOCOL.md.

export type ClientMessage =
  | LoginMessage
  | { type: 'offer'; name: string; offer: unknown }
  | { type: 'answer'; name: string; answer: unknown }
  | { type: 'candidate'; name: string; candidate: unknown }
  | { type: 'leave'; name: string }
  | UsersMessage;

export interface LoginMessage {
  type: 'login';
  name: string;
  /** Keep my name for the grace time when my connection drops. */
  resume?: boolean;
  /** The secret (128 bit, chosen by the client) under which a name is kept and taken back. */
  seat?: string;
}

export interface UsersMessage {
  type: 'users';
  /** True: send the list again whenever it changes. False: no more. */
  watch?: boolean;
}

/** Where a client may find STUN and TURN; the shape of an `RTCIceServer`. */
export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

/** Somebody whom one could call. */
export interface ListedUser {
  name: string;
  /** In a call, or ringing. */
  busy: boolean;
}

export type LoginAnswer =
  | { type: 'login'; success: true; iceServers: IceServer[] }
  | { type: 'login'; success: false; reason: 'taken' | 'bad-name' | 'unauthorized'; message: string };

/** What one user is told of the other; `name` is who sent it, stamped by the server. */
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
  | 'too-deep'
  | 'too-large'
  | 'too-many'
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
  | ({ type: 'error' } & UserRefusal);
