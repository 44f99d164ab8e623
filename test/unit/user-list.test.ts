// The list of people: read once a second at most, never with oneself in it, at most 100, sent again on a change.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import type { ListedName } from '../../server/users/user-domain.js';
import { createUserList, type UserList } from '../../server/users/user-list.js';
import type { UserSession } from '../../server/users/user-session.js';
import { openUserSession } from '../support/open-user-session.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Viewer {
  viewer: UserSession;
  socket: { bufferedAmount: number };
  lists: string[][];
}

interface Scene {
  list: UserList;
  people: ListedName[];
  reads(): number;
  /** A viewer, and the names of each list that it was sent. */
  view(name: string): Viewer;
}

function setScene(names: string[]): Scene {
  const people = names.map((name) => ({ name: name as UserName, written: name, busy: false }));
  let reads = 0;
  const readNames = (limit: number): Promise<ListedName[]> => {
    reads++;
    return Promise.resolve(people.slice(0, limit));
  };
  const list = createUserList(readNames, (cause) => {
    throw cause;
  });
  return {
    list,
    people,
    reads: () => reads,
    view(name) {
      const lists: string[][] = [];
      const { session, socket } = openUserSession(name);
      socket.send = (text) => {
        const { users } = JSON.parse(text) as { users: { name: string; busy: boolean }[] };
        lists.push(users.map((user) => `${user.name}${user.busy ? ' (busy)' : ''}`));
      };
      return { viewer: session, socket, lists };
    },
  };
}

test('[U14] many who ask in one second cost one reading, and nobody sees oneself', async () => {
  const { list, reads, view } = setScene(['ann', 'bob']);
  const [ann, bob] = [view('ann'), view('bob')];
  for (let times = 0; times < 5; times++) {
    await list.show(ann.viewer, undefined);
    await list.show(bob.viewer, undefined);
  }
  expect(reads()).toBe(1);
  expect(ann.lists).toEqual(Array.from({ length: 5 }, () => ['bob']));
  expect(bob.lists).toEqual(Array.from({ length: 5 }, () => ['ann']));
  vi.advanceTimersByTime(1000);
  await list.show(ann.viewer, undefined);
  expect(reads()).toBe(2);
});

test('[U14] who watches hears of changes only, once a second at most, until it no longer watches', async () => {
  const { list, people, view } = setScene(['ann', 'bob']);
  const ann = view('ann');
  await list.show(ann.viewer, true);
  await vi.advanceTimersByTimeAsync(3000);
  expect(ann.lists).toEqual([['bob']]);
  people.push({ name: 'cy' as UserName, written: 'cy', busy: true });
  people.push({ name: 'dan' as UserName, written: 'dan', busy: false });
  await vi.advanceTimersByTimeAsync(3000);
  expect(ann.lists).toEqual([['bob'], ['bob', 'cy (busy)', 'dan']]);
  await list.show(ann.viewer, false);
  people.pop();
  await vi.advanceTimersByTimeAsync(3000);
  expect(ann.lists).toHaveLength(3);
  expect(vi.getTimerCount()).toBe(0);
});

test('[U14] [U24] a watcher that does not read is sent the list when it has read, and when it asks', async () => {
  const { list, people, view } = setScene(['ann', 'bob']);
  const ann = view('ann');
  await list.show(ann.viewer, true);
  ann.socket.bufferedAmount = 65_537;
  people.push({ name: 'cy' as UserName, written: 'cy', busy: false });
  await vi.advanceTimersByTimeAsync(2000);
  people.push({ name: 'dan' as UserName, written: 'dan', busy: false });
  await vi.advanceTimersByTimeAsync(2000);
  expect(ann.lists).toEqual([['bob']]);
  await list.show(ann.viewer, undefined);
  expect(ann.lists).toHaveLength(2);
  people.pop();
  await vi.advanceTimersByTimeAsync(2000);
  ann.socket.bufferedAmount = 65_536;
  await vi.advanceTimersByTimeAsync(1000);
  expect(ann.lists.slice(2)).toEqual([['bob', 'cy']]);
  list.close();
});

test('[U14] nothing is read for a watcher that is gone', async () => {
  const { list, reads, view } = setScene(['ann']);
  const ann = view('ann');
  await list.show(ann.viewer, true);
  list.forget(ann.viewer);
  await vi.advanceTimersByTimeAsync(3000);
  expect(reads()).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('[U14] a list has at most 100 people', async () => {
  const { list, view } = setScene(Array.from({ length: 300 }, (_, index) => `user ${index}`));
  const first = view('user 0');
  const stranger = view('user 299');
  await list.show(first.viewer, undefined);
  await list.show(stranger.viewer, undefined);
  expect(first.lists[0]).toHaveLength(100);
  expect(stranger.lists[0]).toHaveLength(100);
});
