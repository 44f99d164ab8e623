// Coordinates the sessions of a call: one connection at a time, a new one for each client that comes or starts anew.
import type { Clock } from '../transport/clock.js';
import { randomId } from '../transport/resume-tokens.js';
import type { SignalingChannel } from '../channel/signaling-channel.js';
import { CallFailure } from './call-failure.js';
import type { TrackedCallState } from './call.js';
import { hasTurn, noRoute } from './path-watch.js';
import { parseCallSignal } from './negotiation-rules.js';
import { openSession, type Session, type SessionParts } from './session.js';

export interface SessionCoordinatorParts extends Pick<
  SessionParts,
  'answerWithinMs' | 'connectWithinMs' | 'onReport' | 'onTrack' | 'onRemoteStream' | 'onText' | 'trace'
> {
  channel: SignalingChannel;
  clock: Clock;
  callState: TrackedCallState;
  configuration: () => RTCConfiguration;
  onBegin: (session: Session) => void;
  onEnd: (session: Session) => void;
  /** There is a path. */
  onPath: (session: Session) => void;
}

export interface SessionCoordinator {
  readonly session: Session | undefined;
  /** From now on it calls the other side whenever that is there. @returns the function that ends it */
  listen(): () => void;
  /** Tells the other side; resolves when it knows. */
  hangUp(): Promise<void> | undefined;
}

export function createSessionCoordinator(parts: SessionCoordinatorParts): SessionCoordinator {
  const { channel, callState, configuration } = parts;
  let session: Session | undefined;
  let sessionWith: string | undefined;
  /** Of the connection that there is, or was last; and all that this call has had with this client instance. */
  let id: string | undefined;
  const ids = new Set<string>();
  let isCatchingUp = false;

  /** @param other the connection there that it is for, where that is known */
  function begin(other?: string): void {
    end();
    if (callState.isOver()) return;
    try {
      open(other);
    } catch (cause) {
      const message = 'The STUN and TURN servers of this call are not named as they have to be.';
      callState.fail(new CallFailure('no-route', { message, cause }));
    }
  }

  function open(other: string | undefined): void {
    const now = configuration();
    if (now.iceTransportPolicy === 'relay' && !hasTurn(now)) {
      callState.fail(noRoute(now, {}));
      return;
    }
    id = randomId();
    if (channel.peerMe !== sessionWith) ids.clear();
    ids.add(id);
    sessionWith = channel.peerMe;
    const isPolite = channel.roleAtMeeting === 'joiner';
    parts.trace('new connection');
    const mine = openSession({
      ...parts,
      id,
      isPolite,
      configuration: now,
      isOtherHere: () => channel.state === 'open' && channel.peer === 'here',
      send: (signal) => channel.sendSignal(signal),
      onState(state) {
        if (session === mine) onConnectionState(mine, state);
      },
      onSilence(isSilent) {
        if (session === mine) callState.go(isSilent ? 'reconnecting' : 'connected');
      },
      onFailure: callState.fail,
    });
    mine.other = other;
    session = mine;
    // The offer of the impolite side says as much.
    if (isPolite) void channel.sendSignal({ from: id, to: other, hello: true });
    parts.onBegin(mine);
    callState.go('connecting');
  }

  function end(): void {
    if (!session) return;
    const ended = session;
    session = undefined;
    ended.close();
    parts.onEnd(ended);
  }

  function onConnectionState(mine: Session, state: RTCPeerConnectionState): void {
    if (state === 'connected') {
      parts.onPath(mine);
      // Firefox says so after every restart, also of a path that has long been dead.
      if (!mine.isSilent) callState.go('connected');
    } else if (mine.wasConnected) {
      loseOrSeek();
      if (session) callState.go('reconnecting');
    }
  }

  /** Without a path, what matters is whether the other side may come back. */
  function loseOrSeek(): void {
    const state = session?.connection.connectionState;
    if (state === 'connected') return;
    if (channel.state === 'closed') {
      // Without signaling there is no new path, but this one may come back.
      if (state !== 'failed') return;
      void channel.closed.then(({ message }) => {
        callState.fail(new CallFailure('ended', { message }));
      });
    } else if (channel.peer === 'gone') {
      end();
      callState.go('waiting');
    }
  }

  function onPeer(): void {
    if (channel.peer === 'gone') loseOrSeek();
    else if (channel.peer === 'here' && (!session || channel.peerMe !== sessionWith)) begin();
  }

  function onSignal(value: unknown): void {
    const signal = parseCallSignal(value);
    if (!signal) return;
    const { from, to } = signal;
    if ('hangUp' in signal) {
      // It may be late, from a side that was away. If it is for a connection that this call never had, another call was hung up.
      if (to === undefined ? session?.other === undefined : !ids.has(to)) return;
      if (isCatchingUp) begin();
      else callState.end('other');
      return;
    }
    // Signals come in order, so that this is a newer connection, and the one here was for the one before. A new one that
    // knows of an older one here has to begin anew as well, when it receives the next signal.
    if (session?.other !== undefined && from !== session.other) {
      begin(to === undefined ? from : undefined);
      if (to !== undefined) return;
    } else if (to !== undefined && to !== session?.id) return;
    else if (!session && channel.peer !== 'gone') begin();
    if (!session) return;
    session.other = from;
    if ('restart' in signal) session.restart('asked');
    else if (!('hello' in signal)) session.receive(signal);
  }

  return {
    get session() {
      return session;
    },
    listen() {
      const stops = [
        channel.on('peer', onPeer),
        channel.on('signal', onSignal),
        channel.on('iceServers', () => session?.configure(configuration())),
      ];
      // Signals that have waited come first: what hangs up among them did so before this call began.
      isCatchingUp = true;
      queueMicrotask(() => {
        isCatchingUp = false;
      });
      onPeer();
      return () => {
        for (const stop of stops) stop();
        end();
      };
    },
    // Also to one who is gone, and may come back to a call that is over.
    hangUp: () =>
      id === undefined
        ? undefined
        : channel.sendSignal({ from: id, to: session?.other, hangUp: true }).catch(() => {}),
  };
}
