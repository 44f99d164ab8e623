// Keeps a connection's path: seeks a new one (ICE restart) when recovery-rules say so, and remembers what was found.
import type { Clock } from '../signaling/clock.js';
import { nextRestart } from './recovery-rules.js';

export interface PathWatch {
  /** Whether it has ever been connected. */
  readonly wasConnected: boolean;
  /** Whether this side has found an address of a relay. */
  readonly hasRelay: boolean;
  /** The code of the last error of a STUN or TURN server (RFC 8489, section 14.8); 701: it did not answer. */
  readonly serverError: number | undefined;
  /** Seeks a new path. What the other side asks for (`asked`) may be under way already. */
  restart(why: string): void;
  stop(): void;
}

/** Both notice one loss, one a little later than the other: milliseconds that a try has before the next one ends it. */
const freshMs = 3000;

export function watchPath(
  connection: RTCPeerConnection,
  {
    clock,
    isPolite,
    trace,
    seek,
  }: {
    clock: Clock;
    isPolite: boolean;
    trace: (event: string, ...args: unknown[]) => void;
    /** Restarts ICE, or has the other side do it. */
    seek: () => void;
  },
): PathWatch {
  let wasConnected = false;
  let hasRelay = false;
  let hasCandidates = false;
  let serverError: number | undefined;
  let since = clock.now();
  let triedAt = since;
  let freshUntil = since;
  let callOff = (): void => {};

  function restart(why: string): void {
    const now = clock.now();
    if (now < freshUntil && (why === 'asked' || why === 'silence')) {
      // One who asks and has not answered the offer of that restart yet finds its new paths with that.
      if (why === 'asked' && connection.signalingState === 'have-local-offer') return;
      // Unless there is other news first. Not forgotten: the other may have another network.
      callOff();
      callOff = clock.after(freshUntil - now, () => {
        restart(why);
      });
      return;
    }
    triedAt = now;
    freshUntil = now + freshMs;
    hasCandidates = false;
    trace('restart', why);
    seek();
    look();
  }

  function look(): void {
    callOff();
    const state = connection.connectionState;
    const dueAt = nextRestart({ state, since, triedAt, hasCandidates, isPolite });
    if (dueAt === undefined) return;
    callOff = clock.after(Math.max(0, dueAt - clock.now()), () => {
      restart(state);
    });
  }

  connection.addEventListener('connectionstatechange', () => {
    const state = connection.connectionState;
    since = clock.now();
    if (state === 'connected') wasConnected = true;
    trace('ice', state);
    look();
  });
  connection.addEventListener('icecandidate', ({ candidate }) => {
    if (!candidate?.candidate) return;
    hasRelay ||= candidate.type === 'relay';
    if (hasCandidates) return;
    hasCandidates = true;
    look();
  });
  connection.addEventListener('icecandidateerror', ({ errorCode, errorText, url }) => {
    // A refusal says more than a silence that comes after it.
    if (serverError !== 401) serverError = errorCode;
    trace('candidate error', errorCode, errorText, url);
  });

  return {
    get wasConnected() {
      return wasConnected;
    },
    get hasRelay() {
      return hasRelay;
    },
    get serverError() {
      return serverError;
    },
    restart,
    stop() {
      callOff();
    },
  };
}
