// A call with one other person, over any signaling channel: what a program sees of it, and how it stands. `startCall` makes
// one.
import type { CallFailure } from './call-failure.js';
import type { CallStats, Route } from './call-stats.js';
import type { Emitter } from '../channel/emitter.js';

/**
 * `starting`: the camera is being asked for; `waiting`: the other side is not there yet; `connecting`: on the way to the first
 * frame; `connected`; `reconnecting`: the path is lost, and a new one is looked for; `ended`: hung up, here or there; `failed`: see
 * `failure`. The last two are for good.
 */
export type CallState =
  | 'starting'
  | 'waiting'
  | 'connecting'
  | 'connected'
  | 'reconnecting'
  | 'ended'
  | 'failed';

/** Who ended a call. `taken-over`: it goes on in another window. */
export type EndedBy = 'me' | 'other' | 'taken-over';

export interface CallEvents {
  state: (state: CallState, failure?: CallFailure) => void;
  /** A track of the other side. It also comes when a new connection is made for the same call. */
  track: (event: RTCTrackEvent) => void;
  /** The other side's tracks have changed: put this stream into a `<video>`. `null`: there is none. */
  remoteStream: (stream: MediaStream | null) => void;
  /** This side's camera, screen or microphone has changed. */
  localStream: (stream: MediaStream | null) => void;
  /** How the two are connected: known a moment after `connected`, and again when it changes. */
  route: (route: Route | undefined) => void;
  /** Text over the data channel, in order; it does not pass through the server. */
  text: (text: string) => void;
  /** What the call does by itself, in the shape of the channel's trace events, all `here`. */
  trace: (event: CallTraceEvent) => void;
}

export interface CallTraceEvent {
  /** Milliseconds on the clock of the channel's trace. */
  at: number;
  direction: 'here';
  /** `ice` (a state of the connection), `restart` (why), `route` (direct or relay), `candidate error`, `fault` (what, why), `new connection`. */
  event: string;
  args: readonly unknown[];
}

export interface CallOptions {
  /**
   * What to send: constraints for `getUserMedia`, or a stream that the program already has and keeps.
   * `false`: nothing, only receive. Default: `{ audio: true, video: true }`.
   */
  media?: MediaStreamConstraints | MediaStream | false | undefined;
  /**
   * Use relays (TURN) only, so that the other side does not learn this side's addresses; for neither to learn the
   * other's, both have to. Default: false.
   */
  relayOnly?: boolean | undefined;
  /** STUN and TURN servers beside those that the server gives. */
  iceServers?: readonly RTCIceServer[] | undefined;
  /** Milliseconds within which the other side's page has to answer, once it is there. Default: 30,000. */
  answerWithinMs?: number | undefined;
  /** Milliseconds within which a path has to be found, once both have answered. Default: 30,000. */
  connectWithinMs?: number | undefined;
}

export interface Call {
  readonly state: CallState;
  /** Why it failed; only in the state `failed`. */
  readonly failure: CallFailure | undefined;
  /** Which side hung up; only in the state `ended`. */
  readonly endedBy: EndedBy | undefined;
  /** How the two are connected; undefined while they are not. */
  readonly route: Route | undefined;
  readonly localStream: MediaStream | null;
  readonly remoteStream: MediaStream | null;
  readonly isSharingScreen: boolean;
  /** Resolves when the call is over: with why it failed, or with undefined. Never rejects. */
  readonly over: Promise<CallFailure | undefined>;
  /** @returns the function that removes the handler */
  on<Name extends keyof CallEvents>(event: Name, handler: CallEvents[Name]): () => void;
  /**
   * Text to the other side. Waits for the data channel, at most 1 MiB of it. Resolves when it is handed to the network.
   * @throws {ChannelFailure} `overflow`, `too-large`, `peer-gone`, `closed`
   */
  sendText(text: string): Promise<void>;
  /** Silences the microphone, or unmutes it, also one that the program has silenced by itself. */
  muteAudio(isMuted: boolean): void;
  /** Blackens the camera, or lets it be seen again. */
  muteVideo(isMuted: boolean): void;
  /** Sends one more track. The program keeps it: stop it yourself. */
  addTrack(track: MediaStreamTrack): void;
  /** Sends another track of the same kind in place of the first, without a new offer. */
  replaceTrack(old: MediaStreamTrack, track: MediaStreamTrack): Promise<void>;
  /** Sends this track no more. One that was added by the program stays as it is. */
  removeTrack(track: MediaStreamTrack): void;
  /**
   * Asks for a screen or window and sends it in place of the camera, until `stopSharing`, or until the browser's own button.
   * @throws {CallFailure} `permission` when the person says no; `insecure`, `in-use`, `no-device`, `no-media`
   */
  shareScreen(): Promise<void>;
  /** Sends the camera again, if there was one. */
  stopSharing(): Promise<void>;
  /** Numbers of this moment, with the units in their names or docs. */
  stats(): Promise<CallStats>;
  /** Tells the other side, stops what this call has started, and is over. The channel stays open. Idempotent. */
  hangUp(): Promise<void>;
}

export interface TrackedCallState {
  readonly state: CallState;
  readonly failure: CallFailure | undefined;
  readonly endedBy: EndedBy | undefined;
  isOver(): boolean;
  readonly over: Promise<CallFailure | undefined>;
  go(state: Exclude<CallState, 'ended' | 'failed'>): void;
  end(by: EndedBy): void;
  fail(failure: CallFailure): void;
}

/** @param onOver is called before the event: releases what the call has used */
export function trackCallState(
  emitter: Pick<Emitter<CallEvents>, 'emit'>,
  onOver: () => void,
): TrackedCallState {
  let state: CallState = 'starting';
  let failure: CallFailure | undefined;
  let endedBy: EndedBy | undefined;
  let tellOver: (failure: CallFailure | undefined) => void;
  const over = new Promise<CallFailure | undefined>((resolve) => {
    tellOver = resolve;
  });
  const isOver = (): boolean => state === 'ended' || state === 'failed';

  function finish(as: 'ended' | 'failed'): void {
    state = as;
    onOver();
    emitter.emit('state', as, failure);
    tellOver(failure);
  }

  return {
    over,
    get state() {
      return state;
    },
    get failure() {
      return failure;
    },
    get endedBy() {
      return endedBy;
    },
    isOver,
    go(next) {
      if (isOver() || state === next) return;
      state = next;
      emitter.emit('state', next);
    },
    end(by) {
      if (isOver()) return;
      endedBy = by;
      finish('ended');
    },
    fail(why) {
      if (isOver()) return;
      failure = why;
      finish('failed');
    },
  };
}
