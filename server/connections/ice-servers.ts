// The STUN and TURN servers that a client is given, with credentials of its own that run out. Leaves who gets them to
// the gateways. [R30] [U26]
import { createHmac } from 'node:crypto';
import type { IceGrant, IceServer } from '../protocol/ice-server.js';

export interface IceSettings {
  stunUrls: readonly string[];
  turnUrls: readonly string[];
  /** What parley and the TURN server both know; empty: `turnUsername` and `turnCredential` are for everybody. */
  turnSecret: string;
  /** Seconds for which credentials made with `turnSecret` hold. */
  turnTtl: number;
  turnUsername: string;
  turnCredential: string;
}

export interface IceServers {
  /** @param id the connection they are for */
  give(id: string): IceGrant;
}

/** @param now ms since 1970, as the TURN server's clock has it too */
export function createIceServers(settings: IceSettings, now: () => number): IceServers {
  const { stunUrls, turnUrls, turnSecret, turnTtl, turnUsername, turnCredential } = settings;
  const isTimed = turnUrls.length > 0 && turnSecret !== '';

  /** The scheme of draft-uberti-behave-turn-rest-00, which coturn calls `use-auth-secret`. */
  function credentialsFor(id: string): Required<Omit<IceServer, 'urls'>> {
    if (!isTimed) return { username: turnUsername, credential: turnCredential };
    // Rounded up: they hold at least as long as the client is told.
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
