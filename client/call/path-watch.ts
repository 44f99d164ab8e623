// Keeps a connection's path: looks for a new one (ICE restart) when recovery-rules say so, and remembers what was found, to
// say why there is none. Notices that this machine has another network.
import type { Clock } from '../transport/clock.js';
import { nextRestart } from './recovery-rules.js';
import { CallFailure } from './call-failure.js';

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
  let cancel = (): void => {};

  function restart(why: string): void {
    const now = clock.now();
    if (now < freshUntil && (why === 'asked' || why === 'silence')) {
      // One who asks and has not answered the offer of that restart yet finds its new paths with that.
      if (why === 'asked' && connection.signalingState === 'have-local-offer') return;
      // Unless there is other news first. Not forgotten: the other may have another network.
      cancel();
      cancel = clock.after(freshUntil - now, () => {
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
    cancel();
    const state = connection.connectionState;
    const dueAt = nextRestart({ state, since, triedAt, hasCandidates, isPolite });
    if (dueAt === undefined) return;
    cancel = clock.after(Math.max(0, dueAt - clock.now()), () => {
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
      cancel();
    },
  };
}

export function hasTurn({ iceServers = [] }: RTCConfiguration): boolean {
  return iceServers.some(({ urls }) => [urls].flat().some((url) => url.startsWith('turn')));
}

export function noRoute(
  configuration: RTCConfiguration,
  { hasRelay, serverError }: Partial<Pick<PathWatch, 'hasRelay' | 'serverError'>>,
): CallFailure {
  return new CallFailure('no-route', { message: sentence() });

  function sentence(): string {
    if (!hasTurn(configuration)) {
      return configuration.iceTransportPolicy === 'relay'
        ? 'This call may go through a relay only, and no TURN server is set.'
        : 'No path was found: both networks need a relay, and no TURN server is set.';
    }
    if (hasRelay) return 'No path was found, not even through the relay.';
    // RFC 8489, section 14.8: 401 is a wrong or expired credential.
    return serverError === 401
      ? 'The relay (TURN) server refused the credentials of this call.'
      : 'No path was found: the relay (TURN) server does not answer.';
  }
}

/** Browsers tell one change by several events. */
const gatherMs = 300;

/** @returns the function that ends it */
export function onNetworkChange(clock: Clock, handler: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  // Not in every browser: https://developer.mozilla.org/en-US/docs/Web/API/Navigator/connection
  const { connection } = navigator as { connection?: EventTarget & { type?: string } };
  let type = connection?.type;
  let cancel = (): void => {};
  const tellSoon = (): void => {
    cancel();
    cancel = clock.after(gatherMs, handler);
  };
  const compare = (): void => {
    // It changes also with each estimate of how fast the network is. Chromium on a desktop names no type.
    if (connection?.type === type) return;
    type = connection?.type;
    tellSoon();
  };
  window.addEventListener('online', tellSoon);
  connection?.addEventListener('change', compare);
  return () => {
    cancel();
    window.removeEventListener('online', tellSoon);
    connection?.removeEventListener('change', compare);
  };
}
