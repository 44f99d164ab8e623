// One call of a user line, as a channel: what the frames about it mean. Leaves the line, and who may call, to others.
import type { ChannelFailure } from './channel-failure.js';
import type { Clock } from './clock.js';
import { createConversation } from './conversation.js';
import type { IceServer, Role, SignalingChannel } from './signaling-channel.js';
import type { TraceEvent } from './trace.js';
import type { UserConnection } from './user-connection.js';
import {
  readParcelled,
  readRing,
  writeReceipt,
  writeRing,
  writeRingAgain,
  writeValue,
} from './user-frames.js';

export interface UserCallParts {
  /** The other's name. */
  name: string;
  /** This side's incarnation. */
  me: string;
  role: Role;
  clock: Clock;
  onTrace?: ((event: TraceEvent) => void) | undefined;
  connection: Pick<UserConnection, 'pace' | 'send' | 'check'>;
  iceServers: readonly IceServer[];
  /** The app has closed it: whoever is on the other side is told. */
  onClose: (failure: ChannelFailure) => void;
}

/** `calling`: it rings there; `called`: it rings here. */
export type CallPhase = 'calling' | 'called' | 'talking' | 'over';

export interface UserCall {
  readonly channel: SignalingChannel;
  readonly phase: CallPhase;
  /** Takes the call of this offer, which rings here, or has won over one's own. */
  accept(offer: unknown, plainAnswer: unknown): void;
  hearOffer(value: unknown): void;
  hearAnswer(value: unknown): void;
  hearCandidate(value: unknown): void;
  lineIs(state: 'open' | 'reconnecting'): void;
  /** The caller links the two again, or asks for the answer again. The other one waits for that. */
  linkAgain(): void;
  iceServersAre(servers: readonly IceServer[]): void;
  limit(bytes: number, message: string): void;
  over(failure: ChannelFailure): void;
}

export function createUserCall(parts: UserCallParts): UserCall {
  const { name, me } = parts;
  const { send, check } = parts.connection;
  let phase: CallPhase = parts.role === 'initiator' ? 'calling' : 'called';
  let isLineUp = true;

  const conversation = createConversation({
    name,
    me,
    clock: parts.clock,
    pace: parts.connection.pace,
    onTrace: parts.onTrace,
    write(as, value, meta) {
      if (meta) send({ type: 'candidate', name, candidate: writeValue(as, value, meta) });
      else if (as === 'response') send({ type: 'answer', name, answer: value });
      else send({ type: 'candidate', name, candidate: value });
    },
    acknowledge(receipt) {
      send({ type: 'candidate', name, candidate: writeReceipt(receipt) });
    },
    check,
    wrap: writeValue,
    leave: parts.onClose,
  });
  conversation.roleIs(parts.role);
  conversation.iceServersAre(parts.iceServers);

  function meet(otherMe: string | undefined, isBack: boolean): void {
    const isFirst = phase !== 'talking';
    phase = 'talking';
    if (isFirst) conversation.enter(null);
    conversation.meet(otherMe, isBack);
    if (!isLineUp) conversation.post.drop();
  }

  return {
    channel: conversation.channel,
    get phase() {
      return phase;
    },
    accept(offer, plainAnswer) {
      const ring = readRing(offer);
      conversation.roleIs('joiner');
      send({ type: 'answer', name, answer: ring ? writeRing(me) : plainAnswer });
      meet(ring?.me, false);
    },
    hearOffer(value) {
      const ring = readRing(value);
      if (ring) {
        send({ type: 'answer', name, answer: writeRing(me) });
        meet(ring.me, true);
      } else {
        conversation.take('message', value, undefined);
      }
    },
    hearAnswer(value) {
      const ring = readRing(value);
      if (ring) {
        meet(ring.me, phase === 'talking');
      } else {
        if (phase === 'calling') meet(undefined, false);
        conversation.take('response', value, undefined);
      }
    },
    hearCandidate(value) {
      const parcelled = readParcelled(value);
      const back = readRing(value);
      if (back) {
        if (back.me === conversation.channel.peerMe) conversation.meet(back.me, true);
      } else if (parcelled === undefined) conversation.take('message', value, undefined);
      else if (parcelled.is === 'receipt') conversation.post.receipt(parcelled.receipt);
      else conversation.take(parcelled.as, parcelled.value, parcelled.meta);
    },
    lineIs(state) {
      isLineUp = state === 'open';
      if (phase === 'over') return;
      conversation.stateIs(state);
      const { peer, peerMe } = conversation.channel;
      if (!isLineUp) conversation.post.drop();
      else conversation.enter(peer === 'here' ? { me: peerMe, isHere: true } : null);
      // The server does not tell the other that this side was away, and what it may have missed.
      if (isLineUp && peerMe !== undefined) send({ type: 'candidate', name, candidate: writeRing(me) });
    },
    linkAgain() {
      if (conversation.channel.role === 'initiator') {
        send({ type: 'offer', name, offer: writeRingAgain(me) });
      }
    },
    iceServersAre: conversation.iceServersAre,
    limit: conversation.post.limit,
    over(failure) {
      phase = 'over';
      conversation.over(failure);
    },
  };
}
