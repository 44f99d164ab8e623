// People on the calls without a network: real rules, store, desk, connections and queues; a clock that is set by hand;
// sockets that only write down.
import { alwaysLeased } from '../../server/cluster/always-leased.js';
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import { createEventQueue, type EventQueue } from '../../server/connections/event-queue.js';
import { createLogger } from '../../server/platform/logger.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { createLoginListener } from '../../server/users/login-listener.js';
import { createMemoryUserStore } from '../../server/users/memory-user-store.js';
import { createUserConnection, type UserConnection } from '../../server/users/user-connection.js';
import { createUserDesk } from '../../server/users/user-desk.js';
import { createUserList } from '../../server/users/user-list.js';
import { createUserListeners, type Ending } from '../../server/users/user-listeners.js';
import type { UserParcel } from '../../server/users/user-parcel.js';
import { passTime } from '../../server/users/user-rules.js';
import type { UserStore } from '../../server/users/user-store.js';
import { noIceServers } from './no-ice-servers.js';

export interface StagePerson {
  connection: UserConnection;
  /** What it was told and nobody has taken yet, in order. */
  take(): unknown[];
  /** Queues a message, as the gateway does. */
  say(message: object): void;
  /** The connection ends; without a word of its own, it is dropped. */
  leave(ending?: Ending): void;
  /** Resolves when everything queued so far is done. */
  settled(): Promise<void>;
}

export interface Stage {
  store: UserStore;
  connect(): StagePerson;
  /** The clock goes on; nobody looks at it before the next decision. */
  pass(ms: number): void;
  /** Looks at these names, as their alarms do. */
  look(names: readonly string[]): Promise<void>;
  close(): void;
}

export interface StageSettings {
  graceMs?: number;
  /** What lies between the rules and where users are kept. */
  between?: (store: UserStore) => UserStore;
}

export function createStage({ graceMs = 1000, between = (store) => store }: StageSettings = {}): Stage {
  let now = 0;
  const store = between(createMemoryUserStore(() => now));
  const courier = createMemoryCourier<UserParcel>();
  const log = createLogger({ logLevel: 'silent', logFormat: 'json' });
  const fail = (cause: unknown): never => {
    throw cause;
  };
  const desk = createUserDesk({ store, courier, lease: alwaysLeased, logger: log });
  const enter = createLoginListener({
    desk,
    guesses: { countFailure: () => Promise.resolve() },
    iceServers: noIceServers,
    isAlive: () => Promise.resolve(true),
    onLogin: () => {},
  });
  const listeners = createUserListeners({
    desk,
    courier,
    list: createUserList(store, fail),
    enter,
    iceServers: noIceServers,
    settings: { graceMs, maxMessageBytes: 65_536, userList: true },
  });

  function connect(): StagePerson {
    let told: unknown[] = [];
    const connection = createUserConnection(
      {
        OPEN: 1,
        readyState: 1,
        bufferedAmount: 0,
        send: (text) => told.push(JSON.parse(text)),
        close: () => {},
      },
      log,
    );
    const detach = courier.attach(connection.id, (parcel) => {
      if (parcel.kind !== 'away') connection.receive(parcel);
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
        push(queue.push, () => listeners.hear({ connection, address: '' }, JSON.stringify(message)));
      },
      leave(ending = 'dropped') {
        connection.end();
        push(queue.end, () => {
          detach();
          return listeners.leave(connection, ending);
        });
      },
      settled: () => last,
    };
  }

  return {
    store,
    connect,
    pass(ms) {
      now += ms;
    },
    async look(names) {
      for (const name of names) await desk.decide([name as UserName], passTime());
    },
    close: desk.close,
  };
}

/** Decides after so many turns of the event loop's microtasks, so that those who wait overtake one another. */
export function slowDown(store: UserStore, delays: readonly number[]): UserStore {
  let count = 0;
  return {
    ...store,
    async decide(people, rule) {
      const turns = delays[count++ % delays.length] ?? 0;
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      return store.decide(people, rule);
    },
  };
}
