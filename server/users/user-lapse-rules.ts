// What becomes of names when the node of their connections is dead. Pure: leaves finding that out to the lease.
import type { UserName } from '../protocol/parse-user-name.js';
import { offline, otherOf, type NamedUser, type User, type UserRule } from './user-rules.js';

/**
 * As if the connection had been dropped when its node's lease ran out. Whoever could not come back is over already,
 * and is let run out like any other. [U27]
 * @param lapsedAt ms of the store's clock
 */
export function lapse(user: User, lapsedAt: number, graceMs: number): User {
  if (user.state !== 'online') return user;
  return { ...user, state: 'away', until: lapsedAt + (user.secrets === undefined ? 0 : graceMs) };
}

/** Their time is over, and nobody has looked since. */
export function isOver(user: User, now: number): boolean {
  return user.state === 'away' && user.until <= now;
}

/** Forgets those of whom nothing is left and whom nobody waits for: there is nobody to tell. */
export function sweep(): UserRule<undefined> {
  return (users, now) => {
    const isAlone = (name: UserName, user: NamedUser): boolean => {
      const other = otherOf(users, name, user);
      return !other || (!('lacks' in other) && isOver(other.user, now));
    };
    return {
      users: new Map<UserName, User>(
        [...users].flatMap(([name, user]) =>
          user.state !== 'offline' && isOver(user, now) && isAlone(name, user) ? [[name, offline]] : [],
        ),
      ),
      notices: [],
      outcome: undefined,
    };
  };
}
