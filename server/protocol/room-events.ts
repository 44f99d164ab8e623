// The wire events of the room protocol, in both directions, by their exact names. Their meaning is in PROTOCOL.md.
import type { IceGrant } from './ice-server.js';
import type { RateGrant } from './rate-grant.js';

/** The options of `create or join`. */
export interface EnterOptions {
  /** Keep the seat for the grace time if the connection is lost. */
  resume?: boolean;
  /** The resume token: 128 random bits, chosen by the client, that take the seat back. */
  seat?: string;
  /** The resume token that replaces `seat` when it is first used. */
  next?: string;
  /** The client instance id: random, one for each instance of the library. */
  me?: string;
  /**
   * The request sequence number of this client instance, so that a request which arrives late cannot take the seat from
   * a later one.
   */
  attempt?: number;
}

/** The options of `leave`: which seat, if it is not the one of this connection, and which request this is. */
export type LeaveOptions = Pick<EnterOptions, 'seat' | 'me' | 'attempt'>;

export type Role = 'initiator' | 'joiner';

/** Whether a peer has an open connection. */
export type Presence = 'here' | 'away';

export interface PeerDescription {
  /** The `socket.id` of the peer's connection. */
  id: string;
  /** Its client instance id. */
  me?: string;
  presence: Presence;
}

/** The acknowledgement of `create or join`. With a seat it has ICE servers [R30], and may have a rate limit. */
export interface EnterAnswer extends Partial<IceGrant>, RateGrant {
  status: 'created' | 'joined' | 'resumed' | 'full' | 'refused';
  role?: Role;
  peer: PeerDescription | null;
  /** Milliseconds between two heartbeats. */
  heartbeatMs: number;
  /** Milliseconds for which a dropped seat is kept; 0: not at all. */
  graceMs: number;
  /**
   * With `try-later`: milliseconds until a request may be decided again. With `full`, if a seat is away: until it can be
   * free at the earliest. [R36]
   */
  retryInMs?: number;
  code?: RefusalCode;
  message?: string;
}

/** The acknowledgement of `leave`; `retryInMs` with `try-later`. [R35] */
export interface LeaveAnswer {
  status: 'left' | 'refused';
  code?: RefusalCode;
  message?: string;
  retryInMs?: number;
}

/** What the client library adds to a signal: its number, and the client instance ids of its sender and receiver. */
export interface SignalMeta {
  seq: number;
  from: string;
  to: string;
}

/** Everything up to and including number `upTo` has arrived. */
export interface Receipt {
  channel: string;
  upTo: number;
  from: string;
  to: string;
}

export type RefusalCode =
  | 'bad-ack'
  | 'bad-channel'
  | 'bad-message'
  | 'bad-options'
  | 'binary'
  | 'draining'
  | 'ended'
  | 'has-seat'
  | 'idle'
  | 'no-seat'
  | 'stale'
  | 'too-deep'
  | 'too-fast'
  | 'too-large'
  | 'too-many'
  | 'too-slow'
  | 'try-later'
  | 'unavailable'
  | 'unknown-event'
  | 'wrong-channel';

/** Why the server refuses a request. */
export interface Refusal {
  code: RefusalCode;
  /** One plain sentence for a person. */
  message: string;
  /** The limit that was exceeded, in the unit that the sentence names. */
  limit?: number;
  /** With `try-later`: milliseconds until a request may be decided again. */
  retryInMs?: number;
}

/** The acknowledgement of `ice servers`: the servers, or the refusal. [R30] */
export interface IceAnswer extends Partial<IceGrant> {
  code?: RefusalCode;
  message?: string;
}

export type SignalKind = 'message' | 'response';

type LogLine = [mark: '>>> ', what: 'S --> Got message: ' | 'S --> Got response: ', value: unknown];

export interface ClientToServerEvents {
  'create or join': (
    channel: string,
    options?: EnterOptions | null,
    ack?: (answer: EnterAnswer) => void,
  ) => void;
  message: (value: unknown, meta?: SignalMeta) => void;
  response: (value: unknown, meta?: SignalMeta) => void;
  received: (receipt: Receipt) => void;
  check: (ack: () => void) => void;
  'ice servers': (ack: (answer: IceAnswer) => void) => void;
  Bye: (channel: string) => void;
  Ack: () => void;
  leave: (channel: string, options?: LeaveOptions | null, ack?: (answer: LeaveAnswer) => void) => void;
  ipaddr: () => void;
  bye: (channel?: string) => void;
}

export interface ServerToClientEvents {
  created: (channel: string, id: string) => void;
  full: (channel: string) => void;
  joined: (channel: string, id: string) => void;
  remotePeerJoining: (channel: string) => void;
  join: (channel: string) => void;
  'broadcast: joined': (sentence: string) => void;
  ready: (channel: string, other: { me?: string }) => void;
  message: (value: unknown, meta?: SignalMeta) => void;
  response: (value: unknown, meta?: SignalMeta) => void;
  received: (receipt: Receipt) => void;
  Bye: (about: { reason: 'said' }) => void;
  'peer away': () => void;
  'peer back': (other: { me?: string }) => void;
  'peer gone': () => void;
  'taken-over': () => void;
  /** The server is about to close this connection for reconnect; the seat is kept. */
  draining: (about: { graceMs: number }) => void;
  bye: (channel: string) => void;
  log: (line: LogLine) => void;
  refused: (refusal: Refusal & { event: string }) => void;
}

/** One event as it is emitted: its name, then its arguments. */
export type WireEvent = {
  [Name in keyof ServerToClientEvents]: [event: Name, ...args: Parameters<ServerToClientEvents[Name]>];
}[keyof ServerToClientEvents];
