// The wire events of the room protocol, in both directions, by their exact names. What they mean: PROTOCOL.md.
import type { IceGrant } from './ice-server.js';

/** What a client may ask for beside the channel name. */
export interface EnterOptions {
  /** Keep my seat for the grace time when my connection drops. */
  resume?: boolean;
  /** The secret (128 bit, chosen by the client) under which a seat is kept and taken back. */
  seat?: string;
  /** The secret that replaces `seat` once it has been seen used. */
  next?: string;
  /** The caller's incarnation: a random id per library instance. */
  me?: string;
  /** Counts the requests of one incarnation, so that one which arrives late cannot take the seat from a later one. */
  attempt?: number;
}

export type Role = 'initiator' | 'joiner';

/** Whether a peer's connection is there. */
export type Presence = 'here' | 'away';

export interface PeerDescription {
  /** The `socket.id` of the peer's connection. */
  id: string;
  me?: string;
  presence: Presence;
}

/** The acknowledgement of `create or join`. Whoever has the seat is given ICE servers. [R30] */
export interface EnterAnswer extends Partial<IceGrant> {
  status: 'created' | 'joined' | 'resumed' | 'full' | 'refused';
  role?: Role;
  peer: PeerDescription | null;
  /** Milliseconds between two looks at one's server. */
  heartbeatMs: number;
  /** Milliseconds for which a dropped seat is kept; 0: not at all. */
  graceMs: number;
  code?: RefusalCode;
  message?: string;
}

/** What the client library adds to a signal: its number, and the two incarnations it travels between. */
export interface SignalMeta {
  seq: number;
  from: string;
  to: string;
}

/** "I have everything up to and including number `upTo`." */
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
  | 'no-seat'
  | 'stale'
  | 'too-deep'
  | 'too-large'
  | 'too-many'
  | 'too-slow'
  | 'unavailable'
  | 'unknown-event'
  | 'wrong-channel';

/** The server's typed "no". */
export interface Refusal {
  code: RefusalCode;
  /** One plain sentence for a person. */
  message: string;
  /** The limit that was passed, in the unit that the sentence names. */
  limit?: number;
}

/** The acknowledgement of `ice servers`: what is given, or why nothing is. [R30] */
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
  /** The server is about to close this connection; come back, the seat is kept. */
  draining: (about: { graceMs: number }) => void;
  bye: (channel: string) => void;
  log: (line: LogLine) => void;
  refused: (refusal: Refusal & { event: string }) => void;
}

/** One event as it is emitted: its name, then its arguments. */
export type WireEvent = {
  [Name in keyof ServerToClientEvents]: [event: Name, ...args: Parameters<ServerToClientEvents[Name]>];
}[keyof ServerToClientEvents];
