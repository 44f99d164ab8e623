// People on the calls without a network: real rules, store, connections and queues; sockets that only write down.
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import { createEventQueue, type EventQueue } from '../../server/connections/event-queue.js';
import { createLogger } from '../../server/platform/logger.js';
import { createMemoryUserStore } from '../../server/users/memory-user-store.js';
import { createUserConnection, type UserConnection } from '../../server/users/user-connection.js';
import { createUserList } from '../../server/users/user-list.js';
import { createUserListeners } from '../../server/users/user-listeners.js';
import type { UserParcel } from '../../server/users/user-parcel.js';
import type { UserStore } from '../../server/users/user-store.js';

export interface StagePerson {
  connection: UserConnection;
  /** What it was told and nobody has taken yet, in order. */
  take(): unknown[];
  /** Queues a message, as the gateway does. */
  say(message: object): void;
  leave(): void;
  /** Resolves when everything queued so far is done. */
  settled(): Promise<void>;
}

export interface Stage {
  store: UserStore;
  connect(): StagePerson;
}

export function createStage(store: UserStore = createMemoryUserStore()): Stage {
  const courier = createMemoryCourier<UserParcel>();
  const log = createLogger({ logLevel: 'silent', logFormat: 'json' });
  const fail = (cause: unknown): never => {
    throw cause;
  };
  const listeners = createUserListeners({
    store,
    courier,
    list: createUserList(store, fail),
    settings: { maxMessageBytes: 65_536, userList: true },
    isAlive: () => Promise.resolve(true),
    onLogin: () => {},
  });

  function connect(): StagePerson {
    let told: unknown[] = [];
    const connection = createUserConnection({
      OPEN: 1,
      readyState: 1,
      send: (text) => told.push(JSON.parse(text)),
      close: () => {},
    });
    const detach = courier.attach(connection.id, (parcel) => {
      connection.receive(parcel);
    });
    const queue: EventQueue = createEventQueue(fail);
    let last: Promise<void> = Promise.resolve();

    function push(
      add: (task: () => void | Promise<void>) => unknown,
      task: () => void | Promise<void>,
    ): void {
      last = new Promise((resolve) => {
        add(async () => {
          await task();
          resolve();
        });
      });
    }

    return {
      connection,
      take() {
        const taken = told;
        told = [];
        return taken;
      },
      say(message) {
        push(queue.push, () => listeners.hear({ connection, log }, JSON.stringify(message)));
      },
      leave() {
        push(queue.end, () => {
          detach();
          return listeners.leave(connection);
        });
      },
      settled: () => last,
    };
  }

  return { store, connect };
}
