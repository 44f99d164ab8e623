// The list of people one could call: read at most once a second, sent when asked and, to those who watch, when it
// has changed. [U14]
import type { Coordinator } from '../kernel/coordinator.js';
import type { RecordStore } from '../kernel/record-store.js';
import { unchanged } from '../kernel/rule.js';
import { maxListedUsers } from '../protocol/limits.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { ListedUser } from '../protocol/user-messages.js';
import { isInUse } from './user-domain.js';
import type { UserSession } from './user-session.js';
import type { UserView } from './user-view.js';
import type { User } from './user.js';

/** A user as a list shows it. */
export interface ListedName {
  name: UserName;
  written: string;
  busy: boolean;
}

const readEveryMs = 1000;

export interface UserList {
  /** @param watch true: send it again when it changes; false: no more; undefined: as before */
  show(viewer: UserSession, watch: boolean | undefined): Promise<void>;
  /** The viewer is gone. */
  forget(viewer: UserSession): void;
  close(): void;
}

interface View {
  users: ListedUser[];
  text: string;
}

/** What this person sees. */
type ViewFor = (viewer: UserName | undefined) => View;

/** @param readNames at most so many users, here or away */
export function createUserList(
  readNames: (limit: number) => Promise<ListedName[]>,
  onFault: (cause: unknown) => void,
): UserList {
  /** What each watcher has seen last. */
  const watchers = new Map<UserSession, string>();
  let lastRead: { at: number; viewFor: Promise<ViewFor> } | undefined;
  let timer: NodeJS.Timeout | undefined;

  function read(): Promise<ViewFor> {
    const now = performance.now();
    if (!lastRead || now - lastRead.at >= readEveryMs) {
      // One more than is shown, since nobody is shown to oneself.
      lastRead = { at: now, viewFor: readNames(maxListedUsers + 1).then(createViews) };
    }
    return lastRead.viewFor;
  }

  function send(viewer: UserSession, { users, text }: View): void {
    if (watchers.get(viewer) === text) return;
    if (watchers.has(viewer)) watchers.set(viewer, text);
    viewer.send({ type: 'users', users });
  }

  async function sendToAll(): Promise<void> {
    const viewFor = await read();
    for (const viewer of watchers.keys()) {
      // Others can make the list change as often as they like. [U24]
      if (!viewer.isCongested) send(viewer, viewFor(viewer.user?.name));
    }
  }

  function forget(viewer: UserSession): void {
    watchers.delete(viewer);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    async show(viewer, watch) {
      if (watch === false) forget(viewer);
      else if (watch === true || watchers.has(viewer)) watchers.set(viewer, '');
      const viewFor = await read();
      send(viewer, viewFor(viewer.user?.name));
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

/** Most are not in the list that they see: one view is for all of them, however many watch. */
function createViews(people: ListedName[]): ViewFor {
  const listed = new Set(people.map(({ name }) => name));
  const ofStrangers = viewOf(people);
  return (viewer) =>
    viewer !== undefined && listed.has(viewer)
      ? viewOf(people.filter(({ name }) => name !== viewer))
      : ofStrangers;
}

function viewOf(people: ListedName[]): View {
  const users = people.slice(0, maxListedUsers).map(({ written, busy }) => ({ name: written, busy }));
  return { users, text: JSON.stringify(users) };
}

export interface NameSource {
  store: Pick<RecordStore<User>, 'list'>;
  coordinator: Pick<Coordinator<User, UserView>, 'transact'>;
  graceMs: number;
  onFault: (cause: unknown) => void;
}

/** Of a call whose other side is over nobody may have been told yet. [U14] @param limit at most so many */
export async function readNames(source: NameSource, limit: number): Promise<ListedName[]> {
  const { store, coordinator, graceMs, onFault } = source;
  const { found, over } = await store.list(limit, isInUse(graceMs));
  const isOver = new Set(over);
  // A name without a record changes only by a fencing write, which takes it off the index.
  for (const name of over) {
    coordinator.transact([name], () => unchanged(undefined), { isFencing: true }).catch(onFault);
  }
  return found.flatMap(([name, user]) => {
    if (user.state === 'offline') return [];
    const { call, written } = user;
    const busy = call.state !== 'none' && !isOver.has(call.other);
    return [{ name: name as UserName, written, busy }];
  });
}
