// Stands in for a browser's RTCPeerConnection, which Node has not: the same signals in the same order, no media.

export interface Description {
  type: 'offer' | 'answer';
  sdp: string;
}

export interface Candidate {
  type: 'candidate';
  label: number;
  id: string;
  candidate: string;
}

export interface PretendPeer {
  describe(type: Description['type']): Description;
  takeDescription(description: Description): void;
  takeCandidate(candidate: Candidate): void;
  /** Resolves with everything taken, in order, when a description and both candidates of the other are there. */
  readonly connected: Promise<string[]>;
}

/** @param onCandidate hears two candidates, each after the description that they belong to */
export function createPretendPeer(name: string, onCandidate: (candidate: Candidate) => void): PretendPeer {
  const taken: string[] = [];
  let finish: (all: string[]) => void = () => {};
  const connected = new Promise<string[]>((resolve) => {
    finish = resolve;
  });
  const take = (what: string): void => {
    taken.push(what);
    if (taken.length === 3) finish(taken);
  };
  return {
    connected,
    describe(type) {
      queueMicrotask(() => {
        for (const label of [0, 1]) {
          onCandidate({ type: 'candidate', label, id: 'audio', candidate: `${name} ${label}` });
        }
      });
      return { type, sdp: `${type} of ${name}` };
    },
    takeDescription: ({ sdp }) => take(sdp),
    takeCandidate: ({ candidate }) => take(candidate),
  };
}
