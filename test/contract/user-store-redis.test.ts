// Three stores on one real Redis keep together what every store of users promises; and what only they have to: nodes that
// die, answers that are lost, junk.
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { RedisClient } from '../../server/platform/redis-client.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import type { SecretHash } from '../../server/protocol/secrets.js';
import { logIn } from '../../server/users/login-rules.js';
import { settled, type User, type UserRule, type Users } from '../../server/users/user-rules.js';
import type { UserStore } from '../../server/users/user-store.js';
import { createLogBook } from '../support/log-book.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import {
  openUserNodes,
  type UserNode,
  type UserNodes,
  type UserNodesOptions,
} from '../support/redis-users.js';
import { describeUserStore } from './user-store.contract.js';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.cli('flushall');
});

const ann = 'ann' as UserName;
const bob = 'bob' as UserName;
const look: UserRule<Users> = (users) => ({ users: new Map(), notices: [], outcome: new Map(users) });
const readTime: UserRule<number> = (_users, now) => ({ users: new Map(), notices: [], outcome: now });

function pick(nodes: UserNodes['nodes'], index: number): UserNode {
  return nodes[index % nodes.length] ?? nodes[0];
}

/** Asks each of them in turn, so that whatever is read was written by another. */
function inTurn({ nodes, close }: UserNodes): UserStore {
  let turn = 0;
  const next = (): UserStore => pick(nodes, turn++).store;
  return {
    decide: (names, rule) => next().decide(names, rule),
    list: (limit) => next().list(limit),
    keep: (names) => next().keep(names),
    close,
  };
}

describeUserStore('three stores on Redis', async () => inTurn(await openUserNodes(redis.url)));

async function scene(options?: UserNodesOptions) {
  const opened = await openUserNodes(redis.url, options);
  onTestFinished(opened.close);
  const [one, two, three] = opened.nodes;
  const enter = (node: UserNode, name: UserName, secret?: string) =>
    node.store.decide(
      [name],
      settled(
        logIn({
          name,
          written: name,
          connection: node.connection(`line of ${name}`),
          ...(secret !== undefined && { secret: secret as SecretHash }),
        }),
      ),
    );
  const see = async (node: UserNode, name: UserName): Promise<User | undefined> =>
    (await node.store.decide([name], settled(look))).outcome as never;
  return { ...opened, one, two, three, enter, see };
}

async function timeOf(node: UserNode): Promise<number> {
  return (await node.store.decide([], readTime)).outcome;
}

describe('nodes', () => {
  test('16 logins for one name on three nodes: one has it, 100 times out of 100', async () => {
    const { nodes } = await scene();
    for (let round = 0; round < 100; round++) {
      const name = `name ${round}` as UserName;
      const logins = Array.from({ length: 16 }, (_, index) => {
        const node = pick(nodes, index);
        const connection = node.connection(`${index}`);
        return node.store.decide([name], logIn({ name, written: name, connection }));
      });
      const statuses = (await Promise.all(logins)).map(({ outcome }) =>
        'status' in outcome ? outcome.status : '',
      );
      expect(statuses.filter((status) => status === 'in')).toHaveLength(1);
      expect(statuses.filter((status) => status === 'taken')).toHaveLength(15);
    }
  });

  test('[U27] whoever was on a node that is dead is away since then, for every other node', async () => {
    const { one, two, three, lapsedAt, enter } = await scene({ graceMs: 60_000 });
    await enter(one, ann, 'secret of ann');
    const at = (await timeOf(two)) - 10_000;
    lapsedAt.set(one.node, at);
    const { outcome, users, isChange } = await two.store.decide([ann], look);
    expect(outcome.get(ann)).toMatchObject({ state: 'away', until: at + 60_000 });
    // It is kept, so that whoever found it sets an alarm and nobody else finds anything else.
    expect(users.get(ann)).toMatchObject({ state: 'away', until: at + 60_000 });
    expect(isChange).toBe(true);
    expect((await three.store.decide([ann], look)).isChange).toBe(false);
  });

  test('[U27] a name on a dead node is free at once without a secret, and after the grace with one', async () => {
    const graceMs = 60_000;
    const { one, two, lapsedAt, enter } = await scene({ graceMs });
    const cy = 'cy' as UserName;
    await enter(one, ann, 'secret of ann');
    await enter(one, bob);
    await enter(one, cy, 'secret of cy');
    lapsedAt.set(one.node, (await timeOf(two)) - 500);
    expect((await enter(two, bob)).outcome).toEqual({ status: 'in' });
    expect((await enter(two, ann)).outcome).toEqual({ status: 'taken' });
    lapsedAt.set(one.node, (await timeOf(two)) - graceMs);
    expect((await enter(two, cy)).outcome).toEqual({ status: 'in' });
  });

  test('a node holds its own names in its own eyes, and what it writes is of its own epoch', async () => {
    const { one, two, lapsedAt, enter } = await scene();
    await enter(one, ann);
    lapsedAt.set(one.node, 0);
    expect((await one.store.decide([ann], settled(look))).outcome).toMatchObject(
      new Map([[ann, { state: 'online' }]]),
    );
    one.lease.epoch = 7;
    await one.store.decide([ann], (users) => ({ users, notices: [], outcome: undefined }));
    expect(JSON.parse(await redis.cli('get', 'parley:{users}:name:ann'))).toMatchObject({ epoch: 7 });
    lapsedAt.clear();
    await two.store.decide([ann], look);
    expect(JSON.parse(await redis.cli('get', 'parley:{users}:name:ann'))).toMatchObject({ epoch: 7 });
  });

  test('an epoch that ends while it writes is written over', async () => {
    const { one, enter } = await scene();
    let runs = 0;
    await enter(one, ann);
    await one.store.decide([ann], (users) => {
      if (++runs === 1) queueMicrotask(() => (one.lease.epoch = 2));
      const user = users.get(ann);
      if (user?.state !== 'online') throw new Error('ann is gone');
      return { users: new Map([[ann, { ...user, written: 'Ann' }]]), notices: [], outcome: undefined };
    });
    const kept = JSON.parse(await redis.cli('get', 'parley:{users}:name:ann')) as unknown;
    expect(kept).toMatchObject({ epoch: 2, user: { written: 'Ann' } });
    expect(runs).toBe(1);
  });
});

describe('Redis', () => {
  test('an answer that is lost is found again: the decision stands, with its notices, once', async () => {
    let losesNext = false;
    const loseAnswers = (client: RedisClient): Pick<RedisClient, 'run'> => ({
      async run(...asked) {
        const answer = await client.run(...asked);
        if (!losesNext || asked[1].length === 1) return answer;
        losesNext = false;
        throw new Error('the connection was cut');
      },
    });
    const { one, enter } = await scene({ between: loseAnswers });
    losesNext = true;
    expect((await enter(one, ann)).outcome).toEqual({ status: 'in' });
    losesNext = true;
    const notice = { to: one.connection('line of ann'), link: null };
    const free: UserRule<undefined> = () => ({
      users: new Map<UserName, User>([[ann, { state: 'offline' }]]),
      notices: [notice],
      outcome: undefined,
    });
    expect(await one.store.decide([ann], free)).toMatchObject({ notices: [notice], isChange: true });
    expect(losesNext).toBe(false);
  });

  test('connections that are cut in the middle are not noticed', async () => {
    const { nodes } = await scene();
    const cutting = redis.cutConnections();
    const logins = Array.from({ length: 30 }, (_, index) => {
      const node = pick(nodes, index);
      const name = `name ${index}` as UserName;
      return node.store.decide([name], logIn({ name, written: name, connection: node.connection(name) }));
    });
    for (const { outcome } of await Promise.all(logins)) expect(outcome).toEqual({ status: 'in' });
    await cutting;
  });

  test('a decision that a silent Redis does not answer fails', async () => {
    const { one, enter } = await scene();
    redis.freeze();
    onTestFinished(redis.thaw);
    await expect(enter(one, ann)).rejects.toThrow();
  });

  test('a record that cannot be read is a fault in the log, and a name that is free', async () => {
    const { logger, lines } = createLogBook('error');
    const { one, two, enter } = await scene({ logger });
    const junk = ['x', '{}', '[]', '{"version":1,"epoch":1,"user":{"state":"online"}}'];
    for (const text of junk) {
      await redis.cli('set', 'parley:{users}:name:ann', text);
      expect((await enter(one, ann)).outcome).toEqual({ status: 'in' });
    }
    expect(lines).toHaveLength(junk.length);
    expect((await enter(two, ann)).outcome).toMatchObject({ status: 'taken' });
  });

  test('[U14] the list leaves out, and cleans away, whose node is dead or whose record is gone', async () => {
    const { one, two, lapsedAt, enter } = await scene({ graceMs: 0 });
    for (let index = 0; index < 30; index++) await enter(one, `dead ${index}` as UserName, 's');
    await enter(two, ann);
    await enter(two, bob);
    lapsedAt.set(one.node, 0);
    await redis.cli('del', 'parley:{users}:name:bob');
    expect(await two.store.list(4)).toEqual([{ name: ann, written: 'ann', busy: false }]);
    await expect.poll(() => redis.cli('zcard', 'parley:{users}:names')).toBe('1');
    expect(await redis.cli('keys', 'parley:{users}:name:*')).toBe('parley:{users}:name:ann');
  });

  test('every key runs out by itself, and names in use are kept, in the order of their logins', async () => {
    const { one, enter } = await scene({ graceMs: 0 });
    await enter(one, ann, 'secret');
    const day = 86_400;
    for (const key of ['parley:{users}:name:ann', 'parley:{users}:names']) {
      const seconds = Number(await redis.cli('ttl', key));
      expect(seconds).toBeGreaterThan(day - 10);
      expect(seconds).toBeLessThanOrEqual(day);
      await redis.cli('expire', key, '100');
    }
    await one.store.keep([ann, bob]);
    for (const key of ['parley:{users}:name:ann', 'parley:{users}:names']) {
      expect(Number(await redis.cli('ttl', key))).toBeGreaterThan(day - 10);
    }
    const away: UserRule<undefined> = (users, now) => {
      const user = users.get(ann);
      if (user?.state !== 'online') throw new Error('ann is gone');
      return {
        users: new Map([[ann, { ...user, state: 'away', until: now + 1000 }]]),
        notices: [],
        outcome: undefined,
      };
    };
    await redis.cli('zadd', 'parley:{users}:names', 'XX', '5', 'ann');
    await one.store.decide([ann], away);
    expect(Number(await redis.cli('ttl', 'parley:{users}:name:ann'))).toBeLessThanOrEqual(11);
    expect(await redis.cli('zscore', 'parley:{users}:names', 'ann')).toBe('5');
  });

  test('a login is two scripts, a look one, an idle name none', async () => {
    const { one, enter } = await scene();
    await enter(one, bob);
    const before = await redis.countCalls('evalsha');
    await enter(one, ann);
    expect((await redis.countCalls('evalsha')) - before).toBe(2);
    await one.store.decide([ann, bob], look);
    expect((await redis.countCalls('evalsha')) - before).toBe(3);
  });
});
