// Keeps the users of one process. Who is offline is not kept at all.
import type { UserName } from '../protocol/parse-user-name.js';
import { offline, type NamedUser } from './user-rules.js';
import type { ListedName, UserStore } from './user-store.js';

/** @param now ms, only going forward */
export function createMemoryUserStore(now: () => number = () => performance.now()): UserStore {
  const named = new Map<UserName, NamedUser>();
  let version = 0;
  return {
    decide(names, rule) {
      const decision = rule(new Map(names.map((name) => [name, named.get(name) ?? offline])), now());
      for (const [name, user] of decision.users) {
        if (user.state === 'offline') named.delete(name);
        else named.set(name, user);
      }
      const isChange = decision.users.size > 0;
      if (isChange) version++;
      return Promise.resolve({ ...decision, version, isChange });
    },
    list(limit) {
      const listed: ListedName[] = [];
      for (const [name, { written, call }] of named) {
        if (listed.length >= limit) break;
        listed.push({ name, written, busy: call.state !== 'none' });
      }
      return Promise.resolve(listed);
    },
    keep: () => Promise.resolve(),
    close() {
      named.clear();
      return Promise.resolve();
    },
  };
}
