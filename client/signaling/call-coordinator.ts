// The one call that a user line can have: made, ringing here, taken, ended. Leaves being logged in to the line.
// How a call's messages travel stands in user-frames.
import type { RelayedMessage, UserRefusal } from '../../server/protocol/user-messages.js';
import { ChannelFailure } from './channel-failure.js';
import type { Clock } from './clock.js';
import { afterRefusal, afterReturn, describeIncoming, isSameName, type CurrentCall } from './current-call.js';
import { pack } from './pack.js';
import { createRelink } from './relink.js';
import { createRinging } from './ringing.js';
import type { IceServer, SignalingChannel } from './signaling-channel.js';
import type { TraceEvent } from './trace.js';
import { createUserCall, type UserCall } from './user-call.js';
import type { LoginSuccess, UserConnection } from './user-connection.js';
import { readRing, writeRing } from './user-frames.js';
import type { CallOptions, IncomingCall } from './user-line.js';

export interface CallCoordinatorParts {
  /** This side's incarnation. */
  me: string;
  clock: Clock;
  connection: Pick<UserConnection, 'pace' | 'send' | 'check'>;
  iceServers: () => readonly IceServer[];
  onIncoming: (call: IncomingCall) => void;
  onTrace: (event: TraceEvent) => void;
}

export interface CallCoordinator {
  call(name: string, options: CallOptions): Promise<SignalingChannel>;
  hear(message: RelayedMessage | ({ type: 'error' } & UserRefusal)): void;
  /** The server has said something on the line that is up: what was said before has arrived. */
  isHeard(): void;
  iceServersAre(servers: readonly IceServer[]): void;
  lineIsLost(): void;
  lineIsBack(answer: LoginSuccess): void;
  /** Hangs up, if there is a call. */
  hangUp(): Promise<void>;
  over(failure: ChannelFailure): void;
}

export function createCallCoordinator(parts: CallCoordinatorParts): CallCoordinator {
  const { me, clock, connection, onIncoming, onTrace } = parts;
  let current: CurrentCall | undefined;
  /** Whom this side has left while the line was down. On its return the server rings once more for that one. [U23] */
  let left: string | undefined;
  const relink = createRelink(
    clock,
    () => current?.call.linkAgain(),
    () => {
      if (current) finish(current.call, new ChannelFailure('ended'));
    },
  );

  const { ring, ringForLate, ringSoon } = createRinging(clock, connection, (call) => call === current);

  function sayLeave(name: string): void {
    if (!connection.send({ type: 'leave', name })) left = name;
  }

  function begin(other: string, role: 'initiator' | 'joiner', offer: unknown): CurrentCall {
    const call = createUserCall({
      name: other,
      me,
      role,
      clock,
      onTrace,
      connection,
      iceServers: parts.iceServers(),
      onClose(failure) {
        if (current?.call === call) sayLeave(other);
        finish(call, failure);
      },
    });
    current = { call, name: other, offer, hasRung: false, lateUntil: 0, quiet: () => {} };
    return current;
  }

  function callWith(other: string): CurrentCall | undefined {
    return current && isSameName(current.name, other) ? current : undefined;
  }

  function finish(call: UserCall, failure: ChannelFailure): void {
    if (current?.call === call) {
      const { quiet } = current;
      relink.stop();
      current = undefined;
      quiet();
    }
    call.over(failure);
  }

  function hearOffer(other: string, offer: unknown): void {
    const ring = readRing(offer);
    const known = callWith(other);
    const wasLeft = left !== undefined;
    left = undefined;
    if (known) {
      const { call } = known;
      if (call.phase === 'called') known.offer = offer;
      if (call.phase === 'calling' && ring) {
        // Both called each other, and the other was first: both want to talk. [U11]
        call.accept(offer, undefined);
        known.taken?.(call.channel);
        return;
      }
      if (call.phase === 'called') return;
      const isSame = ring === undefined || ring.me === call.channel.peerMe;
      if (call.phase === 'talking' && isSame) {
        relink.stop();
        call.hearOffer(offer);
        return;
      }
      if (call.phase === 'talking') finish(call, new ChannelFailure('ended'));
    }
    // The server has put this side into the other's call, and refuses the own one.
    if (current?.call.phase === 'calling') finish(current.call, new ChannelFailure('in-call'));
    if (wasLeft || current || ring?.isAgain) sayLeave(other);
    else onIncoming(describeIncoming(begin(other, 'joiner', offer)));
  }

  function hearAnswer({ call, taken }: CurrentCall, answer: unknown): void {
    const wasCalling = call.phase === 'calling';
    relink.stop();
    call.hearAnswer(answer);
    if (wasCalling) taken?.(call.channel);
  }

  function hearRefusal(refusal: UserRefusal): void {
    if (!current) return;
    const { call } = current;
    const next = afterRefusal(current, refusal, clock.now());
    if (next === 'link again') relink.start();
    else if (next === 'ring soon') ringSoon(current);
    else if (next) finish(call, next);
    else if (refusal.code === 'too-large' && refusal.limit !== undefined) {
      call.limit(refusal.limit, refusal.message);
    }
  }

  return {
    call(other, { about, offer, signal: callSignal } = {}) {
      if (current) return Promise.reject(new ChannelFailure('in-call'));
      if (callSignal?.aborted) return Promise.reject(new ChannelFailure('aborted'));
      const packed = pack(0, offer ?? writeRing(me, about), 'message');
      if (packed instanceof ChannelFailure) return Promise.reject(packed);
      const calling = begin(other, 'initiator', packed.value);
      const { call } = calling;
      const takeBack = (): void => {
        if (call.phase !== 'calling') return;
        sayLeave(other);
        finish(call, new ChannelFailure('aborted'));
      };
      callSignal?.addEventListener('abort', takeBack, { once: true });
      return new Promise((resolve, reject) => {
        calling.taken = resolve;
        void call.channel.closed.then(reject);
        ring(calling);
      });
    },
    hear(message) {
      switch (message.type) {
        case 'error':
          hearRefusal(message);
          return;
        case 'offer':
          hearOffer(message.name, message.offer);
          return;
        case 'answer': {
          const known = callWith(message.name);
          if (known) hearAnswer(known, message.answer);
          return;
        }
        case 'candidate':
          callWith(message.name)?.call.hearCandidate(message.candidate);
          // A call from before a reload: the other does not know yet that it is over.
          if (!current) sayLeave(message.name);
          return;
        case 'leave': {
          left = undefined;
          const call = callWith(message.name)?.call;
          if (call) finish(call, new ChannelFailure(call.phase === 'calling' ? 'declined' : 'ended'));
          return;
        }
      }
    },
    isHeard() {
      if (current) current.hasRung = true;
    },
    iceServersAre: (servers) => current?.call.iceServersAre(servers),
    lineIsLost() {
      relink.stop();
      current?.call.lineIs('reconnecting');
    },
    lineIsBack(answer) {
      const ongoing = answer.resumed ? answer.call : undefined;
      if (!left || ongoing?.state !== 'called' || !isSameName(left, ongoing.name)) left = undefined;
      // A call from before a reload, or one that was left meanwhile. One that rings here rings again. [U23]
      if (ongoing && ongoing.state !== 'called' && !callWith(ongoing.name)) sayLeave(ongoing.name);
      if (!current) return;
      const { call } = current;
      const next = afterReturn(current, answer);
      if (next instanceof ChannelFailure) {
        finish(call, next);
        return;
      }
      call.lineIs('open');
      if (next === 'ring') ring(current);
      else if (next === 'ring for one who is late') ringForLate(current);
      else if (next === 'ask for the answer') call.linkAgain();
      else if (next === 'link again') relink.start();
    },
    async hangUp() {
      await current?.call.channel.close();
    },
    over(failure) {
      if (current) finish(current.call, failure);
    },
  };
}
