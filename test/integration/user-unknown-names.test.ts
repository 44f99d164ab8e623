// Names that the store knows otherwise than the gateway: a login whose answer was lost, records that cannot be parsed,
// and people in the list whose time is over.
import { expect, test } from 'vitest';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import { UnreadableRecord, type RecordStore } from '../../server/kernel/record-store.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { userRecords } from '../../server/users/user-domain.js';
import { noCall, type ConnectionId, type User } from '../../server/users/user.js';
import { withLostReplies } from '../support/lost-replies.js';
import { connectUser, logInUser, type UserClient } from '../support/user-client.js';
import { startUserGateway } from '../support/user-gateway.js';

const graceMs = 60_000;
const kept = (name: string) => ({ name, resume: true, seat: `token of ${name}` });

/** A login, asked once. */
async function ask(client: UserClient, login: object): Promise<unknown> {
  client.say({ type: 'login', ...login });
  return client.hears();
}

async function startCalls() {
  const faults: { losesReplies?: boolean; cause?: Error; over?: string[] } = {};
  const fenced: (readonly string[])[] = [];
  const store = createMemoryRecordStore(userRecords);
  const people: [string, User][] = [];
  const lossy = withLostReplies(store, () => faults.losesReplies === true);
  const url = await startUserGateway(
    {
      ...lossy,
      transact(keys, change, options) {
        if (faults.cause) return Promise.reject(faults.cause);
        if (options?.isFencing) fenced.push(keys);
        return lossy.transact(keys, change, options);
      },
      list: () => Promise.resolve({ found: people, over: faults.over ?? [] }),
    },
    { graceMs },
  );
  return { store, url, faults, fenced, people };
}

async function isHeld(store: RecordStore<User>, name: string): Promise<boolean> {
  const { outcome } = await store.transact([name], (users) => ({
    states: new Map(),
    outcome: users.get(name)?.state === 'online',
  }));
  return outcome;
}

test('[U28] a login whose answer was lost may be asked again, also seconds later, and the call goes on', async () => {
  const { store, url, faults } = await startCalls();
  const first = await connectUser(url);
  await ask(first, kept('ann'));
  const bob = await logInUser(url, 'bob');
  first.say({ type: 'offer', name: 'bob', offer: 1 });
  await bob.hears();
  const second = await connectUser(url);
  faults.losesReplies = true;
  expect(await ask(second, kept('ann'))).toMatchObject({ code: 'unavailable' });
  faults.losesReplies = false;
  await expect.poll(() => isHeld(store, 'ann')).toBe(false);
  expect(await ask(second, kept('ann'))).toMatchObject({
    success: true,
    resumed: true,
    call: { name: 'bob', state: 'calling' },
  });
  second.say({ type: 'leave', name: 'bob' });
  expect(await bob.hears()).toEqual({ type: 'leave', name: 'ann' });
});

test('[U2] [U28] a name that nobody asks for again, after an answer was lost, is free after a moment', async () => {
  const { store, url, faults } = await startCalls();
  const ann = await connectUser(url);
  faults.losesReplies = true;
  expect(await ask(ann, { name: 'ann' })).toMatchObject({ code: 'unavailable' });
  faults.losesReplies = false;
  expect(await isHeld(store, 'ann')).toBe(true);
  await expect.poll(() => isHeld(store, 'ann')).toBe(false);
  const other = await connectUser(url);
  expect(await ask(other, { name: 'ann' })).toMatchObject({ success: true });
});

test('[U15] a record that cannot be parsed is no free name: nobody gets it', async () => {
  const { url, faults } = await startCalls();
  faults.cause = new UnreadableRecord('ann');
  const ann = await connectUser(url);
  expect(await ask(ann, kept('ann'))).toMatchObject({ type: 'error', code: 'unavailable' });
  delete faults.cause;
  expect(await ask(ann, kept('ann'))).toMatchObject({ success: true });
});

test('[U14] one in a call with somebody whose time is over is not busy, and that name is seen to', async () => {
  const { url, faults, fenced, people } = await startCalls();
  const online = (written: string, call: Extract<User, { state: 'online' }>['call']): User => {
    return { state: 'online', connection: `line of ${written}` as ConnectionId, written, call };
  };
  people.push(
    ['ann', online('Ann', { state: 'calling', other: 'bob' as UserName })],
    ['cy', online('cy', { state: 'talking', other: 'dan' as UserName })],
    ['dan', online('dan', noCall)],
    ['gone', { state: 'offline' }],
  );
  faults.over = ['bob'];
  const viewer = await logInUser(url, 'viewer');
  viewer.say({ type: 'users' });
  expect(await viewer.hears()).toEqual({
    type: 'users',
    users: [
      { name: 'Ann', busy: false },
      { name: 'cy', busy: true },
      { name: 'dan', busy: false },
    ],
  });
  await expect.poll(() => fenced).toEqual([['bob']]);
});
