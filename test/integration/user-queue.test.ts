// One queue a connection of the calls, with a store that is slow: how much may wait. [U18]
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import { userRecords } from '../../server/users/user-domain.js';
import { connectUser, logInUser } from '../support/user-client.js';
import { startUserGateway } from '../support/user-gateway.js';

const large = { type: 'candidate', name: 'bob', candidate: 'é'.repeat(30_000) };
const largeBytes = Buffer.byteLength(JSON.stringify(large));
const fits = Math.floor((4 * 1024 * 1024) / largeBytes);

test('[U18] 4 MiB wait and are all answered', async () => {
  const { url, hold, release } = await startSlowCalls();
  const ann = await logInUser(url, 'ann');
  hold();
  ann.say({ type: 'leave', name: 'cy' });
  for (let times = 0; times < fits; times++) ann.say(large);
  // Answered when all before it has been taken.
  ann.socket.ping();
  await once(ann.socket, 'pong');
  release();
  const heard = await ann.hearsAll();
  expect(heard).toHaveLength(1 + fits);
});

test('[U18] above 4 MiB the next message is too many and ends the connection; others are let be', async () => {
  const { url, hold, release } = await startSlowCalls();
  const ann = await logInUser(url, 'ann');
  const bob = await connectUser(url);
  hold();
  ann.say({ type: 'leave', name: 'cy' });
  for (let times = 0; times <= fits; times++) ann.say(large);
  expect(await ann.hears()).toMatchObject({ type: 'error', code: 'too-many' });
  expect(await ann.closed).toBe(1008);
  release();
  bob.say({ type: 'login', name: 'bob' });
  expect(await bob.hears()).toMatchObject({ type: 'login', success: true });
});

interface SlowCalls {
  url: string;
  /** From now on transactions wait. */
  hold(): void;
  release(): void;
}

async function startSlowCalls(): Promise<SlowCalls> {
  let held: Promise<void> | undefined;
  let release = (): void => {};
  const store = createMemoryRecordStore(userRecords);
  const url = await startUserGateway({
    ...store,
    async transact(...given) {
      await held;
      return store.transact(...given);
    },
  });
  onTestFinished(() => {
    release();
  });
  return {
    url,
    hold() {
      held = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => {
      release();
    },
  };
}
