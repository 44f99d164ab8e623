// The list of people one could call: read at most once a second, sent when asked and, to those who watch, when it
// has changed. [U14]
import { maxListedUsers } from '../protocol/limits.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { ListedUser } from '../protocol/user-messages.js';
import type { ListedName } from './user-domain.js';
import type { UserSession } from './user-session.js';

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
