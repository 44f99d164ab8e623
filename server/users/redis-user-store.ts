// Keeps the users of a cluster in Redis: reads, runs the rule, and writes only if everything that was read is still
// there, else runs the rule again. Leaves Lua to user-scripts, and what a record means to kept-users.
import { setTimeout as pause } from 'node:timers/promises';
import { createBudget, type Budget } from '../platform/budget.js';
import { decisionMs, RedisRefusal, type RedisClient } from '../platform/redis-client.js';
import type { UserName } from '../protocol/parse-user-name.js';
import { createKeptUsers, type KeptUsersParts, type Proposal, type Shelf } from './kept-users.js';
import { createNameQueues } from './name-queues.js';
import { isOver, sweep } from './user-lapse-rules.js';
import type { NamedUser, User, UserRule } from './user-rules.js';
import { userScriptsIn, type ReadTexts } from './user-scripts.js';
import type { KeptDecision, ListedName, UserStore } from './user-store.js';

/** Before Redis is asked again, when its answer was lost. */
const pauseMs = 40;

/** How often a list goes on reading behind names that are no longer in use. */
const maxPages = 10;

export interface RedisUserStoreParts extends KeptUsersParts {
  redis: Pick<RedisClient, 'run'>;
}

export function createRedisUserStore(parts: RedisUserStoreParts): UserStore {
  const scripts = userScriptsIn(parts.redis);
  const kept = createKeptUsers(parts);
  const queues = createNameQueues<UserName>();
  let isClosed = false;

  async function read(names: readonly UserName[], budget: Budget): Promise<Shelf> {
    return budget.of(kept.read(names, await scripts.read(names, budget.leftMs())));
  }

  /** A connection that was cut is back after a moment. @throws when the time is over, or Redis says no */
  async function readPatiently(names: readonly UserName[], budget: Budget): Promise<Shelf> {
    for (;;) {
      try {
        return await read(names, budget);
      } catch (cause) {
        if (isClosed || cause instanceof RedisRefusal) throw cause;
        await pause(Math.min(pauseMs, budget.leftMs()));
      }
    }
  }

  /** @returns what is there instead; undefined: it is written. A write that is not answered may happen all the same. */
  async function write(
    names: readonly UserName[],
    { changes }: Proposal<unknown>,
    budget: Budget,
  ): Promise<Shelf | undefined> {
    let instead: ReadTexts | undefined;
    try {
      instead = await scripts.write(changes, budget.leftMs());
    } catch (cause) {
      if (cause instanceof RedisRefusal) throw cause;
      return readPatiently(names, budget);
    }
    return instead && budget.of(kept.read(names, instead));
  }

  async function decideNow<Outcome>(
    names: readonly UserName[],
    rule: UserRule<Outcome>,
    budget: Budget,
  ): Promise<KeptDecision<Outcome>> {
    const proposals: Proposal<Outcome>[] = [];
    let shelf = await readPatiently(names, budget);
    for (;;) {
      const proposal: Proposal<Outcome> = kept.propose(shelf, rule);
      if (!proposal.decision.isChange) return proposal.decision;
      proposals.push(proposal);
      const instead = await write(names, proposal, budget);
      if (!instead) return written(proposal);
      const late = proposals.find((one) => isOn(instead, one));
      if (late) return written(late);
      shelf = instead;
    }

    async function written({ decision, epoch }: Proposal<Outcome>): Promise<KeptDecision<Outcome>> {
      // The lease ran out in between: what was written does not stand yet.
      if (epoch !== parts.lease.epoch) await decideNow(names, asTheyAre, budget);
      return decision;
    }
  }

  const decide: UserStore['decide'] = (given, rule) => {
    const names = [...new Set(given)];
    const budget = createBudget(decisionMs);
    return queues.run(names, () => decideNow(names, rule, budget));
  };

  async function list(limit: number): Promise<ListedName[]> {
    const here = new Map<UserName, NamedUser>();
    const over = new Map<UserName, User>();
    for (let page = 0; page < maxPages && here.size < limit; page++) {
      const first = page * limit;
      const names = await scripts.range(first, first + limit - 1);
      if (names.length === 0) break;
      await sort(names, here, over);
    }
    if (over.size > 0) {
      clean(over).catch((cause: unknown) => {
        parts.logger.debug({ err: cause }, 'names that are over could not be cleaned away');
      });
    }
    return [...here].slice(0, limit).map(([name, { written, call }]) => {
      // Nobody may have been told of a call whose other side is over: it ends when somebody calls.
      return { name, written, busy: call.state !== 'none' && !over.has(call.other) };
    });
  }

  async function sort(
    names: readonly UserName[],
    here: Map<UserName, NamedUser>,
    over: Map<UserName, User>,
  ): Promise<void> {
    const { found, nowMs } = await kept.read(names, await scripts.read(names));
    for (const { name, user } of found) {
      if (user.state === 'offline' || isOver(user, nowMs)) over.set(name, user);
      else here.set(name, user);
    }
  }

  /** Two who were in a call go together; if one of them is still here, its own node tells it. */
  async function clean(over: ReadonlyMap<UserName, User>): Promise<void> {
    const others = [...over.values()].flatMap((user) =>
      user.state !== 'offline' && user.call.state !== 'none' && !over.has(user.call.other)
        ? user.call.other
        : [],
    );
    const all = new Map(over);
    if (others.length > 0) await sort(others, new Map(), all);
    const names = [...all.keys()];
    await decide(names, sweep());
    await scripts.forget(names);
  }

  return {
    decide,
    list,
    keep: scripts.keep,
    close() {
      isClosed = true;
      return Promise.resolve();
    },
  };
}

function isOn({ found }: Shelf, { changes }: Proposal<unknown>): boolean {
  return changes.every(({ before, after }, index) => before === after || found[index]?.text === after);
}

const asTheyAre: UserRule<undefined> = (users) => ({ users, notices: [], outcome: undefined });
