// `parley/react`: a channel and a call as React hooks. Components that use the same one share it, so that a component never
// meets itself; when the last of them is unmounted, it is left. Leaves everything else to `parley/client`.
import {
  ChannelFailure,
  openChannel,
  startCall,
  type Call,
  type CallState,
  type ChannelState,
  type OpenChannelOptions,
  type PeerPresence,
  type RoomChannel,
  type SignalingChannel,
  type StartCallOptions,
} from '../index.js';
import { useShared, type Shared, type Show } from './use-shared.js';

/** What `useChannel` returns. Another object after each change. */
export interface ChannelView {
  /** Undefined until it is open. One that is closed stays here until `restart`. */
  channel: RoomChannel | undefined;
  /**
   * `idle`: there is no name; `opening`; `waiting`: with `wait`, while the channel is full; `open`, `reconnecting` and
   * `closed` as of a channel. `closed` is also the state of a channel that did not open.
   */
  state: 'idle' | 'opening' | 'waiting' | ChannelState;
  /** `gone` also while the channel is not open yet. */
  peer: PeerPresence;
  /**
   * Only in the state `waiting`: one of the two is away, and its seat can be free in so many milliseconds, counted from
   * this change; undefined: both are there.
   */
  freeInMs: number | undefined;
  /** Why the channel did not open, or is closed; only in the state `closed`. */
  failure: ChannelFailure | undefined;
  /** Opens the channel once more, for every component that shares it. One that is open is left first. */
  restart: () => void;
}

/** What `useCall` returns. Another object after each change. */
export interface CallView extends Pick<
  Call,
  'failure' | 'endedBy' | 'route' | 'localStream' | 'remoteStream' | 'isSharingScreen'
> {
  /** Undefined while there is no channel. */
  call: Call | undefined;
  /** `idle`: there is no channel; then as of a call. */
  state: 'idle' | CallState;
  /** Calls once more, for every component that shares the call. One that goes on is hung up first. */
  restart: () => void;
}

/**
 * Read when the channel is opened, also by `restart`: of components that share it, those count with which the first was last
 * rendered.
 */
export type UseChannelOptions = Omit<OpenChannelOptions, 'signal' | 'onWait'>;

const noChannel: ChannelView = {
  channel: undefined,
  state: 'idle',
  peer: 'gone',
  freeInMs: undefined,
  failure: undefined,
  restart: () => {},
};
const noCall: CallView = {
  call: undefined,
  state: 'idle',
  failure: undefined,
  endedBy: undefined,
  route: undefined,
  localStream: null,
  remoteStream: null,
  isSharingScreen: false,
  restart: () => {},
};
const firstChannel: ChannelView = { ...noChannel, state: 'opening' };
const firstCall: CallView = { ...noCall, state: 'starting' };

const channels = new Map<string, Shared<ChannelView>>();
const calls = new Map<SignalingChannel, Shared<CallView>>();

/**
 * The channel `name` of the server at `url`, as by `openChannel`, for as long as a component is mounted that uses it. After
 * that it is left with `leave()`: the other side's channel goes on. A component that is mounted again in the same task, as
 * React's StrictMode does it, keeps its channel; later, it gets a new one, which waits until the seat is free. Never throws:
 * a channel that does not open is `closed`, with `failure`.
 * @param name undefined or null: no channel yet
 * @example
 * ```tsx
 * import { useEffect } from 'react';
 * import { createRoot } from 'react-dom/client';
 * import { openChannel } from 'parley/client';
 * import { useChannel } from 'parley/react';
 *
 * function Ann() {
 *   const { channel, state, failure } = useChannel('http://localhost:8181', 'room-42');
 *   useEffect(() => channel?.on('message', (value) => channel.send(`ann hears ${value}`)), [channel]);
 *   return <p>{failure ? failure.message : state}</p>;
 * }
 *
 * createRoot(document.body).render(<Ann />);
 * const bob = await openChannel('http://localhost:8181', 'room-42');
 * const answer = new Promise((resolve) => bob.on('message', resolve));
 * await bob.send('hello');
 * console.log(await answer); // prints: ann hears hello
 * ```
 */
export function useChannel(
  url: string | URL,
  name: string | null | undefined,
  options: UseChannelOptions = {},
): ChannelView {
  const key = typeof name === 'string' ? keyOf(url, name) : undefined;
  return useShared(channels, key, noChannel, firstChannel, (show) => open(url, name ?? '', options, show));
}

/**
 * A call with the other side of a channel, as by `startCall`, for as long as a component is mounted that uses it. After that it
 * is hung up, and the channel stays open. Never throws: a call that does not come about is `failed`, with `failure`.
 * @param channel undefined or null: no call yet
 * @param options read when the call is started, also by `restart`: of components that share it, those count with which the
 * first was last rendered
 * @example
 * ```tsx
 * import { useEffect, useRef } from 'react';
 * import { createRoot } from 'react-dom/client';
 * import { openChannel, startCall } from 'parley/client';
 * import { useCall, useChannel } from 'parley/react';
 *
 * function Ann() {
 *   const { channel } = useChannel('http://localhost:8181', 'room-42');
 *   const { remoteStream, state } = useCall(channel, { media: false }); // receives only
 *   const video = useRef<HTMLVideoElement>(null);
 *   useEffect(() => {
 *     if (video.current) video.current.srcObject = remoteStream;
 *   }, [remoteStream]);
 *   return <video ref={video} autoPlay playsInline muted title={state} />;
 * }
 *
 * createRoot(document.body).render(<Ann />);
 * const bob = startCall(await openChannel('http://localhost:8181', 'room-42'));
 * await new Promise((resolve) => bob.on('state', (state) => state === 'connected' && resolve(0)));
 * console.log(bob.state); // prints: connected
 * ```
 */
export function useCall(channel: SignalingChannel | null | undefined, options?: StartCallOptions): CallView {
  return useShared(calls, channel ?? undefined, noCall, firstCall, (show, on) => begin(on, options, show));
}

function open(
  url: string | URL,
  name: string,
  options: UseChannelOptions,
  show: Show<ChannelView>,
): () => void {
  const opening = new AbortController();
  let channel: RoomChannel | undefined;
  const { signal } = opening;
  const onWait = (freeInMs: number | undefined): void => show({ state: 'waiting', freeInMs });
  openChannel(url, name, { ...options, signal, onWait }).then(
    (opened) => {
      channel = opened;
      const look = (): void => {
        const { state, peer } = opened;
        if (state !== 'closed') show({ channel, state, peer, freeInMs: undefined });
      };
      look();
      opened.on('state', look);
      opened.on('peer', look);
      // Not by the event: the server may have ended it in the turn in which it was opened.
      void opened.closed.then((failure) => show({ channel, state: 'closed', freeInMs: undefined, failure }));
    },
    (failure: unknown) => {
      if (!(failure instanceof ChannelFailure)) throw failure;
      show({ state: 'closed', freeInMs: undefined, failure });
    },
  );
  return () => {
    if (!channel) return opening.abort();
    // First the call: after the channel has left, no signal can say that it is hung up.
    void calls.get(channel)?.view.call?.hangUp();
    void channel.leave();
  };
}

function begin(
  channel: SignalingChannel,
  options: StartCallOptions | undefined,
  show: Show<CallView>,
): () => void {
  const call = startCall(channel, options);
  const look = (): void => {
    const { state, failure, endedBy, route, localStream, remoteStream, isSharingScreen } = call;
    show({ call, state, failure, endedBy, route, localStream, remoteStream, isSharingScreen });
  };
  for (const event of ['state', 'localStream', 'remoteStream', 'route'] as const) call.on(event, look);
  look();
  return () => void call.hangUp();
}

/** Equal for equal channels, however the address of the server is written; as `openChannel` reads it. */
function keyOf(url: string | URL, name: string): string {
  let server = String(url);
  try {
    const { origin, pathname } = new URL(url, typeof location === 'undefined' ? undefined : location.href);
    server = (origin + pathname).replace(/^ws/, 'http').replace(/\/+$/, '');
  } catch {
    // No address: opening it fails, and says so.
  }
  return `${server} ${name.normalize()}`;
}
