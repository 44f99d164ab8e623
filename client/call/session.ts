// One connection with one client instance of the other side: its descriptions, its tracks, its path, and how long each may
// take. Leaves to the call who is there, and what its state is.
import type { Clock } from '../transport/clock.js';
import { CallFailure } from './call-failure.js';
import type { TrackSender } from './local-tracks.js';
import { createNegotiator } from './negotiator.js';
import type { CallSignal, NegotiationSignal } from './negotiation-rules.js';
import { noRoute, watchPath } from './path-watch.js';
import { collectRemoteTracks } from './remote-tracks.js';
import { watchSilence } from './silence-watch.js';

export interface SessionParts {
  /** The random id of this connection. */
  id: string;
  isPolite: boolean;
  configuration: RTCConfiguration;
  answerWithinMs: number;
  connectWithinMs: number;
  clock: Clock;
  /** Whether the other side can be reached by signals right now. */
  isOtherHere: () => boolean;
  /** Settles when the other side has it, or never will. */
  send: (signal: CallSignal) => Promise<void>;
  onState: (state: RTCPeerConnectionState) => void;
  /** Connected, as it says, but nothing arrives; or it arrives again. */
  onSilence: (isSilent: boolean) => void;
  /** It has never been connected, and will not be. */
  onFailure: (failure: CallFailure) => void;
  onTrack: (event: RTCTrackEvent) => void;
  onRemoteStream: (stream: MediaStream | null) => void;
  onText: (text: string) => void;
  /** What the browser counts, again and again while there is a path. */
  onReport: (report: ReadonlyMap<string, unknown>) => void;
  trace: (event: string, ...args: unknown[]) => void;
}

export interface Session extends TrackSender {
  readonly id: string;
  /** The id of the other side's connection, once a signal of it has come. */
  other: string | undefined;
  readonly connection: RTCPeerConnection;
  readonly texts: RTCDataChannel;
  readonly wasConnected: boolean;
  /** It calls itself connected, and nothing arrives. */
  readonly isSilent: boolean;
  receive(signal: NegotiationSignal): void;
  restart(why: string): void;
  configure(configuration: RTCConfiguration): void;
  close(): void;
}

export function openSession(parts: SessionParts): Session {
  const { id, isPolite, clock, send, trace } = parts;
  let { configuration } = parts;
  let cancel = (): void => {};
  let hasAnswer = false;
  let isAsking = false;
  const haveSent = new Set<RTCRtpSender>();
  const connection = new RTCPeerConnection(configuration);
  // The same on both sides, so that neither side waits for the other to open it.
  const texts = connection.createDataChannel('text', { negotiated: true, id: 0 });
  const path = watchPath(connection, {
    clock,
    isPolite,
    trace,
    seek() {
      // The side that has made the first offer makes all that restart ICE. Otherwise Chromium takes the controlling role, and
      // Firefox keeps it too: now and then nothing arrives in Firefox any more, and both are "connected".
      if (isPolite) ask();
      else connection.restartIce();
    },
  });
  const silence = watchSilence(connection, {
    ...parts,
    onSilence() {
      path.restart('silence');
      parts.onSilence(true);
    },
    onSilenceEnd() {
      parts.onSilence(false);
    },
  });
  const remote = collectRemoteTracks(connection, parts.onRemoteStream);
  const session: Session = {
    id,
    other: undefined,
    connection,
    texts,
    get wasConnected() {
      return path.wasConnected;
    },
    get isSilent() {
      return silence.isSilent;
    },
    receive: (signal) => {
      negotiator.receive(signal);
    },
    restart: path.restart,
    configure(next) {
      configuration = next;
      connection.setConfiguration(next);
    },
    add(track, stream) {
      const free = freeTransceiver(track.kind);
      if (!free) {
        connection.addTrack(track, stream);
        return;
      }
      void free.sender.replaceTrack(track);
      free.sender.setStreams(stream);
      free.direction = free.direction === 'recvonly' ? 'sendrecv' : 'sendonly';
    },
    async replace(old, track) {
      await senderOf(old)?.replaceTrack(track);
    },
    remove(track) {
      const sender = senderOf(track);
      if (!sender) return;
      if (isSending(sender)) haveSent.add(sender);
      connection.removeTrack(sender);
    },
    close() {
      cancel();
      path.stop();
      silence.stop();
      connection.close();
    },
  };
  const negotiator = createNegotiator({
    connection,
    isPolite,
    send(signal) {
      void send({ from: id, to: session.other, ...signal });
    },
    onSettled() {
      remote.settle();
      if (!hasAnswer && connection.remoteDescription) limitSearch();
    },
    onFault(what, cause) {
      trace('fault', what, String(cause));
    },
  });

  /** One request at a time: a side that is away finds one when it is back, and not many. */
  function ask(): void {
    if (isAsking) return;
    isAsking = true;
    const beAnswered = (): void => {
      isAsking = false;
    };
    void send({ from: id, to: session.other, restart: true }).then(beAnswered, beAnswered);
  }

  /**
   * One that has sent before: `addTrack` takes a new one then, and descriptions outgrow what a message may have. One that
   * never has is left to `addTrack`, which takes it at once; `replaceTrack` fills it later, and two would take the same.
   */
  function freeTransceiver(kind: string): RTCRtpTransceiver | undefined {
    return connection
      .getTransceivers()
      .find(
        ({ direction, receiver, sender }) =>
          haveSent.has(sender) &&
          sender.track === null &&
          receiver.track.kind === kind &&
          (direction === 'recvonly' || direction === 'inactive'),
      );
  }

  function isSending(sender: RTCRtpSender): boolean {
    const transceiver = connection.getTransceivers().find((each) => each.sender === sender);
    return transceiver?.currentDirection === 'sendrecv' || transceiver?.currentDirection === 'sendonly';
  }

  function senderOf(track: MediaStreamTrack): RTCRtpSender | undefined {
    return connection.getSenders().find((sender) => sender.track === track);
  }

  function limitAnswer(): void {
    cancel = clock.after(parts.answerWithinMs, () => {
      if (parts.isOtherHere()) parts.onFailure(new CallFailure('no-answer'));
      else limitAnswer();
    });
  }

  function limitSearch(): void {
    hasAnswer = true;
    cancel();
    if (path.wasConnected) return;
    cancel = clock.after(parts.connectWithinMs, () => {
      // A side that is away cannot answer: the time begins again.
      if (parts.isOtherHere()) parts.onFailure(noRoute(configuration, path));
      else limitSearch();
    });
  }

  connection.addEventListener('connectionstatechange', () => {
    if (path.wasConnected) cancel();
    parts.onState(connection.connectionState);
  });
  connection.addEventListener('track', parts.onTrack);
  texts.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') parts.onText(data);
  });
  limitAnswer();
  return session;
}
