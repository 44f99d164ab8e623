// Perfect negotiation (WebRTC 1.0, section 10.7) as rules: who offers when, whose offer gives way, which candidates wait; and
// what the two say to each other for it, which may be anything when it comes from the other side.
// Pure: one operation of the connection at a time, and what arrives meanwhile waits. Leaves the operations to the negotiator.

import { isRecord } from '../../server/protocol/parsed.js';

export type NegotiationSignal =
  | { description: RTCSessionDescriptionInit }
  | { candidate: RTCIceCandidateInit };

type Operation = 'offer' | 'accept offer' | 'answer' | 'accept answer';

export interface Negotiation {
  /** Whether its own offer gives way when two cross. One of the two is polite, the other is not. */
  isPolite: boolean;
  /** Tracks, channels or paths have changed, and the other side does not know it yet. */
  isNeeded: boolean;
  /** An own offer is out and waits for its answer. */
  isOffered: boolean;
  hasRemote: boolean;
  /** What the connection is doing right now. */
  doing?: Operation | undefined;
  /** In order, and not yet applied. */
  received: readonly NegotiationSignal[];
  /** Candidates that came before any description. */
  early: readonly RTCIceCandidateInit[];
}

export type NegotiationEvent =
  | { kind: 'needed' }
  | { kind: 'received'; signal: NegotiationSignal }
  /** The operation is done; an offer and an answer have a description. */
  | { kind: 'done'; description?: RTCSessionDescriptionInit }
  | { kind: 'undone' };

export type NegotiationEffect =
  | { do: 'offer' | 'answer' }
  | { do: 'accept'; description: RTCSessionDescriptionInit }
  | { do: 'add'; candidate: RTCIceCandidateInit }
  | { do: 'send'; description: RTCSessionDescriptionInit };

export interface NegotiationStep {
  negotiation: Negotiation;
  effects: NegotiationEffect[];
}

export function beginNegotiation(isPolite: boolean): Negotiation {
  return {
    isPolite,
    isNeeded: false,
    isOffered: false,
    hasRemote: false,
    received: [],
    early: [],
  };
}

export function negotiate(before: Negotiation, event: NegotiationEvent): NegotiationStep {
  switch (event.kind) {
    case 'needed':
      return goOn({ ...before, isNeeded: true }, []);
    case 'received':
      return goOn({ ...before, received: [...before.received, event.signal] }, []);
    case 'done':
      return finish(before, event.description);
    case 'undone':
      // The description was of no use. An answer that cannot be taken leaves the next offer free.
      return goOn({ ...before, doing: undefined, isOffered: false }, []);
  }
}

function finish(before: Negotiation, description: RTCSessionDescriptionInit | undefined): NegotiationStep {
  const effects: NegotiationEffect[] = description ? [{ do: 'send', description }] : [];
  const idle = { ...before, doing: undefined };
  switch (before.doing) {
    case 'offer':
      return goOn({ ...idle, isOffered: true }, effects);
    case 'accept offer':
      return {
        negotiation: { ...withRemote(idle), doing: 'answer' },
        effects: [...addEarly(before), { do: 'answer' }],
      };
    case 'accept answer':
      return goOn({ ...withRemote(idle), isOffered: false }, addEarly(before));
    case 'answer':
    case undefined:
      return goOn(idle, effects);
  }
}

function withRemote(negotiation: Negotiation): Negotiation {
  return { ...negotiation, hasRemote: true, early: [] };
}

function addEarly({ early }: Negotiation): NegotiationEffect[] {
  return early.map((candidate) => ({ do: 'add', candidate }));
}

/** Takes what has arrived, in order, until there is something to do; then, if it has to, offers. */
function goOn(before: Negotiation, effects: NegotiationEffect[]): NegotiationStep {
  let now = before;
  while (now.doing === undefined) {
    const [signal, ...received] = now.received;
    if (signal === undefined) break;
    now = { ...now, received };
    if ('candidate' in signal) now = takeCandidate(now, signal.candidate, effects);
    else now = takeDescription(now, signal.description, effects);
  }
  if (now.doing === undefined && now.isNeeded && !now.isOffered) {
    now = { ...now, isNeeded: false, doing: 'offer' };
    effects.push({ do: 'offer' });
  }
  return { negotiation: now, effects };
}

function takeCandidate(
  now: Negotiation,
  candidate: RTCIceCandidateInit,
  effects: NegotiationEffect[],
): Negotiation {
  if (!now.hasRemote) return { ...now, early: [...now.early, candidate] };
  // Also after an offer that was passed over: it may be of the path that both still have. The connection knows.
  effects.push({ do: 'add', candidate });
  return now;
}

function takeDescription(
  now: Negotiation,
  description: RTCSessionDescriptionInit,
  effects: NegotiationEffect[],
): Negotiation {
  const isOffer = description.type === 'offer';
  // The answer to an offer that has given way, or an offer that has to.
  if (isOffer ? now.isOffered && !now.isPolite : !now.isOffered) return now;
  effects.push({ do: 'accept', description });
  // Taking an offer while one's own is out rolls that one back; the connection asks again for what is missing.
  return {
    ...now,
    isOffered: isOffer ? false : now.isOffered,
    doing: isOffer ? 'accept offer' : 'accept answer',
  };
}

/**
 * `from` and `to` are the random ids of the two connections; without `to`: for any connection there. `hello`: there is a
 * connection, which waits for an offer. `restart`: it needs a new path, and asks for an offer of one.
 */
export type CallSignal = { from: string; to?: string | undefined } & (
  | NegotiationSignal
  | { restart: true }
  | { hello: true }
  | { hangUp: true }
);

/** Undefined: it means nothing. */
export function parseCallSignal(value: unknown): CallSignal | undefined {
  if (!isRecord(value)) return undefined;
  const { from, to, description, candidate, hello, restart, hangUp } = value;
  if (typeof from !== 'string' || (to !== undefined && typeof to !== 'string')) return undefined;
  if (hangUp === true) return { from, to, hangUp };
  if (restart === true) return { from, to, restart };
  if (hello === true) return { from, to, hello };
  if (isRecord(candidate)) return { from, to, candidate };
  if (!isRecord(description)) return undefined;
  const { type, sdp } = description;
  if ((type !== 'offer' && type !== 'answer') || typeof sdp !== 'string') return undefined;
  return { from, to, description: { type, sdp } };
}
