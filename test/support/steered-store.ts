// A store whose transactions wait until the test lets them go, or fail when the test says so.
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import type { RecordStore } from '../../server/kernel/record-store.js';
import { roomRecords } from '../../server/rooms/room-domain.js';
import type { Room } from '../../server/rooms/room.js';

export interface Steering {
  /** From now on transactions wait. */
  hold(): void;
  /** Lets the waiting ones go, in their order, and those to come. */
  release(): void;
  /** The next transaction fails. */
  failNext(cause: Error): void;
  /** The next transaction is done, and its reply is lost. */
  loseNext(cause: Error): void;
  /** Resolves when a transaction waits. */
  isAsked(): Promise<void>;
}

export type SteeredStore = RecordStore<Room> & Steering;

/** Of rooms, in memory. @param clock ms, only going forward; default: the real one */
export function createSteeredStore(clock?: () => number): SteeredStore {
  return steer(createMemoryRecordStore(roomRecords, clock));
}

export function steer<State>(inner: RecordStore<State>): RecordStore<State> & Steering {
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
    async transact(keys, change, options) {
      const cause = failure;
      failure = undefined;
      if (held) asked();
      await held;
      if (cause) throw cause;
      const lost = loss;
      loss = undefined;
      if (lost) {
        await inner.transact(keys, change, options);
        throw lost;
      }
      return inner.transact(keys, change, options);
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
