// Keeps the users of one process. Who is offline is not kept at all.
import type { UserName } from '../protocol/parse-user-name.js';
import { offline, type OnlineUser } from './user-rules.js';
import type { ListedName, UserStore } from './user-store.js';

export function createMemoryUserStore(): UserStore {
  const online = new Map<UserName, OnlineUser>();
  return {
    decide(names, rule) {
      const decision = rule(new Map(names.map((name) => [name, online.get(name) ?? offline])));
      for (const [name, user] of decision.users) {
        if (user.state === 'offline') online.delete(name);
        else online.set(name, user);
      }
      return Promise.resolve(decision);
    },
    list(limit) {
      const listed: ListedName[] = [];
      for (const [name, { written, call }] of online) {
        if (listed.length >= limit) break;
        listed.push({ name, written, busy: call.state !== 'none' });
      }
      return Promise.resolve(listed);
    },
    close() {
      online.clear();
      return Promise.resolve();
    },
  };
}
