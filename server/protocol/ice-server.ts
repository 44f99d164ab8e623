// Where a client may find STUN and TURN. Both protocols tell it, to those who have a seat or a name. [R30] [U26]

/** The shape of an `RTCIceServer`. */
export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

/** What one client is given. */
export interface IceGrant {
  /** Empty: this server names none. */
  iceServers: IceServer[];
  /** Milliseconds for which the credentials hold, from now on; absent: for good. */
  iceTtlMs?: number;
}
