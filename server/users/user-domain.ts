// The users as the kernel sees them: one record for each name.
import type { IsKept, RecordStore, RecordType } from '../kernel/record-store.js';
import type { Domain } from '../kernel/rule.js';
import { maxRingingLateMs } from '../protocol/limits.js';
import type { UserName } from '../protocol/parse-user-name.js';
import { dropDead, expire, reclaim } from './user-rules.js';
import { linkOf, viewOf, type UserView } from './user-view.js';
import { isRinging, offline, userOf, type User } from './user.js';

export const userRecords: RecordType<User> = {
  none: offline,
  connectionsOf: (user) => (user.state === 'online' ? [user.connection] : []),
  keepUntil: (user) => (user.state === 'away' ? user.until : undefined),
  heldUntil(user) {
    const until = ringsUntil(user);
    return until === undefined ? undefined : until + maxRingingLateMs;
  },
};

function ringsUntil(user: User): number | undefined {
  return user.state !== 'offline' && isRinging(user.call) ? user.call.ringsUntil : undefined;
}

/** Whether the name is in use, here or away. [U14] */
export function isInUse(graceMs: number): IsKept<User> {
  return (name, user, now, dead) => {
    const current = dropDead(new Map([[name, user]]), dead, graceMs).states.get(name) ?? user;
    return current.state === 'online' || (current.state === 'away' && current.until > now);
  };
}

/** A user as a list shows it. */
export interface ListedName {
  name: UserName;
  written: string;
  busy: boolean;
}

/** @param forget is given names that only wait for a fencing transaction to remove them from the index */
export async function listNames(
  store: RecordStore<User>,
  limit: number,
  graceMs: number,
  forget: (name: string) => void,
): Promise<ListedName[]> {
  const { found, over } = await store.list(limit, isInUse(graceMs));
  const isOver = new Set(over);
  for (const name of over) forget(name);
  return found.flatMap(([name, user]): ListedName[] => {
    if (user.state === 'offline') return [];
    const { call, written } = user;
    // Of a call whose other side is over nobody may have been told yet. [U14]
    const busy = call.state !== 'none' && !isOver.has(call.other);
    return [{ name: name as UserName, written, busy }];
  });
}

export function createUserDomain(graceMs: number): Domain<User, UserView> {
  return {
    ...userRecords,
    name: 'users',
    dropDead: (users, dead) => dropDead(users, dead, graceMs),
    expire,
    reclaim,
    deadlineOf(user) {
      const deadlines = [userRecords.keepUntil(user), ringsUntil(user)].filter((each) => each !== undefined);
      return deadlines.length === 0 ? undefined : Math.min(...deadlines);
    },
    viewOf,
    linkOf,
    lossOf: (name, _before, after) => (userOf(after, name).state === 'online' ? 'taken-over' : 'unknown'),
  };
}
