// After a restart of the server: tries to link a call's two sides again until it works or the time is over. A restart
// meets the two at different times, so one try is not enough.
import type { Clock } from './clock.js';

const everyMs = 2000;
const withinMs = 30_000;

export interface Relink {
  /** Tries at once and again; does nothing while it is trying. */
  start(): void;
  stop(): void;
}

export function createRelink(clock: Clock, attempt: () => void, giveUp: () => void): Relink {
  let callOff: (() => void) | undefined;

  function stop(): void {
    callOff?.();
    callOff = undefined;
  }

  function go(until: number): void {
    stop();
    if (clock.now() >= until) {
      giveUp();
      return;
    }
    callOff = clock.after(everyMs, () => {
      go(until);
    });
    attempt();
  }

  return {
    start() {
      if (callOff === undefined) go(clock.now() + withinMs);
    },
    stop,
  };
}
