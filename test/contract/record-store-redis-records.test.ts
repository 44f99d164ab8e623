// What lies in Redis: how long it is kept, what cannot be parsed, records of other releases, the index, what each
// transaction costs, and a Redis that does not do what it is asked.
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { roomKeys } from '../../server/choose-backing.js';
import { UnreadableRecord } from '../../server/kernel/record-store.js';
import { enter } from '../../server/rooms/enter-rules.js';
import { createRoomDomain, onRoom } from '../../server/rooms/room-domain.js';
import { sayBye, vanish } from '../../server/rooms/room-rules.js';
import type { PeerId, Room } from '../../server/rooms/room.js';
import { hashToken } from '../../server/transport/hash-token.js';
import { held, look, put, seen, write } from '../support/record-changes.js';
import { isSlotKept, noSlot, roomKind, slotKind, type Slot } from '../support/record-kinds.js';
import { openRecordNodes, type RecordNode } from '../support/record-nodes.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { runOnStore } from '../support/run-on-store.js';

const graceMs = 1000;
const rooms = createRoomDomain(graceMs);
const channel = 'Test';
const key = `${roomKeys.prefix}${channel}`;
const slotKey = (name: string): string => `${slotKind.keys.prefix}${name}`;
const slotIndex = String(slotKind.keys.index);

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.cli('flushall');
});

const comes = (node: RecordNode<Room>, id: string, token?: string, where = channel) => {
  const peer = node.addressOf(id) as PeerId;
  const entrant = { peer, channel: where, ...(token !== undefined && { token: hashToken(token) }) };
  return runOnStore(node.store, rooms, [where], onRoom(enter(entrant, graceMs)));
};

const leftMs = async (of: string): Promise<number> => Number(await redis.cli('pttl', of));

const countScripts = async (): Promise<number> =>
  (await redis.countCalls('evalsha')) + (await redis.countCalls('eval'));

describe('a record that cannot be parsed', () => {
  const good = { version: 1, room: { phase: 'empty' }, epochs: [] };
  const broken = [
    'junk',
    '[]',
    '{}',
    'null',
    '1e999',
    JSON.stringify({ ...good, room: { phase: 'paired' } }),
  ];
  const newer = { ...good, format: 3 };

  it.each([...broken, JSON.stringify(newer)])('[R19] %s is a fault of this channel alone', async (text) => {
    const [one] = (await openRecordNodes(redis.url, roomKind)).nodes;
    await redis.cli('set', key, text);
    const failure = await comes(one, 'ann').catch((cause: unknown) => cause);
    expect(failure).toBeInstanceOf(UnreadableRecord);
    expect(String(failure)).toBe('Error: The record of "Test" cannot be parsed.');
    expect((await comes(one, 'ann', undefined, 'Elsewhere')).outcome).toMatchObject({ status: 'created' });
    expect(await redis.cli('get', key)).toBe(text);
  });

  it('fails a transaction on two records, and nothing of it is written; others are', async () => {
    const [one] = (await openRecordNodes(redis.url, slotKind)).nodes;
    await redis.cli('set', slotKey('a'), '{"version":1,"slot":"secret"}');
    const both = one.store.transact(['b', 'a'], write({ a: held('x'), b: held('y') }));
    await expect(both).rejects.toThrow(/^The record of "a" cannot be parsed\.$/);
    expect(await look(one.store, 'b')).toEqual(noSlot);
    await put(one.store, { b: held('y') });
    expect(await look(one.store, 'b')).toEqual(held('y'));
  });

  it('is not listed, nor among those that a transaction can remove', async () => {
    const [one] = (await openRecordNodes(redis.url, slotKind)).nodes;
    await put(one.store, { a: held('x') });
    await put(one.store, { b: held('y') });
    await redis.cli('set', slotKey('a'), '{"format":3}');
    expect(await one.store.list(10, isSlotKept)).toEqual({ found: [['b', held('y')]], over: [] });
  });
});

it('a record of the previous release is read, and written as one of this release', async () => {
  const before = {
    version: 7,
    room: { phase: 'waiting', initiator: seat('old@before') },
    epochs: [['old@before', 3]],
  };
  const [one] = (await openRecordNodes(redis.url, roomKind)).nodes;
  await redis.cli('set', key, JSON.stringify(before));
  expect((await comes(one, 'bob')).outcome).toMatchObject({ status: 'joined', peer: { id: 'old' } });
  const record = JSON.parse(await redis.cli('get', key)) as { room: { joiner: { tenancy: unknown } } };
  expect(record).toMatchObject({ format: 2, epochs: [...before.epochs, ['bob@one', 1]] });
  expect(record.room).toMatchObject({
    phase: 'paired',
    initiator: seat('old@before'),
    joiner: seat('bob@one'),
  });
});

describe('how long a record is kept', () => {
  it('a day after the last who is here, 10 s after the last that expires', async () => {
    const [one] = (await openRecordNodes(redis.url, roomKind)).nodes;
    await comes(one, 'ann', 'a1');
    expect(await leftMs(key)).toBeGreaterThan(86_300_000);
    const ends = (rule: typeof vanish, id: string) =>
      runOnStore(one.store, rooms, [channel], onRoom(rule(one.addressOf(id) as PeerId, graceMs)));
    await ends(vanish, 'ann');
    expect(await leftMs(key)).toBeGreaterThan(9000);
    expect(await leftMs(key)).toBeLessThanOrEqual(11_000);
    await comes(one, 'ann-2', 'a1');
    await ends(sayBye, 'ann-2');
    expect(await leftMs(key)).toBeLessThanOrEqual(11_000);
    await comes(one, 'bob');
    expect(await leftMs(key)).toBeGreaterThan(86_300_000);
    await runOnStore(
      one.store,
      rooms,
      [channel],
      onRoom(() => ({ room: roomKind.type.none, outcome: undefined })),
    );
    expect(await leftMs(key)).toBeGreaterThan(9000);
    expect(await leftMs(key)).toBeLessThanOrEqual(10_000);
  });

  it('it and the index are kept for another day by a fencing write, in the order in which they came', async () => {
    const [one] = (await openRecordNodes(redis.url, slotKind)).nodes;
    const dayMs = 86_400_000;
    await put(one.store, { a: held('x') });
    await redis.cli('zadd', slotIndex, 'XX', '5', 'a');
    for (const of of [slotKey('a'), slotIndex]) {
      expect(await leftMs(of)).toBeGreaterThan(dayMs - 10_000);
      expect(await leftMs(of)).toBeLessThanOrEqual(dayMs);
      await redis.cli('expire', of, '100');
    }
    await one.store.transact(['a'], seen);
    expect(await leftMs(slotKey('a'))).toBeLessThanOrEqual(100_000);
    await one.store.transact(['a'], seen, { isFencing: true });
    for (const of of [slotKey('a'), slotIndex]) expect(await leftMs(of)).toBeGreaterThan(dayMs - 10_000);
    expect(await redis.cli('zscore', slotIndex, 'a')).toBe('5');
  });

  it('a version never goes back, also when the record has been gone in between', async () => {
    const [one, two] = (await openRecordNodes(redis.url, slotKind)).nodes;
    const first = await put(one.store, { a: held('x') });
    await redis.cli('del', slotKey('a'));
    const seenByTwo = await two.store.transact(['a'], seen);
    const second = await put(two.store, { a: held('y') });
    expect(seenByTwo.version).toBeGreaterThan(first.version);
    expect(second.version).toBeGreaterThan(seenByTwo.version);
  });
});

describe('the list', () => {
  /** As a coordinator removes what is over. */
  async function removeAll({ store }: RecordNode<Slot>, keys: readonly string[]): Promise<void> {
    for (const over of keys) await store.transact([over], write({ [over]: noSlot }), { isFencing: true });
  }

  it('[U14] leaves out whose node is dead or whose record is gone, and a fencing write cleans each away', async () => {
    const { nodes, expiredAt } = await openRecordNodes(redis.url, slotKind);
    const [one, two] = nodes;
    const dead = Array.from({ length: 30 }, (_, index) => `dead ${index}`);
    for (const name of dead) await put(one.store, { [name]: held('x', one.addressOf(name)) });
    for (const name of ['ann', 'bob']) await put(two.store, { [name]: held(name, two.addressOf(name)) });
    expiredAt.set(one.lease.node, 0);
    await redis.cli('del', slotKey('bob'));
    const { found, over } = await two.store.list(4, isSlotKept);
    expect(found).toEqual([['ann', held('ann', two.addressOf('ann'))]]);
    expect([...over].sort()).toEqual([...dead, 'bob'].sort());
    await removeAll(two, over);
    expect(await redis.cli('zrange', slotIndex, '0', '-1')).toBe('ann');
    expect(await two.store.list(4, isSlotKept)).toEqual({ found, over: [] });
  });

  it('[U14] names the oldest first, and one that is kept until its time is over', async () => {
    const { nodes, now } = await openRecordNodes(redis.url, slotKind);
    const [one, two] = nodes;
    for (const name of ['a', 'b', 'c']) {
      await put(one.store, { [name]: held(name) });
      await redis.cli('zadd', slotIndex, 'XX', name === 'c' ? '1' : '2', name);
    }
    expect((await two.store.list(2, isSlotKept)).found.map(([name]) => name)).toEqual(['c', 'a']);
    await put(one.store, { a: { text: 'kept', holders: [], until: (await now()) + 300 } });
    expect((await two.store.list(9, isSlotKept)).found.map(([name]) => name)).toEqual(['c', 'a', 'b']);
    await expect.poll(() => two.store.list(9, isSlotKept)).toMatchObject({ over: ['a'] });
  });
});

describe('what it costs', () => {
  it('a newcomer is two scripts, one who finds it full one, a look at two records one, an idle record none', async () => {
    const [one, two, three] = (await openRecordNodes(redis.url, roomKind)).nodes;
    await comes(one, 'x', undefined, 'warm');
    const before = await countScripts();
    await comes(one, 'ann');
    expect((await countScripts()) - before).toBe(2);
    await comes(two, 'bob');
    expect((await countScripts()) - before).toBe(4);
    await comes(three, 'cy');
    expect((await countScripts()) - before).toBe(5);
    await three.store.transact([channel, 'warm'], seen);
    expect((await countScripts()) - before).toBe(6);
  });

  it('[U28] a Redis that takes no writes is not asked again: whoever asks is told at once', async () => {
    const [one] = (await openRecordNodes(redis.url, slotKind)).nodes;
    await put(one.store, { a: held('x') });
    await redis.cli('config', 'set', 'min-replicas-to-write', '1');
    const takeWrites = (): Promise<string> => redis.cli('config', 'set', 'min-replicas-to-write', '0');
    onTestFinished(async () => void (await takeWrites()));
    const before = await countScripts();
    await expect(put(one.store, { b: held('y') })).rejects.toThrow('NOREPLICAS');
    expect((await countScripts()) - before).toBe(2);
    await takeWrites();
    await put(one.store, { b: held('y') });
  });
});

describe('a connection to Redis', () => {
  it('that is cut in the middle is not noticed', async () => {
    // On a machine that is busy, being back can take longer than a transaction has.
    const { nodes } = await openRecordNodes(redis.url, slotKind, undefined, 30_000);
    const cutting = redis.cutConnections();
    const all = Array.from({ length: 30 }, async (_, index) => {
      const { store } = nodes[index % 3] ?? nodes[0];
      const key = `name ${index}`;
      return (await store.transact([key], write({ [key]: held('x') }, index))).outcome;
    });
    expect(await Promise.all(all)).toEqual(Array.from({ length: 30 }, (_, index) => index));
    await cutting;
  });

  it('[U28] that is silent fails whoever asks, and whoever waits behind it for the same record, within a second', async () => {
    const [one] = (await openRecordNodes(redis.url, slotKind)).nodes;
    redis.freeze();
    onTestFinished(redis.thaw);
    const askedAt = performance.now();
    const all = Array.from({ length: 5 }, () => put(one.store, { a: held('x') }));
    for (const { status } of await Promise.allSettled(all)) expect(status).toBe('rejected');
    expect(performance.now() - askedAt).toBeLessThan(2 * 700);
  });
});

function seat(peer: string): object {
  return { peer, channel, presence: 'here' };
}
