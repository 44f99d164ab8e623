// Port: logged in under a name: who is there, calling them, being called, one call at a time.
import type { ListedUser } from '../../server/protocol/user-messages.js';
import type { ChannelFailure } from './channel-failure.js';
import type { ChannelState, IceServer, SignalingChannel } from './signaling-channel.js';
import type { TraceEvent } from './trace.js';

/** Somebody rings. */
export interface IncomingCall {
  readonly name: string;
  /** What the caller said with the call; from a client without this library, its offer. */
  readonly about: unknown;
  /** Resolves when it rings no more: taken, declined, or taken back. */
  readonly ended: Promise<void>;
  /** @param answer for a client without this library: the answer that it waits for */
  accept(answer?: unknown): SignalingChannel;
  /** It rings no more, and the caller is told `declined`. */
  decline(): void;
}

export interface UserLineEvents {
  users: (users: readonly ListedUser[]) => void;
  incoming: (call: IncomingCall) => void;
  state: (state: ChannelState, failure?: ChannelFailure) => void;
  trace: (event: TraceEvent) => void;
}

export interface CallOptions {
  /** Any JSON value that the other sees while it rings. */
  about?: unknown;
  /** For a client without this library: the offer that it understands. */
  offer?: unknown;
  /** Aborting takes the call back. */
  signal?: AbortSignal;
}

export interface UserLine {
  readonly name: string;
  readonly state: ChannelState;
  /** Who could be called, as last heard. */
  readonly users: readonly ListedUser[];
  /** STUN and TURN servers for calls, as last given by the server; the channels of calls have them too. */
  readonly iceServers: readonly IceServer[];
  /** Resolves with the reason when the line is over for good. */
  readonly closed: Promise<ChannelFailure>;
  /** @returns a function that stops listening */
  on<Name extends keyof UserLineEvents>(event: Name, listener: UserLineEvents[Name]): () => void;
  /**
   * Rings, while the line is down as soon as it is up again, and resolves when the other takes the call.
   * @throws {ChannelFailure} `not-online`, `busy`, `declined`, `in-call`, `aborted`, `refused`, `bad-name`,
   * `too-large`, `too-deep`, or why the line is closed
   */
  call(name: string, options?: CallOptions): Promise<SignalingChannel>;
  /** Hangs up and logs out. Idempotent, never rejects. */
  close(): Promise<void>;
}
