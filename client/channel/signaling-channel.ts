// Port: a conversation with one other person, whatever protocol carries it. A call is built on this alone.
/// <reference lib="esnext.disposable" preserve="true" />
import type { ChannelFailure } from '../transport/channel-failure.js';
import type { TraceEvent } from '../transport/connection-port.js';
import type { IceServer } from '../../server/protocol/ice-server.js';
import { isRecord } from '../../server/protocol/parsed.js';
import type { Role, SignalKind } from '../../server/protocol/room-events.js';

export type { IceServer, Role, SignalKind };

/** `open`: talking to the server; `reconnecting`: trying to; `closed`: over for good. */
export type ChannelState = 'open' | 'reconnecting' | 'closed';

/** `away`: its connection is lost, and its seat is kept; `gone`: there is no other side. */
export type PeerPresence = 'here' | 'away' | 'gone';

export interface ChannelEvents {
  /** Exactly once and in order. What comes before the first handler waits for it. */
  message: (value: unknown, about: { as: SignalKind }) => void;
  /** `gone` and then `here`: the other one is somebody else now, or has started anew. */
  peer: (presence: PeerPresence) => void;
  role: (role: Role) => void;
  /** With `closed` comes the reason why. */
  state: (state: ChannelState, failure?: ChannelFailure) => void;
  /** What the other side's call says with `sendSignal`: as safe as a message, and apart from those. */
  signal: (value: unknown) => void;
  /** The server has given new ones; the old ones are about to run out. */
  iceServers: (servers: readonly IceServer[]) => void;
  trace: (event: TraceEvent) => void;
}

export interface SendOptions {
  /** The book's second event; the other side receives it as `{ as: 'response' }`. Default: `message`. */
  as?: SignalKind | undefined;
}

export interface SignalingChannel {
  /** The name of the channel, or of the user one talks to. */
  readonly name: string;
  /** Changes when the initiator leaves and the joiner stays. */
  readonly role: Role;
  /** The role when this side first met the client instance that is there now; it stays while that one does. */
  readonly roleAtMeeting: Role;
  readonly state: ChannelState;
  readonly peer: PeerPresence;
  /** The client instance id of this side: random, another one after a reload. */
  readonly me: string;
  /** That of the other side; undefined if there was none yet or its client has none. */
  readonly peerMe: string | undefined;
  /** Whether the other side's client sends receipts. Without: `send` resolves when written. */
  readonly receipts: boolean;
  /** STUN and TURN servers for a call, as last given by the server. Empty: it names none. */
  readonly iceServers: readonly IceServer[];
  /** Resolves with the reason when the channel is closed, by either side. Never rejects. */
  readonly closed: Promise<ChannelFailure>;
  /**
   * Sends any JSON value. Resolves on the other's receipt; while there is no other side it waits for one.
   * @throws {ChannelFailure} when the receipt will never come
   */
  send(value: unknown, options?: SendOptions): Promise<void>;
  /** For a call over this channel: the other side's call receives it as `signal`. Otherwise as `send`. */
  sendSignal(value: unknown): Promise<void>;
  /** @returns the function that removes the handler */
  on<Name extends keyof ChannelEvents>(event: Name, handler: ChannelEvents[Name]): () => void;
  /** Waits a moment for receipts, says goodbye, and settles within 2 s. Idempotent, never rejects. */
  close(): Promise<void>;
}

/** A channel of the room protocol. */
export interface RoomChannel extends SignalingChannel {
  /**
   * Resolves when everything that the server has sent until now is received, for a page that was blocked, in a prompt.
   * During a lost connection that is on the return; at the end it is at once. Never rejects.
   */
  caughtUp(): Promise<void>;
  /**
   * Gives the seat up without ending the channel: the other side is told `gone`, and waits for the next. Waits a moment for
   * receipts first, and settles within 2 s. Idempotent, never rejects. After `close()` the goodbye stands.
   */
  leave(): Promise<void>;
  /** For `await using`: leaves. */
  [Symbol.asyncDispose](): Promise<void>;
}

export function writeCallSignal(value: unknown): unknown {
  return { parley: value };
}

/** Undefined: it is a message like any other. */
export function readCallSignal(value: unknown): { value: unknown } | undefined {
  if (!isRecord(value)) return undefined;
  const [[name, inside] = [], ...others] = Object.entries(value);
  return name === 'parley' && others.length === 0 ? { value: inside } : undefined;
}
