// Between texts and users: what a rule sees of what was read, and what is to be written of what it decided. Leaves
// asking Redis to user-scripts.
import { nodeOf } from '../cluster/address.js';
import type { NodeLease } from '../cluster/node-lease.js';
import type { Logger } from '../platform/logger.js';
import type { UserName } from '../protocol/parse-user-name.js';
import { lapse } from './user-lapse-rules.js';
import { isSameUser, parseUserRecord, writeUserRecord, type UserRecord } from './user-record.js';
import { offline, type User, type UserRule } from './user-rules.js';
import type { ReadTexts, TextChange } from './user-scripts.js';
import type { KeptDecision } from './user-store.js';

/** A record of somebody who is away is kept so much longer than its grace, for those who look a moment late. */
const lateMs = 10_000;

/** `user` is what a rule sees; `record` is what is kept. */
interface Found {
  name: UserName;
  text: string;
  record: UserRecord | undefined;
  user: User;
}

/** What lies in the store at one moment of its clock. */
export interface Shelf {
  found: readonly Found[];
  nowMs: number;
  nowMicros: number;
}

export interface Proposal<Outcome> {
  decision: KeptDecision<Outcome>;
  changes: readonly TextChange[];
  /** In which what this node holds is stamped. */
  epoch: number;
}

export interface KeptUsersParts {
  lease: Pick<NodeLease, 'node' | 'epoch' | 'stateOf'>;
  graceMs: number;
  logger: Logger;
}

export function createKeptUsers({ lease, graceMs, logger }: KeptUsersParts) {
  /** Whoever is on a node that is dead has been away since. Of its own connections a node knows better. [U27] */
  async function userNow({ user, epoch }: UserRecord): Promise<User> {
    const node = nodeOf(user.connection);
    if (user.state !== 'online' || node === undefined || node === lease.node) return user;
    const state = await lease.stateOf(node, epoch);
    return state.isAlive ? user : lapse(user, state.lapsedAt, graceMs);
  }

  function changeOf({ name, text, record }: Found, after: User, version: number, nowMs: number): TextChange {
    if (after.state === 'offline') return { name, before: text, after: '' };
    const isOwn = nodeOf(after.connection) === lease.node;
    const next: UserRecord = { version, epoch: isOwn ? lease.epoch : (record?.epoch ?? 0), user: after };
    if (record && isSameUser(record, next)) return { name, before: text, after: text };
    const kept = after.state === 'away' && { keptMs: Math.max(0, Math.ceil(after.until - nowMs)) + lateMs };
    return { name, before: text, after: writeUserRecord(next), ...kept };
  }

  return {
    async read(names: readonly UserName[], { texts, seconds, micros }: ReadTexts): Promise<Shelf> {
      const found = names.map(async (name, index): Promise<Found> => {
        const text = texts[index] ?? '';
        const record = parseUserRecord(text);
        if (!record && text !== '') {
          logger.error('the record of a user cannot be read, so the name counts as free');
        }
        return { name, text, record, user: record ? await userNow(record) : offline };
      });
      return {
        found: await Promise.all(found),
        nowMs: seconds * 1000 + micros / 1000,
        nowMicros: seconds * 1_000_000 + micros,
      };
    },
    propose<Outcome>({ found, nowMs, nowMicros }: Shelf, rule: UserRule<Outcome>): Proposal<Outcome> {
      const decision = rule(new Map(found.map(({ name, user }) => [name, user])), nowMs);
      const lapsed = found.filter(({ record, user }) => record && record.user !== user);
      const users = new Map([...lapsed.map(({ name, user }) => [name, user] as const), ...decision.users]);
      const known = Math.max(0, ...found.map(({ record }) => record?.version ?? 0));
      const version = Math.max(known + 1, nowMicros);
      const changes = found.map((one) => changeOf(one, users.get(one.name) ?? one.user, version, nowMs));
      const isChange = changes.some(({ before, after }) => before !== after);
      return {
        decision: { ...decision, users, version: isChange ? version : known, isChange },
        changes,
        epoch: lease.epoch,
      };
    },
  };
}
