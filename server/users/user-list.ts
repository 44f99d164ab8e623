// The list of people one could call: read at most once a second, sent when asked and, to those who watch, when it
// has changed. [U14]
import { maxListedUsers } from '../protocol/limits.js';
import type { UserConnection } from './user-connection.js';
import type { ListedName, UserStore } from './user-store.js';

const readEveryMs = 1000;

export interface UserList {
  /** @param watch true: send it again when it changes; false: no more; undefined: as before */
  show(viewer: UserConnection, watch: boolean | undefined): Promise<void>;
  /** The viewer is gone. */
  forget(viewer: UserConnection): void;
  close(): void;
}

export function createUserList(store: UserStore, onFault: (cause: unknown) => void): UserList {
  /** What each watcher has seen last. */
  const watchers = new Map<UserConnection, string>();
  let lastRead: { at: number; people: Promise<ListedName[]> } | undefined;
  let timer: NodeJS.Timeout | undefined;

  function read(): Promise<ListedName[]> {
    const now = performance.now();
    if (!lastRead || now - lastRead.at >= readEveryMs) {
      // One more than is shown, since nobody is shown to oneself.
      lastRead = { at: now, people: store.list(maxListedUsers + 1) };
    }
    return lastRead.people;
  }

  function send(viewer: UserConnection, people: ListedName[]): void {
    const users = people
      .filter(({ name }) => name !== viewer.user?.name)
      .slice(0, maxListedUsers)
      .map(({ written, busy }) => ({ name: written, busy }));
    const text = JSON.stringify(users);
    if (watchers.get(viewer) === text) return;
    if (watchers.has(viewer)) watchers.set(viewer, text);
    viewer.send({ type: 'users', users });
  }

  async function sendToAll(): Promise<void> {
    const people = await read();
    for (const viewer of watchers.keys()) send(viewer, people);
  }

  function forget(viewer: UserConnection): void {
    watchers.delete(viewer);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    async show(viewer, watch) {
      if (watch === false) forget(viewer);
      else if (watch === true || watchers.has(viewer)) watchers.set(viewer, '');
      send(viewer, await read());
      if (watchers.size === 0) return;
      timer ??= setInterval(() => {
        sendToAll().catch(onFault);
      }, readEveryMs);
    },
    forget,
    close() {
      watchers.clear();
      clearInterval(timer);
    },
  };
}
