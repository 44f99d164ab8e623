// The one call that a user line can have, as a pure reducer: state, action and time in, next state and effects out. Leaves
// doing the effects to user-calls.ts. [U11] [U23]
import type { Role } from '../../server/protocol/room-events.js';
import type { RelayedMessage } from '../../server/protocol/user-messages.js';
import { ChannelFailure } from '../transport/channel-failure.js';
import { readFrame, readRing, writeRing } from './call-frames.js';
import { back, due, refused } from './user-return-rules.js';
import {
  after,
  callWith,
  finish,
  meetAgain,
  ring,
  sayLeave,
  type CallAction,
  type Called,
  type CallEffect,
  type Calling,
  type CallState,
  type CallStep,
  type Talking,
} from './user-call.js';

export const noCall: CallState = { isUp: true, call: undefined, left: undefined };

/** When the next `due` is to come; `Infinity`: not at all. */
export function dueAt({ call }: CallState): number {
  return call === undefined || call.is === 'called' ? Infinity : call.dueAt;
}

/** @param me the client instance id of this side */
export function stepCall(state: CallState, action: CallAction, now: number, me: string): CallStep {
  const { call } = state;
  const step = after(state);
  switch (action.is) {
    case 'call': {
      const { name, offer } = action;
      const calling: Calling = { is: 'calling', name, offer, hasRung: false, lateUntil: 0, dueAt: Infinity };
      const effects: CallEffect[] = [{ do: 'open', name, role: 'initiator' }, ...ring(calling)];
      return after({ ...state, call: calling }, effects);
    }
    case 'take back':
      return call?.is === 'calling' ? finish(sayLeave(step, call.name), new ChannelFailure('aborted')) : step;
    case 'accept':
      return call?.is === 'called' ? accept(state, call, action.answer, me) : step;
    case 'close':
      return call ? finish(sayLeave(step, call.name), action.failure) : step;
    case 'message': {
      const { message } = action;
      const rung: CallState = call?.is === 'calling' ? { ...state, call: { ...call, hasRung: true } } : state;
      if (message.type === 'users') return after(rung);
      return message.type === 'error' ? refused(rung, message, now, me) : relayed(rung, message, me);
    }
    case 'lost': {
      const quiet = call && call.is !== 'called' ? { ...call, dueAt: Infinity } : call;
      return after({ ...state, isUp: false, call: quiet }, [{ do: 'line', isUp: false }]);
    }
    case 'back':
      return back(state, action.answer, now, me);
    case 'over':
      return finish(step, action.failure);
    case 'due':
      return due(state, now, me);
  }
}

/** The call is taken, here or there. */
function talk(
  state: CallState,
  role: Role,
  name: string,
  peerMe: string | undefined,
  first: CallEffect[] = [],
): CallStep {
  const call: Talking = { is: 'talking', name, role, peerMe, dueAt: Infinity, until: 0 };
  const meet: CallEffect = { do: 'meet', role, peerMe, isFirst: true, isBack: false };
  return after({ ...state, call }, [...first, meet]);
}

function accept(state: CallState, { name, offer }: Called, plainAnswer: unknown, me: string): CallStep {
  const caller = readRing(offer);
  const answer = caller ? writeRing(me) : plainAnswer;
  return talk(state, 'joiner', name, caller?.me, [{ do: 'send', message: { type: 'answer', name, answer } }]);
}

function relayed(state: CallState, message: RelayedMessage, me: string): CallStep {
  const { name } = message;
  const known = callWith(state, name);
  switch (message.type) {
    case 'offer':
      return offered(state, known, name, message.offer, me);
    case 'answer':
      return known ? answered(state, known, message.answer) : after(state);
    case 'candidate': {
      const step = after(state, known && readCandidate(known, message.candidate));
      // A call from before a reload: the other does not know yet that it is over.
      return state.call ? step : sayLeave(step, name);
    }
    case 'leave': {
      const step = after({ ...state, left: undefined });
      return known ? finish(step, new ChannelFailure(known.is === 'calling' ? 'declined' : 'ended')) : step;
    }
  }
}

function offered(
  state: CallState,
  known: CallState['call'],
  name: string,
  offer: unknown,
  me: string,
): CallStep {
  const caller = readRing(offer);
  const wasLeft = state.left !== undefined;
  const next: CallState = { ...state, left: undefined };
  if (known?.is === 'called') return after({ ...next, call: { ...known, offer } });
  // Both called each other, and the other was first: both want to talk. [U11]
  if (known?.is === 'calling' && caller) return accept(next, { is: 'called', name, offer }, undefined, me);
  if (known?.is === 'talking' && (!caller || caller.me === known.peerMe))
    return offeredAgain(next, known, offer, me);
  let step = after(next);
  // The caller has begun anew, or the server has put this side into the other's call and refuses the own one.
  if (known?.is === 'talking') step = finish(step, new ChannelFailure('ended'));
  if (step.state.call?.is === 'calling') step = finish(step, new ChannelFailure('in-call'));
  if (wasLeft || step.state.call || caller?.isAgain) return sayLeave(step, name);
  return after({ ...step.state, call: { is: 'called', name, offer } }, [
    ...step.effects,
    { do: 'open', name, role: 'joiner' },
    { do: 'ring', name, about: caller ? caller.about : offer },
  ]);
}

/** In the call that goes on: the caller links the two again, or its client sends what it likes. */
function offeredAgain(state: CallState, call: Talking, offer: unknown, me: string): CallStep {
  const linked = { ...state, call: { ...call, dueAt: Infinity } };
  if (!readRing(offer)) return after(linked, [{ do: 'receive', as: 'message', value: offer }]);
  const answer: CallEffect = {
    do: 'send',
    message: { type: 'answer', name: call.name, answer: writeRing(me) },
  };
  return after(linked, [answer, meetAgain(call)]);
}

function answered(state: CallState, call: NonNullable<CallState['call']>, answer: unknown): CallStep {
  const taker = readRing(answer);
  const plain: CallEffect[] = taker ? [] : [{ do: 'receive', as: 'response', value: answer }];
  if (call.is === 'called') return after(state, plain);
  if (call.is === 'talking') {
    const linked: Talking = { ...call, peerMe: taker ? taker.me : call.peerMe, dueAt: Infinity };
    return after({ ...state, call: linked }, taker ? [meetAgain(linked)] : plain);
  }
  const { state: next, effects } = talk(state, 'initiator', call.name, taker?.me);
  return after(next, [...effects, ...plain]);
}

function readCandidate(call: NonNullable<CallState['call']>, candidate: unknown): CallEffect[] {
  const frame = readFrame(candidate);
  switch (frame?.is) {
    case undefined:
      return [{ do: 'receive', as: 'message', value: candidate }];
    case 'ring':
      return call.is === 'talking' && frame.me === call.peerMe ? [meetAgain(call)] : [];
    case 'receipt':
      return [{ do: 'receipt', receipt: frame.receipt }];
    case 'value':
      return [{ do: 'receive', as: frame.as, value: frame.value, meta: frame.meta }];
  }
}
