// When a connection that is not there gets a new path (ICE restart). Pure: leaves the clock and the restart to others.

export interface PathState {
  /** What the connection says of itself. */
  state: RTCPeerConnectionState;
  /** Milliseconds since when it says so. */
  since: number;
  /** Milliseconds of the last restart, or of the first attempt. */
  triedAt: number;
  /** The last attempt has found at least one address of this side. */
  hasCandidates: boolean;
  isPolite: boolean;
}

/** A `disconnected` often heals by itself: a blip of the radio. */
const blipMs = 3000;

/** With addresses on both sides a check may take this long on slow networks. */
const checksMs = 8000;

/** Without one there is nothing to wait for: a relay that was down may be back. */
const nothingFoundMs = 2500;

/** Both see the loss; the polite one lets the other go first. */
export const politeMs = 1200;

/** When to try again, in ms of the same clock; undefined: there is no need. */
export function nextRestart(path: PathState): number | undefined {
  const { state, since, triedAt, hasCandidates, isPolite } = path;
  const turnMs = isPolite ? politeMs : 0;
  const patience = (hasCandidates ? checksMs : nothingFoundMs) + turnMs;
  switch (state) {
    case 'new':
    case 'connected':
    case 'closed':
      return undefined;
    case 'disconnected':
      return Math.max(since + blipMs + turnMs, triedAt + patience);
    case 'failed':
      // A try that failed at once is not worth another one at once.
      return triedAt < since ? Math.max(since + turnMs, triedAt + nothingFoundMs) : triedAt + patience;
    case 'connecting':
      // Maybe the other one tries.
      return Math.max(since, triedAt) + patience;
  }
}
