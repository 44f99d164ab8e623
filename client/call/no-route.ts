// In words, why no path was found between the two.
import { CallFailure } from './call-failure.js';
import type { PathWatch } from './path-watch.js';

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
