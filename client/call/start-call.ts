// `startCall`: a call with the other side of a channel. Puts the parts together.
import { realClock } from '../transport/clock.js';
import { createEmitter } from '../channel/emitter.js';
import type { SignalingChannel } from '../channel/signaling-channel.js';
import { trackCallState, type Call, type CallEvents, type CallOptions, type EndedBy } from './call.js';
import { CallFailure } from './call-failure.js';
import { createLocalTracks, getLocalMedia } from './local-tracks.js';
import { createStatsMonitor } from './call-stats.js';
import { onNetworkChange } from './path-watch.js';
import { createSessionCoordinator } from './session-coordinator.js';
import { createTextLine } from './text-line.js';

/** A channel that ends like this ends its call. Whatever else ends it, pictures and sound go on while they can. */
const endings: Partial<Record<string, EndedBy>> = {
  aborted: 'me',
  closed: 'me',
  ended: 'other',
  expelled: 'other',
  'taken-over': 'taken-over',
};

/** Time for the goodbye to arrive. */
const goodbyeWithinMs = 1000;

/**
 * Starts a call at once and returns it: listen to its events, or look at its state. It calls the other
 * side that is there or comes next, until it is over. One call a channel at a time.
 * @example
 * ```ts
 * import { openChannel, startCall } from 'parley/client';
 *
 * const ann = startCall(await openChannel('http://localhost:8181', 'room-42'));
 * const bob = startCall(await openChannel('http://localhost:8181', 'room-42'), { media: false }); // receives only
 * const video = document.body.appendChild(document.createElement('video'));
 * bob.on('remoteStream', (stream) => {
 *   video.srcObject = stream;
 *   void video.play();
 * });
 * const isPlaying = new Promise((resolve) => video.addEventListener('playing', resolve));
 * bob.on('text', (text) => console.log(`bob reads ${text}`)); // prints: bob reads do you see me?
 * await ann.sendText('do you see me?');
 * await isPlaying;
 * await ann.hangUp();
 * await bob.over;
 * console.log(`${bob.state} by the ${bob.endedBy}`); // prints: ended by the other
 * ```
 */
export function startCall(channel: SignalingChannel, options: CallOptions = {}): Call {
  const { media = { audio: true, video: true }, answerWithinMs = 30_000, connectWithinMs = 30_000 } = options;
  const clock = realClock;
  const emitter = createEmitter<CallEvents>();
  const local = createLocalTracks(emitter);
  const texts = createTextLine();
  const stops: (() => void)[] = [];
  let remoteStream: MediaStream | null = null;
  const callState = trackCallState(emitter, () => {
    for (const stop of stops) stop();
    local.stop();
    texts.close();
  });
  const statsMonitor = createStatsMonitor((route) => {
    emitter.emit('route', route);
    trace('route', ...(route === undefined ? [] : [route]));
  });
  const coordinator = createSessionCoordinator({
    channel,
    clock,
    callState,
    answerWithinMs,
    connectWithinMs,
    trace,
    configuration: () => ({
      iceServers: [...channel.iceServers, ...(options.iceServers ?? [])],
      iceTransportPolicy: options.relayOnly ? 'relay' : 'all',
    }),
    onBegin(session) {
      texts.attach(session.texts);
      local.attach(session);
    },
    onEnd({ connection }) {
      local.detach();
      texts.detach();
      statsMonitor.forget(connection);
      if (remoteStream) setRemote(null);
    },
    onPath: ({ connection }) => void statsMonitor.read(connection),
    onReport: statsMonitor.see,
    onTrack(event) {
      emitter.emit('track', event);
    },
    onRemoteStream: setRemote,
    onText(text) {
      emitter.emit('text', text);
    },
  });

  function trace(event: string, ...args: unknown[]): void {
    emitter.emit('trace', { at: clock.now(), direction: 'here', event, args });
  }

  function setRemote(stream: MediaStream | null): void {
    remoteStream = stream;
    emitter.emit('remoteStream', stream);
  }

  async function begin(): Promise<void> {
    if (callState.isOver()) return;
    if (typeof RTCPeerConnection === 'undefined') throw new CallFailure('unsupported');
    const isGiven = media instanceof MediaStream;
    const stream = media === false || isGiven ? media || null : await getLocalMedia(media);
    local.begin(stream, !isGiven);
    callState.go('waiting');
    if (callState.isOver()) return;
    stops.push(
      coordinator.listen(),
      onNetworkChange(clock, () => coordinator.session?.restart('network')),
    );
    // Listening may have ended it already: there is no relay, and it needs one.
    if (callState.isOver()) for (const stop of stops) stop();
  }

  void channel.closed.then(({ reason, message }) => {
    const by = endings[reason];
    if (by) callState.end(by);
    else if (callState.state !== 'connected') callState.fail(new CallFailure('ended', { message }));
  });
  // A moment later, so that the program can listen first, and a channel that is closed asks for no camera.
  void Promise.resolve()
    .then(begin)
    .catch((cause: unknown) => {
      callState.fail(cause instanceof CallFailure ? cause : new CallFailure('no-media', { cause }));
    });

  return {
    over: callState.over,
    on: emitter.on,
    get state() {
      return callState.state;
    },
    get failure() {
      return callState.failure;
    },
    get endedBy() {
      return callState.endedBy;
    },
    get route() {
      return statsMonitor.route;
    },
    get localStream() {
      return local.stream;
    },
    get remoteStream() {
      return remoteStream;
    },
    get isSharingScreen() {
      return local.isSharing;
    },
    sendText: texts.send,
    muteAudio(isMuted) {
      local.mute('audio', isMuted);
    },
    muteVideo(isMuted) {
      local.mute('video', isMuted);
    },
    addTrack: local.add,
    replaceTrack: local.replace,
    removeTrack: local.remove,
    shareScreen: local.share,
    stopSharing: local.stopSharing,
    stats: () => statsMonitor.read(coordinator.session?.connection),
    async hangUp() {
      const goodbye = callState.isOver() ? undefined : coordinator.hangUp();
      callState.end('me');
      const late = new Promise<void>((resolve) => {
        clock.after(goodbyeWithinMs, resolve);
      });
      await Promise.race([goodbye, late]);
    },
  };
}
