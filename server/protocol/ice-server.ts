// The STUN and TURN servers that a client may use. Both protocols send them, only to a client with a seat or a name.
// [R30] [U26]

/** The shape of an `RTCIceServer`. */
export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

/** The ICE servers for one client. */
export interface IceGrant {
  /** Empty: none are configured. */
  iceServers: IceServer[];
  /** Milliseconds until the credentials expire, from now; absent: they do not expire. */
  iceTtlMs?: number;
}
