// ICE servers as the server gives them: asks for fresh ones before these run out. Leaves how one asks to the lines.
import type { IceGrant, IceServer } from '../../server/protocol/ice-server.js';
import type { Clock } from './clock.js';

/** The part of their life after which one asks for others. [R30] */
const usedUp = 0.8;

/**
 * @param tell is given what has come
 * @returns what every answer goes to that may have ICE servers in it; without one, nothing is asked any more
 */
export function createIceGrants(
  clock: Clock,
  ask: () => void,
  tell: (servers: readonly IceServer[]) => void,
): (answer?: Partial<IceGrant>) => void {
  let cancel = (): void => {};
  return ({ iceServers, iceTtlMs } = {}) => {
    cancel();
    if (iceTtlMs) cancel = clock.after(iceTtlMs * usedUp, ask);
    if (iceServers) tell(iceServers);
  };
}

/** What came, as it may be traced: the credentials of a relay are secret. */
export function withoutCredentials(came: object | string): unknown {
  if (typeof came === 'string' || !('iceServers' in came)) return came;
  return JSON.parse(
    JSON.stringify(came, (key, value: unknown) => (key === 'credential' ? '(hidden)' : value)),
  );
}
