// The users as the kernel sees them: one record for each name.
import type { IsKept, RecordType } from '../kernel/record-store.js';
import type { Domain } from '../kernel/rule.js';
import { dropDead, expire, reclaim } from './user-rules.js';
import { linkOf, viewOf, type UserView } from './user-view.js';
import { isRinging, offline, userOf, type User } from './user.js';

/** A call that rings is over by then, also if the store fails for a while when its time has come. */
const maxLateMs = 60_000;

export const userRecords: RecordType<User> = {
  none: offline,
  connectionsOf: (user) => (user.state === 'online' ? [user.connection] : []),
  keepUntil: (user) => (user.state === 'away' ? user.until : undefined),
  heldUntil(user) {
    const until = ringsUntil(user);
    return until === undefined ? undefined : until + maxLateMs;
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
