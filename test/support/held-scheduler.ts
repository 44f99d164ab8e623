// A scheduler on a clock that a test moves.
import type { Scheduler } from '../../server/timing/scheduler.js';
import type { HeldClock } from './held-clock.js';

export function schedulerOn(clock: Pick<HeldClock, 'after'>): Scheduler {
  return {
    after: clock.after,
    every(ms, task) {
      let cancelNext = (): void => {};
      const next = (): void => {
        cancelNext = clock.after(ms, () => {
          next();
          task();
        });
      };
      next();
      return () => {
        cancelNext();
      };
    },
    close: () => {},
  };
}
