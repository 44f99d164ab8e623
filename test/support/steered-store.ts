// A room store whose decisions wait until the test lets them go, or fail when the test says so.
import { createMemoryRoomStore } from '../../server/rooms/memory-room-store.js';
import type { RoomStore } from '../../server/rooms/room-store.js';

export interface SteeredStore extends RoomStore {
  /** From now on decisions wait. */
  hold(): void;
  /** Lets the waiting ones go, in their order, and those to come. */
  release(): void;
  /** The next decision fails. */
  failNext(cause: Error): void;
  /** The next decision is taken, and nobody hears of it. */
  loseNext(cause: Error): void;
  /** Resolves when a decision waits. */
  isAsked(): Promise<void>;
}

export function createSteeredStore(): SteeredStore {
  const inner = createMemoryRoomStore();
  let held: Promise<void> | undefined;
  let letGo = (): void => {};
  let failure: Error | undefined;
  let loss: Error | undefined;
  let asked = (): void => {};
  const firstAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  return {
    ...inner,
    async decide(channel, rule, options) {
      const cause = failure;
      failure = undefined;
      if (held) asked();
      await held;
      if (cause) throw cause;
      const lost = loss;
      loss = undefined;
      if (lost) {
        await inner.decide(channel, rule, options);
        throw lost;
      }
      return inner.decide(channel, rule, options);
    },
    hold() {
      held = new Promise((resolve) => {
        letGo = resolve;
      });
    },
    release() {
      held = undefined;
      letGo();
    },
    failNext(cause) {
      failure = cause;
    },
    loseNext(cause) {
      loss = cause;
    },
    isAsked: () => firstAsked,
  };
}
