// Creates the list of STUN and TURN servers for a client, with its own time-limited credentials. Which clients get one
// is decided by the gateways. [R30] [U26]
import { createHmac } from 'node:crypto';
import type { IceGrant, IceServer } from '../protocol/ice-server.js';

export interface IceSettings {
  stunUrls: readonly string[];
  turnUrls: readonly string[];
  /** Shared by parley and the TURN server; empty: all clients get `turnUsername` and `turnCredential`. */
  turnSecret: string;
  /** Lifetime of credentials that are made with `turnSecret`, in seconds. */
  turnTtl: number;
  turnUsername: string;
  turnCredential: string;
}

export interface IceServers {
  /** @param id the connection that the credentials are for */
  give(id: string): IceGrant;
}

/** @param now ms since 1970; the clock of the TURN server has to agree */
export function createIceServers(settings: IceSettings, now: () => number): IceServers {
  const { stunUrls, turnUrls, turnSecret, turnTtl, turnUsername, turnCredential } = settings;
  const isTimed = turnUrls.length > 0 && turnSecret !== '';

  /** The scheme of draft-uberti-behave-turn-rest-00, which coturn calls `use-auth-secret`. */
  function credentialsFor(id: string): Required<Omit<IceServer, 'urls'>> {
    if (!isTimed) return { username: turnUsername, credential: turnCredential };
    // Rounded up: the credentials are valid at least as long as `iceTtlMs` says.
    const username = `${Math.ceil(now() / 1000) + turnTtl}:${id}`;
    return { username, credential: createHmac('sha1', turnSecret).update(username).digest('base64') };
  }

  return {
    give(id) {
      const iceServers: IceServer[] = [];
      if (stunUrls.length > 0) iceServers.push({ urls: [...stunUrls] });
      if (turnUrls.length > 0) iceServers.push({ urls: [...turnUrls], ...credentialsFor(id) });
      return isTimed ? { iceServers, iceTtlMs: turnTtl * 1000 } : { iceServers };
    },
  };
}
