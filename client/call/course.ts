// How a call stands: its state, and how it ended. The last two states are for good.
import type { Emitter } from '../signaling/emitter.js';
import type { CallEvents, CallState, EndedBy } from './call.js';
import type { CallFailure } from './call-failure.js';

export interface Course {
  readonly state: CallState;
  readonly failure: CallFailure | undefined;
  readonly endedBy: EndedBy | undefined;
  isOver(): boolean;
  readonly over: Promise<CallFailure | undefined>;
  go(state: Exclude<CallState, 'ended' | 'failed'>): void;
  end(by: EndedBy): void;
  fail(failure: CallFailure): void;
}

/** @param onOver before anybody is told: puts away what the call has used */
export function createCourse(emitter: Pick<Emitter<CallEvents>, 'emit'>, onOver: () => void): Course {
  let state: CallState = 'starting';
  let failure: CallFailure | undefined;
  let endedBy: EndedBy | undefined;
  let tellOver: (failure: CallFailure | undefined) => void;
  const over = new Promise<CallFailure | undefined>((resolve) => {
    tellOver = resolve;
  });
  const isOver = (): boolean => state === 'ended' || state === 'failed';

  function finish(as: 'ended' | 'failed'): void {
    state = as;
    onOver();
    emitter.emit('state', as, failure);
    tellOver(failure);
  }

  return {
    over,
    get state() {
      return state;
    },
    get failure() {
      return failure;
    },
    get endedBy() {
      return endedBy;
    },
    isOver,
    go(next) {
      if (isOver() || state === next) return;
      state = next;
      emitter.emit('state', next);
    },
    end(by) {
      if (isOver()) return;
      endedBy = by;
      finish('ended');
    },
    fail(why) {
      if (isOver()) return;
      failure = why;
      finish('failed');
    },
  };
}
