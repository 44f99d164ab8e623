// Where a client may find STUN and TURN; the shape of an `RTCIceServer`. Both protocols tell it. [R6] [U2]

export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}
