// Three stores on one real Redis keep together what every record store promises; and what only they have to: nodes that
// die, epochs that end, replies that are lost, writes that come late.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RecordTexts } from '../../server/kernel/record-scripts.js';
import { unchanged } from '../../server/kernel/rule.js';
import { enter } from '../../server/rooms/enter-rules.js';
import { createRoomDomain, onRoom } from '../../server/rooms/room-domain.js';
import { reclaim, vanish } from '../../server/rooms/room-rules.js';
import { eventsBetween } from '../../server/rooms/room-view.js';
import { decided, type PeerId, type Room } from '../../server/rooms/room.js';
import { hashToken } from '../../server/transport/hash-token.js';
import { logIn } from '../../server/users/login-rules.js';
import type { ConnectionId } from '../../server/users/user.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { createUserDomain } from '../../server/users/user-domain.js';
import { addOne, held, look, put, seen, write } from '../support/record-changes.js';
import { noSlot, roomKind, slotKind, userKind } from '../support/record-kinds.js';
import { openRecordNodes, type RecordNode } from '../support/record-nodes.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { runOnStore, type RanOnStore } from '../support/run-on-store.js';
import { recordStoreContract } from './record-store.contract.js';

const graceMs = 60_000;
const rooms = createRoomDomain(graceMs);
const users = createUserDomain(graceMs);
const channel = 'Test';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.cli('flushall');
});

recordStoreContract('three stores on Redis', async (kind) => {
  const { nodes } = await openRecordNodes(redis.url, kind);
  const [one, two, three] = nodes;
  // Redis has a clock of its own.
  return { stores: [one.store, two.store, three.store], pass: (ms) => pause(ms + 1) };
});

const comes = (node: RecordNode<Room>, id: string, token?: string) => {
  const peer = node.addressOf(id) as PeerId;
  const entrant = { peer, channel, ...(token !== undefined && { token: hashToken(token) }) };
  return runOnStore(node.store, rooms, [channel], onRoom(enter(entrant, graceMs)));
};

const looks = (node: RecordNode<Room>) =>
  runOnStore(node.store, rooms, [channel], () => unchanged(undefined));

/** What the client of this connection is told of it. */
function told({ steps }: RanOnStore<Room, unknown>, peer: string): unknown[] {
  const views = steps.map((step) => rooms.viewOf(step, peer) ?? undefined);
  return views.slice(1).flatMap((view, index) => eventsBetween(views[index], view ?? { lost: 'unknown' }));
}

describe('nodes', () => {
  it('a look at several records tells the version of each: one that is older may just be written anew', async () => {
    const { nodes } = await openRecordNodes(redis.url, slotKind);
    const [{ store }] = nodes;
    const first = await put(store, { a: held('x') });
    const second = await put(store, { b: held('y') });
    const looked = await store.transact(['a', 'b'], seen);
    expect(Object.fromEntries(looked.versions ?? [])).toEqual({ a: first.version, b: second.version });
    expect(second.version).toBeGreaterThan(first.version);
  });

  it('[R32] a seat on a dead node is away since its lease expired, for every other node', async () => {
    const { nodes, expiredAt, now } = await openRecordNodes(redis.url, roomKind);
    const [one, two, three] = nodes;
    await comes(one, 'ann', 'a1');
    await comes(two, 'bob');
    const at = (await now()) - 10;
    expiredAt.set(one.lease.node, at);
    expect(await looks(one)).toMatchObject({ steps: [expect.anything()] });
    const bob = two.addressOf('bob');
    const dropped = await looks(two);
    expect(dropped.steps[0]?.get(channel)).toMatchObject({ initiator: { presence: 'here' } });
    expect(dropped.after.get(channel)).toMatchObject({
      phase: 'paired',
      initiator: { presence: 'away', until: at + graceMs },
    });
    expect(told(dropped, bob)).toEqual([['peer away']]);
    // It is stored: nobody else finds anything new.
    const again = await looks(three);
    expect([again.version, told(again, bob)]).toEqual([dropped.version, []]);
    const reclaims = onRoom((room) => decided(reclaim(room, [one.addressOf('ann')])));
    const reclaimed = await runOnStore(one.store, rooms, [channel], reclaims);
    expect(reclaimed.after.get(channel)).toMatchObject({ initiator: { presence: 'here' } });
    expect(told(reclaimed, bob)).toEqual([['peer back', {}]]);
  });

  it('[R33] what was granted in an epoch that has ended meanwhile is written again in the new one', async () => {
    const { nodes } = await openRecordNodes(redis.url, slotKind, (texts) => ({
      ...texts,
      async replace(...args) {
        const stored = await texts.replace(...args);
        if (nodes[0].lease.epoch === 1) nodes[0].lease.epoch = 2;
        return stored;
      },
    }));
    const [one] = nodes;
    const holder = one.addressOf('ann');
    const committed = await one.store.transact(
      ['a', 'b'],
      write({ a: held('x', holder), b: held('y', holder) }, 7),
    );
    expect(committed).toMatchObject({ outcome: 7, hadUnknownWrite: true });
    for (const key of ['a', 'b']) {
      expect(await stored(key)).toMatchObject({ version: committed.version, epochs: [[holder, 2]] });
    }
  });

  it('[R32] a node takes its own connections for alive, and what it writes is of its own epoch', async () => {
    const { nodes, expiredAt } = await openRecordNodes(redis.url, slotKind);
    const [one, two] = nodes;
    const holder = one.addressOf('ann');
    await put(one.store, { a: held('x', holder) });
    expiredAt.set(one.lease.node, 5);
    const dead = ({ store }: RecordNode<unknown>) =>
      store.transact(['a'], (_states, _moment, all) => unchanged(all));
    expect((await dead(one)).outcome).toEqual([]);
    expect((await dead(two)).outcome).toEqual([{ address: holder, expiredAt: 5 }]);
    one.lease.epoch = 7;
    await put(one.store, { a: held('x', holder) });
    expect(await stored('a')).toMatchObject({ epochs: [[holder, 7]] });
    const other = two.addressOf('bob');
    await put(two.store, { a: { text: 'x', holders: [holder, other] } });
    expect(await stored('a')).toMatchObject({
      epochs: [
        [holder, 7],
        [other, 1],
      ],
    });
  });

  it('[U2] 16 logins for one name on three nodes: one has it, 100 times out of 100', async () => {
    const { nodes } = await openRecordNodes(redis.url, userKind);
    for (let round = 0; round < 100; round++) {
      const name = `name ${round}` as UserName;
      const logins = Array.from({ length: 16 }, (_, index) => {
        const node = nodes[index % 3] ?? nodes[0];
        const connection = node.addressOf(`${index}`) as ConnectionId;
        return runOnStore(node.store, users, [name], logIn({ name, written: name, connection }));
      });
      const statuses = (await Promise.all(logins)).map(({ outcome }) => outcome.status).sort();
      expect(statuses).toEqual(['in', ...Array.from({ length: 15 }, () => 'taken')]);
    }
  });
});

describe('replies that are lost', () => {
  /** The first replacement is made, and its reply lost; then `meanwhile` happens. */
  function losing(meanwhile: () => Promise<unknown> = () => Promise.resolve()) {
    let isLost = false;
    return (texts: RecordTexts): RecordTexts => ({
      ...texts,
      async replace(...args) {
        const stored = await texts.replace(...args);
        if (isLost) return stored;
        isLost = true;
        await meanwhile();
        throw new Error('the reply is lost');
      },
    });
  }

  it('[R31] what is found written, in every record, is this change, made once', async () => {
    const { nodes } = await openRecordNodes(redis.url, slotKind, losing());
    const [one, two] = nodes;
    const committed = await one.store.transact(['b', 'a'], addOne('a'));
    expect(committed).toEqual({ outcome: 1, now: committed.now, version: committed.version });
    expect(await look(two.store, 'a')).toEqual(held('1'));
  });

  it('[R31] what others have changed meanwhile is decided again, and known to be unknown', async () => {
    const others = await openRecordNodes(redis.url, roomKind);
    const cy = others.nodes[2];
    const loseWhileOneComes = losing(() => comes(cy, 'cy'));
    const { nodes } = await openRecordNodes(redis.url, roomKind, loseWhileOneComes);
    const { outcome, hadUnknownWrite } = await comes(nodes[0], 'ann');
    expect(outcome).toMatchObject({ status: 'created', role: 'initiator', peer: { id: 'cy' } });
    expect(hadUnknownWrite).toBe(true);
  });

  it('[R31] so it is when others have changed only one of its records', async () => {
    const others = await openRecordNodes(redis.url, slotKind);
    const change = losing(() => others.nodes[2].store.transact(['b'], addOne('b')));
    const { nodes } = await openRecordNodes(redis.url, slotKind, change);
    const committed = await nodes[0].store.transact(['a', 'b'], addOne('a'));
    expect(committed).toMatchObject({ outcome: 2, hadUnknownWrite: true });
    expect((await nodes[1].store.transact(['a', 'b'], seen)).outcome).toEqual(
      new Map([
        ['a', held('2')],
        ['b', held('1')],
      ]),
    );
  });

  it('[R5] a request that was given up has no effect any more once it is fenced off', async () => {
    let late: (() => Promise<unknown>) | undefined;
    let isAway = true;
    const { nodes } = await openRecordNodes(redis.url, roomKind, (texts) => ({
      ...texts,
      replace(...args) {
        if (late) return texts.replace(...args);
        late = () => texts.replace(...args);
        return Promise.reject(new Error('nobody knows'));
      },
      read(...args) {
        if (late && isAway) return Promise.reject(new Error('nobody answers'));
        return texts.read(...args);
      },
    }));
    const [one, two] = nodes;
    await expect(comes(one, 'ann')).rejects.toThrow('It was not done within 700 ms.');
    isAway = false;
    const ends = onRoom(vanish(one.addressOf('ann') as PeerId, graceMs));
    await runOnStore(one.store, rooms, [channel], ends, { isFencing: true });
    await late?.();
    expect((await comes(two, 'bob')).outcome).toMatchObject({ status: 'created' });
  });

  it.each([
    ['a record', held('ann'), noSlot],
    ['no record', noSlot, held('ann')],
  ])(
    '[R5] a write does not take %s for what it has read, if it was another in between',
    async (_what, first, between) => {
      const { store: other } = (await openRecordNodes(redis.url, slotKind)).nodes[2];
      let runs = 0;
      const { nodes } = await openRecordNodes(redis.url, slotKind, (texts) => ({
        ...texts,
        async replace(...args) {
          if (runs === 1) for (const slot of [between, first]) await put(other, { a: slot });
          return texts.replace(...args);
        },
      }));
      if (first !== noSlot) await put(other, { a: first });
      const { outcome } = await nodes[0].store.transact(['a'], (states) => {
        runs++;
        return { states: new Map([['a', held('bob')]]), outcome: states.get('a') };
      });
      expect([outcome, runs]).toEqual([first, 2]);
      expect(await look(other, 'a')).toEqual(held('bob'));
    },
  );
});

/** The record of this slot, as it lies in Redis. */
async function stored(key: string): Promise<unknown> {
  return JSON.parse(await redis.cli('get', `${slotKind.keys.prefix}${key}`));
}
