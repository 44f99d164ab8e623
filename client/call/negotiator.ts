// Runs the negotiation rules on a connection: does what they decide, one operation after the other.
import {
  beginNegotiation,
  negotiate,
  type NegotiationSignal,
  type NegotiationEffect,
  type NegotiationEvent,
} from './negotiation-rules.js';

export interface NegotiatorParts {
  connection: RTCPeerConnection;
  isPolite: boolean;
  send: (signal: NegotiationSignal) => void;
  /** Both have agreed on descriptions. */
  onSettled: () => void;
  onFault: (what: string, cause: unknown) => void;
}

export interface Negotiator {
  receive(signal: NegotiationSignal): void;
}

export function createNegotiator({
  connection,
  isPolite,
  send,
  onSettled,
  onFault,
}: NegotiatorParts): Negotiator {
  let negotiation = beginNegotiation(isPolite);

  function dispatch(event: NegotiationEvent): void {
    const step = negotiate(negotiation, event);
    negotiation = step.negotiation;
    for (const effect of step.effects) perform(effect);
  }

  function perform(effect: NegotiationEffect): void {
    switch (effect.do) {
      case 'send':
        send({ description: effect.description });
        return;
      case 'add':
        // One for an offer that has given way: of no use, and of no harm.
        void connection.addIceCandidate(effect.candidate).catch((cause: unknown) => {
          onFault('candidate', cause);
        });
        return;
      case 'accept':
        void operate(connection.setRemoteDescription(effect.description), false);
        return;
      case 'offer':
      case 'answer':
        void operate(connection.setLocalDescription(), true);
    }
  }

  async function operate(operation: Promise<void>, makesDescription: boolean): Promise<void> {
    try {
      await operation;
    } catch (cause) {
      if (connection.signalingState === 'closed') return;
      onFault('description', cause);
      dispatch({ kind: 'undone' });
      return;
    }
    const description = makesDescription ? connection.localDescription : null;
    // As plain data: in some browsers the object itself cannot be written as JSON in full.
    if (description) {
      const { currentLocalDescription: local, currentRemoteDescription: remote } = connection;
      const { type } = description;
      const sdp = type === 'offer' ? nameDtlsRole(description.sdp, { local, remote }) : description.sdp;
      dispatch({ kind: 'done', description: { type, sdp } });
    } else dispatch({ kind: 'done' });
    if (connection.signalingState === 'stable') onSettled();
  }

  connection.addEventListener('negotiationneeded', () => {
    // The first offer is the impolite one's, which always has one to make. Chromium cannot answer after taking back a
    // first offer of another shape ("Failed to start SCTP transport"). What is missing then is asked for again.
    if (isPolite && !connection.remoteDescription) return;
    dispatch({ kind: 'needed' });
  });
  connection.addEventListener('icecandidate', ({ candidate }) => {
    // Without a candidate it is the end of all; Firefox says the end of one generation by an empty one, which passes.
    if (candidate) send({ candidate: candidate.toJSON() });
  });

  return {
    receive(signal) {
      dispatch({ kind: 'received', signal });
    },
  };
}

/** An agreement that stands: what was offered and what was answered. */
export interface Agreed {
  local: RTCSessionDescriptionInit | null;
  remote: RTCSessionDescriptionInit | null;
}

export function nameDtlsRole(sdp: string, { local, remote }: Agreed): string {
  const own = local?.type === 'answer' ? roleIn(local) : opposite[roleIn(remote) ?? ''];
  return own === undefined ? sdp : sdp.replace(/^a=setup:actpass/gm, `a=setup:${own}`);
}

const opposite: Partial<Record<string, string>> = { active: 'passive', passive: 'active' };

function roleIn(answer: RTCSessionDescriptionInit | null): string | undefined {
  return /^a=setup:(active|passive)/m.exec(answer?.sdp ?? '')?.[1];
}
