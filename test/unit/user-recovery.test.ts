// A name that was read again, or is about to be, when its connection closes: it is given up all the same.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { alwaysLeased } from '../../server/cluster/always-leased.js';
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import { createLogger } from '../../server/platform/logger.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import type { SecretHash } from '../../server/protocol/secrets.js';
import { leave, offer } from '../../server/users/call-rules.js';
import { logIn } from '../../server/users/login-rules.js';
import { createMemoryUserStore } from '../../server/users/memory-user-store.js';
import {
  createUserConnection,
  type UserConnection,
  type UserSocket,
} from '../../server/users/user-connection.js';
import { createUserDesk } from '../../server/users/user-desk.js';
import type { UserParcel } from '../../server/users/user-parcel.js';
import { createUserRecovery } from '../../server/users/user-recovery.js';
import { logOut, vanish } from '../../server/users/user-rules.js';
import type { UserStore } from '../../server/users/user-store.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const graceMs = 30_000;
const [ann, bob] = ['ann', 'bob'] as [UserName, UserName];

/** ann, who keeps her name, rings bob. */
async function setScene() {
  const memory = createMemoryUserStore();
  let isAway = false;
  let interfere: (() => Promise<unknown>) | undefined;
  const store: UserStore = {
    ...memory,
    async decide(names, rule) {
      if (isAway) throw new Error('the store is away');
      const decision = await memory.decide(names, rule);
      const act = interfere;
      interfere = undefined;
      await act?.();
      return decision;
    },
  };
  const logger = createLogger({ logLevel: 'silent', logFormat: 'json' });
  const courier = createMemoryCourier<UserParcel>();
  let resubscribe = (): void => {};
  const desk = createUserDesk({ store, courier, lease: alwaysLeased, logger });
  const connections: UserConnection[] = [];
  const recovery = createUserRecovery({
    desk,
    store,
    courier: { ...courier, onLoss: (listener) => (resubscribe = listener) },
    lease: alwaysLeased,
    logger,
    connections: () => connections,
  });

  async function enter(name: UserName): Promise<UserConnection> {
    const socket: UserSocket = { OPEN: 1, readyState: 1, bufferedAmount: 0, send: () => {}, close: () => {} };
    const connection = createUserConnection(socket, logger);
    courier.attach(connection.id, (parcel) => {
      if (parcel.kind !== 'away') connection.receive(parcel);
    });
    const secret = `secret of ${name}` as SecretHash;
    await desk.decide([name], logIn({ name, written: name, connection: connection.id, secret }));
    connection.logIn({ name, written: name }, 0);
    connections.push(connection);
    return connection;
  }

  const connection = await enter(ann);
  await enter(bob);
  const actor = { name: ann, connection: connection.id };
  await desk.decide([ann, bob], offer(actor, { name: bob, written: 'bob' }, 'shall we?'));
  const stateOfAnn = async (): Promise<string> => {
    const { outcome } = await memory.decide([ann], (users) => ({
      users: new Map(),
      notices: [],
      outcome: users.get(ann)?.state ?? 'offline',
    }));
    return outcome;
  };
  return {
    desk,
    recovery,
    connection,
    actor,
    stateOfAnn,
    resubscribe: () => {
      resubscribe();
    },
    setAway(next: boolean) {
      isAway = next;
    },
    /** After the next decision, before anybody hears of it. */
    afterNext(act: () => Promise<unknown>) {
      interfere = act;
    },
  };
}

test('[U22] [U28] who closes while nobody knows what became of its wish is away, also when the store is back', async () => {
  const { desk, recovery, connection, actor, setAway, stateOfAnn } = await setScene();
  setAway(true);
  recovery.doubt(connection);
  await vi.advanceTimersByTimeAsync(500);
  setAway(false);
  connection.end();
  await desk.decideForSure([ann], vanish(actor, graceMs));
  // The doubt is looked into again.
  await vi.advanceTimersByTimeAsync(5000);
  expect(await stateOfAnn()).toBe('away');
  await vi.advanceTimersByTimeAsync(graceMs);
  expect(await stateOfAnn()).toBe('offline');
  expect(connection.isOver).toBe(false);
});

test('[U22] [U28] who closes while its name is read again is away', async () => {
  const { desk, connection, actor, resubscribe, afterNext, stateOfAnn } = await setScene();
  // Its name has been read; that of the other of its call is not, yet.
  afterNext(async () => {
    connection.end();
    await desk.decideForSure([ann], vanish(actor, graceMs));
  });
  resubscribe();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await stateOfAnn()).toBe('away');
});

test('[U13] [U28] who is still to be read again when it closes is gone', async () => {
  const { desk, connection, actor, resubscribe, setAway, stateOfAnn } = await setScene();
  setAway(true);
  resubscribe();
  await vi.advanceTimersByTimeAsync(500);
  setAway(false);
  connection.end();
  await desk.decideForSure([ann], logOut(actor));
  await vi.advanceTimersByTimeAsync(5000);
  expect(await stateOfAnn()).toBe('offline');
});

test('[U28] who stays is here again, if others thought it away', async () => {
  const { desk, actor, resubscribe, stateOfAnn } = await setScene();
  await desk.decideForSure([ann], vanish(actor, graceMs));
  resubscribe();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await stateOfAnn()).toBe('online');
});

test('[U28] a login that arrives after its connection has ended holds the name for a moment only', async () => {
  const { desk, actor, stateOfAnn } = await setScene();
  await desk.decideForSure([ann], logOut(actor));
  // Where it was written, the connection to Redis was cut: the network brings it later.
  await desk.decideForSure([ann], logOut(actor), true);
  await desk.decide([ann], logIn({ ...actor, written: 'ann' }));
  expect(await stateOfAnn()).toBe('online');
  await vi.advanceTimersByTimeAsync(11_000);
  expect(await stateOfAnn()).toBe('offline');
});

test('[U28] what may have been decided late is looked for again when it must have come', async () => {
  const { desk, recovery, connection, actor } = await setScene();
  await desk.decide([ann, bob], leave(actor, { name: bob, written: 'bob' }));
  recovery.doubt(connection);
  await vi.advanceTimersByTimeAsync(500);
  const say = vi.spyOn(connection, 'catchUp');
  await vi.advanceTimersByTimeAsync(11_000);
  expect(say).toHaveBeenCalledTimes(1);
});
