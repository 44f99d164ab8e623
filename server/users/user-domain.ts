// The users as the kernel sees them: one record for each name.
import type { IsKept, RecordType } from '../kernel/record-store.js';
import type { Domain } from '../kernel/rule.js';
import { dropDead, expire, reclaim } from './user-rules.js';
import { linkOf, viewOf, type UserView } from './user-view.js';
import { offline, userOf, type User } from './user.js';

export const userRecords: RecordType<User> = {
  none: offline,
  connectionsOf: (user) => (user.state === 'online' ? [user.connection] : []),
  keepUntil: (user) => (user.state === 'away' ? user.until : undefined),
};

/** Whether the name is in use, here or away. [U14] */
export function isInUse(graceMs: number): IsKept<User> {
  return (name, user, now, dead) => {
    const current = dropDead(new Map([[name, user]]), dead, graceMs).states.get(name) ?? user;
    return current.state === 'online' || (current.state === 'away' && current.until > now);
  };
}

export function createUserDomain(graceMs: number): Domain<User, UserView> {
  return {
    ...userRecords,
    name: 'users',
    dropDead: (users, dead) => dropDead(users, dead, graceMs),
    expire,
    reclaim,
    deadlineOf: userRecords.keepUntil,
    viewOf,
    linkOf,
    lossOf: (name, _before, after) => (userOf(after, name).state === 'online' ? 'taken-over' : 'unknown'),
  };
}
