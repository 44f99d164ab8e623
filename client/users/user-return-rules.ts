// What becomes of the one call of a user line when the connection was lost, the server restarted, or refuses something.
// Pure, as the other rules of calls are. [U23]
import type { ClientMessage, UserRefusal } from '../../server/protocol/user-messages.js';
import { ChannelFailure, type ChannelFailureReason } from '../transport/channel-failure.js';
import { writeRing, writeRingAgain } from './call-frames.js';
import {
  after,
  callWith,
  finish,
  isSameName,
  ring,
  sayLeave,
  type CallEffect,
  type CallState,
  type CallStep,
  type LoginSuccess,
  type Talking,
} from './user-call.js';

/** After a restart of the server the user who is called may be back so much later than the caller. */
const lateMs = 30_000;
/** A restart meets the two users at different times, so one attempt to link them again is not enough. */
const linkWithinMs = 30_000;
const againMs = 2000;

/** Refusals that end a call that is being made. */
const callRefusals: Partial<Record<UserRefusal['code'], ChannelFailureReason>> = {
  'not-online': 'not-online',
  busy: 'busy',
  'in-call': 'in-call',
  'self-call': 'refused',
  'bad-name': 'bad-name',
  'bad-message': 'refused',
  'too-large': 'too-large',
  'too-deep': 'too-deep',
};

export function refused(state: CallState, refusal: UserRefusal, now: number, me: string): CallStep {
  const { call } = state;
  const { code, message, limit } = refusal;
  if (call?.is === 'talking' && code === 'not-in-call') return linkAgain(state, call, now, me);
  if (call?.is === 'calling') {
    const isLate = code === 'not-online' && now < call.lateUntil;
    if (code === 'unavailable' || isLate) return after({ ...state, call: { ...call, dueAt: now + againMs } });
    const reason = callRefusals[code];
    return reason ? finish(after(state), new ChannelFailure(reason, { message, code, limit })) : after(state);
  }
  const isLimit = call && code === 'too-large' && limit !== undefined;
  return after(state, isLimit ? [{ do: 'limit', limit, message }] : []);
}

/** After a restart of the server: tries to link the two again until it works or the time is over. */
function linkAgain(state: CallState, call: Talking, now: number, me: string): CallStep {
  if (call.dueAt !== Infinity) return after(state);
  const linking: Talking = { ...call, dueAt: now + againMs, until: now + linkWithinMs };
  return after({ ...state, call: linking }, askToLink(call, me));
}

/** The caller links the two. The other side waits for that. */
function askToLink({ name, role }: Pick<Talking, 'name' | 'role'>, me: string): CallEffect[] {
  if (role === 'joiner') return [];
  return [{ do: 'send', message: { type: 'offer', name, offer: writeRingAgain(me) } }];
}

export function due(state: CallState, now: number, me: string): CallStep {
  const { call } = state;
  if (call === undefined || call.is === 'called' || call.dueAt > now) return after(state);
  if (call.is === 'calling') return after({ ...state, call: { ...call, dueAt: Infinity } }, ring(call));
  if (now >= call.until) return finish(after(state), new ChannelFailure('ended'));
  return after({ ...state, call: { ...call, dueAt: now + againMs } }, askToLink(call, me));
}

/** This side is logged in again, and the server says in which call it has it. */
export function back(state: CallState, answer: LoginSuccess, now: number, me: string): CallStep {
  const ongoing = answer.resumed ? answer.call : null;
  const isCalledBy = (name: string): boolean => ongoing?.state === 'called' && isSameName(name, ongoing.name);
  const isLeftRinging = state.left !== undefined && isCalledBy(state.left);
  let step = after({ ...state, isUp: true, left: isLeftRinging ? state.left : undefined });
  // A call from before a reload, or one that was left meanwhile. One that rings here rings again. [U23]
  if (ongoing && ongoing.state !== 'called' && !callWith(state, ongoing.name))
    step = sayLeave(step, ongoing.name);
  const { call } = state;
  if (!call) return step;
  const isOngoing = ongoing !== null && isSameName(ongoing.name, call.name);
  const failure = isOngoing ? undefined : failureAfterReturn(call, answer);
  if (failure) return finish(step, new ChannelFailure(failure));
  const found = add(step, { do: 'line', isUp: true });
  switch (call.is) {
    case 'called':
      return found;
    case 'calling': {
      // The answer came while this side was away.
      const isTaken = isOngoing && ongoing.state === 'talking';
      if (isOngoing) return isTaken ? add(found, ...askToLink({ ...call, role: 'initiator' }, me)) : found;
      const lateUntil = answer.resumed ? call.lateUntil : now + lateMs;
      return add(after({ ...found.state, call: { ...call, lateUntil } }, found.effects), ...ring(call));
    }
    case 'talking': {
      // The server does not tell the other that this side was away, and what it may have missed.
      const here: ClientMessage = { type: 'candidate', name: call.name, candidate: writeRing(me) };
      const announced = call.peerMe === undefined ? found : add(found, { do: 'send', message: here });
      if (isOngoing) return announced;
      const linking = linkAgain(announced.state, call, now, me);
      return after(linking.state, [...announced.effects, ...linking.effects]);
    }
  }
}

function add({ state, effects }: CallStep, ...more: CallEffect[]): CallStep {
  return after(state, [...effects, ...more]);
}

/** Why the call is over, if the server does not have this side in it. */
function failureAfterReturn(
  call: NonNullable<CallState['call']>,
  answer: LoginSuccess,
): ChannelFailureReason | undefined {
  // A server that has restarted knows of no call.
  if (!answer.resumed) return call.is === 'called' ? 'ended' : undefined;
  if (call.is !== 'calling') return 'ended';
  if (call.hasRung) return 'declined';
  return answer.call?.state === 'called' ? 'in-call' : undefined;
}
