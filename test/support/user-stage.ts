// People on the calls without a network: real rules, kernel, sessions and queues; a clock that is set by hand; sockets
// that only write down.
import { createMemoryMessageBus } from '../../server/cluster/memory-message-bus.js';
import type { MessageBus } from '../../server/cluster/message-bus.js';
import { singleNodeLease, type NodeLease } from '../../server/cluster/node-lease.js';
import type { StateChange } from '../../server/kernel/claim.js';
import { createKernel } from '../../server/kernel/kernel.js';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import type { RecordStore } from '../../server/kernel/record-store.js';
import { unchanged } from '../../server/kernel/rule.js';
import { createCounters } from '../../server/observability/counters.js';
import { createLogger } from '../../server/observability/logger.js';
import { createScheduler } from '../../server/timing/scheduler.js';
import type { ByteBudget } from '../../server/transport/byte-budget.js';
import { hashToken } from '../../server/transport/hash-token.js';
import { EventQueue } from '../../server/transport/event-queue.js';
import { createFailureLimiter } from '../../server/transport/failure-limiter.js';
import { createCallHandler } from '../../server/users/call-handler.js';
import { createLoginHandler } from '../../server/users/login-handler.js';
import { createUserDomain, userRecords } from '../../server/users/user-domain.js';
import { createUserHandlers, type Ending } from '../../server/users/user-handlers.js';
import { createUserList } from '../../server/users/user-list.js';
import type { UserPayload } from '../../server/users/user-record.js';
import { announceLeaving } from '../../server/users/user-rules.js';
import { UserSession } from '../../server/users/user-session.js';
import type { UserView } from '../../server/users/user-view.js';
import type { User } from '../../server/users/user.js';
import { noIceServers } from './no-ice-servers.js';
import { noRate } from './no-rate.js';

export interface StagePerson {
  session: UserSession;
  /** What it was told and nobody has taken yet, in order. */
  take(): unknown[];
  /** Queues a message, as the gateway does. */
  say(message: object): void;
  /** The connection ends; without a word of its own, it is dropped. */
  leave(ending?: Ending, silentMs?: number): void;
  /** Resolves when everything queued so far is done. */
  settled(): Promise<void>;
  /** With which the server has closed it. */
  readonly closeCode: number | undefined;
}

export interface Stage {
  store: RecordStore<User>;
  connect(): StagePerson;
  /** The clock goes on; nobody looks at it before the next decision. */
  pass(ms: number): void;
  /** A page announces that it closes. */
  announce(name: string, token: string): Promise<void>;
  /** Looks at these names, as their deadlines do. */
  look(names: readonly string[]): Promise<void>;
  close(): void;
}

export interface StageSettings {
  graceMs?: number;
  /** Default: never. */
  yieldMs?: number;
  /** What lies between the rules and where users are stored. */
  between?: (store: RecordStore<User>) => RecordStore<User>;
  /** Shared by several nodes; then `pass` has no effect. */
  store?: RecordStore<User>;
  bus?: MessageBus<UserPayload>;
  lease?: NodeLease;
  /** Answers the probes. Default: every connection is alive. */
  probe?: (address: string) => Promise<boolean | undefined>;
  /** Default: without bounds. */
  offers?: ByteBudget;
}

export function createStage(settings: StageSettings = {}): Stage {
  const { graceMs = 1000, yieldMs = 0, between = (inner) => inner, lease = singleNodeLease } = settings;
  const { probe = () => Promise.resolve(true), offers = { take: () => () => {} } } = settings;
  let now = 0;
  const store = between(settings.store ?? createMemoryRecordStore(userRecords, () => now));
  const bus = settings.bus ?? createMemoryMessageBus<UserPayload>();
  const log = createLogger({ logLevel: 'silent', logFormat: 'json' });
  const fail = (cause: unknown): never => {
    throw cause;
  };
  const scheduler = createScheduler(fail);
  const { coordinator, reconcile, openClaim, ...kernel } = createKernel<User, UserView>({
    domain: createUserDomain(graceMs),
    store,
    bus: bus as MessageBus<StateChange<UserView>>,
    lease,
    scheduler,
    counters: createCounters(),
    logger: log,
  });
  const handleLogin = createLoginHandler({
    coordinator,
    bus: { isAlive: probe },
    failures: createFailureLimiter(),
    iceServers: noIceServers,
    rate: noRate,
    settings: { graceMs, yieldMs },
    onLogin: () => {},
  });
  const handlers = createUserHandlers({
    coordinator,
    calls: createCallHandler({ coordinator, bus, offers }),
    list: createUserList(() => Promise.resolve([]), fail),
    handleLogin,
    iceServers: noIceServers,
    settings: { graceMs, maxMessageBytes: 65_536, userList: true },
    logger: log,
  });

  function connect(): StagePerson {
    let told: unknown[] = [];
    let closeCode: number | undefined;
    const session = new UserSession({
      socket: {
        OPEN: 1,
        readyState: 1,
        bufferedAmount: 0,
        send: (text) => told.push(JSON.parse(text)),
        ping: () => fail(new Error('nothing waits to be read')),
        close: (code) => {
          closeCode = code;
        },
      },
      node: lease.node,
      address: '',
      logger: log,
      onUnknownHold: (name) => fail(new Error(`the name ${name} is held without an answer`)),
      openClaim,
      onLook: (name) => {
        void reconcile(name);
      },
    });
    const detach = bus.attach(session.id, (payload) => {
      session.receive(payload);
    });
    const queue = new EventQueue(fail);
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
      session,
      take() {
        const taken = told;
        told = [];
        return taken;
      },
      say(message) {
        push(
          (task) => queue.push(task),
          () => {
            if (!session.isOver) return handlers.handle(session, JSON.stringify(message));
          },
        );
      },
      leave(ending = 'dropped', silentMs) {
        push(
          (task) => {
            queue.end(task);
          },
          async () => {
            detach();
            await handlers.leave(session, ending, silentMs);
          },
        );
      },
      settled: () => last,
      get closeCode() {
        return closeCode;
      },
    };
  }

  return {
    store,
    connect,
    pass(ms) {
      now += ms;
    },
    async announce(name, token) {
      await coordinator.transact([name], announceLeaving(name, hashToken(token)));
    },
    async look(names) {
      for (const name of names) await coordinator.transact([name], () => unchanged(undefined));
    },
    close() {
      kernel.close();
      scheduler.close();
    },
  };
}

/** What it is told until all that it says is done. */
export async function says(who: StagePerson, message: object): Promise<unknown[]> {
  who.say(message);
  await who.settled();
  return who.take();
}

/** A login whose name is kept. */
export function loginOf(name: string): object {
  return { type: 'login', name, resume: true, seat: `token of ${name}` };
}

/** Decides after so many turns of the event loop's microtasks, so that those who wait overtake one another. */
export function slowDown(store: RecordStore<User>, delays: readonly number[]): RecordStore<User> {
  let count = 0;
  return {
    ...store,
    async transact(keys, change, options) {
      const turns = delays[count++ % delays.length] ?? 0;
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      return store.transact(keys, change, options);
    },
  };
}
