// Three stores on one real Redis keep together what every store of rooms promises; and what only they have to: nodes that
// die, answers that are lost, epochs that end, junk.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelName } from '../../server/protocol/parse-channel.js';
import { hashSecret } from '../../server/connections/hash-secret.js';
import { enter } from '../../server/rooms/enter-rules.js';
import { passTime, sayBye, vanish } from '../../server/rooms/room-rules.js';
import type { RoomTexts } from '../../server/rooms/room-scripts.js';
import { reassert } from '../../server/rooms/reassert-rules.js';
import { UnreadableRoom } from '../../server/rooms/room-store.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';
import { openRoomStores } from '../support/redis-rooms.js';
import { roomStoreContract } from './room-store.contract.js';

const graceMs = 1000;
const channel = 'Test' as ChannelName;
const key = `parley:room:${channel}`;

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.cli('flushall');
});

roomStoreContract('three stores on Redis', async () => {
  const { nodes } = await openRoomStores(redis.url);
  const [one, two, three] = nodes;
  const clock = {
    // Redis has a clock of its own.
    pass: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms + 1)),
  };
  return { stores: [one.store, two.store, three.store], clock };
});

describe('nodes', () => {
  it('[R32] the seat of a node that is dead is away since its lease ran out', async () => {
    const {
      nodes: [one, two],
      lapsedAt,
    } = await openRoomStores(redis.url, undefined, 60_000);
    const ann = { peer: one.peer('ann'), channel, secret: hashSecret('a1') };
    await one.store.decide(channel, enter(ann, 60_000));
    const { now } = await two.store.decide(channel, enter({ peer: two.peer('bob'), channel }, 60_000));
    lapsedAt.set(one.lease.node, now - 10);
    const own = await one.store.decide(channel, passTime());
    expect(own).toMatchObject({ room: { initiator: { presence: 'here' } }, notices: [] });
    const { room, notices, before } = await two.store.decide(channel, passTime());
    expect(before).toMatchObject({ initiator: { presence: 'here' } });
    expect(room).toMatchObject({
      phase: 'paired',
      initiator: { presence: 'away', until: now - 10 + 60_000 },
    });
    expect(notices).toEqual([{ to: two.peer('bob'), events: [['peer away']], link: null }]);
    expect(await two.store.decide(channel, passTime())).toMatchObject({ notices: [] });
    const again = await one.store.decide(channel, reassert([ann.peer]));
    expect(again.room).toMatchObject({ initiator: { presence: 'here' } });
    expect(again.notices.at(-1)).toMatchObject({ to: two.peer('bob'), events: [['peer back', {}]] });
  });

  it('[R33] what was granted in an epoch that has ended meanwhile is written again in the new one', async () => {
    const { nodes } = await openRoomStores(redis.url, (texts) => ({
      ...texts,
      async replace(...args) {
        const stored = await texts.replace(...args);
        if (nodes[0].lease.epoch === 1) nodes[0].lease.epoch = 2;
        return stored;
      },
    }));
    const [one] = nodes;
    const decided = await one.store.decide(channel, enter({ peer: one.peer('ann'), channel }, graceMs));
    expect(decided).toMatchObject({ outcome: { status: 'created' }, isDoubtful: true });
    const record = JSON.parse(await redis.cli('get', key)) as { epochs: unknown };
    expect(record.epochs).toEqual([['ann@one', 2]]);
  });
});

describe('answers that are lost', () => {
  /** The first replacement is made, and its answer lost; then `meanwhile` happens. */
  function losing(meanwhile: (texts: RoomTexts) => Promise<void>) {
    let isLost = false;
    return (texts: RoomTexts): RoomTexts => ({
      ...texts,
      async replace(...args) {
        const stored = await texts.replace(...args);
        if (isLost) return stored;
        isLost = true;
        await meanwhile(texts);
        throw new Error('the answer is lost');
      },
    });
  }

  it('[R31] what is found written is this decision, with its notices', async () => {
    const {
      nodes: [one],
    } = await openRoomStores(
      redis.url,
      losing(() => Promise.resolve()),
    );
    const ann = one.peer('ann');
    const decided = await one.store.decide(channel, enter({ peer: ann, channel }, graceMs));
    expect(decided).toMatchObject({
      outcome: { status: 'created' },
      notices: [{ to: ann, events: [['created', 'Test', 'ann']] }],
    });
    expect(decided.isDoubtful).toBeUndefined();
  });

  it('[R31] what others have changed meanwhile is decided again, and known to be doubtful', async () => {
    const other = await openRoomStores(redis.url);
    const cy = other.nodes[2].peer('cy');
    const {
      nodes: [one],
    } = await openRoomStores(
      redis.url,
      losing(async () => {
        await other.nodes[2].store.decide(channel, enter({ peer: cy, channel }, graceMs));
      }),
    );
    const decided = await one.store.decide(channel, enter({ peer: one.peer('ann'), channel }, graceMs));
    expect(decided).toMatchObject({
      outcome: { status: 'created', role: 'initiator', peer: { id: 'cy' } },
      isDoubtful: true,
    });
  });

  it('[R5] a request that was given up has no effect any more once it is fenced off', async () => {
    let late: (() => Promise<unknown>) | undefined;
    const {
      nodes: [one, two],
    } = await openRoomStores(redis.url, (texts) => ({
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
    let isAway = true;
    const ann = one.peer('ann');
    await expect(one.store.decide(channel, enter({ peer: ann, channel }, graceMs))).rejects.toThrow(
      'nobody answers',
    );
    isAway = false;
    await one.store.decide(channel, vanish(ann, graceMs), { isFencing: true });
    await late?.();
    const bob = { peer: two.peer('bob'), channel };
    expect((await two.store.decide(channel, enter(bob, graceMs))).outcome).toMatchObject({
      status: 'created',
    });
  });
});

describe('what lies in Redis', () => {
  it.each(['junk', '[]', '{}', 'null', '{"version":1,"room":{"phase":"paired"},"epochs":[]}', '1e999'])(
    '[R19] %s is a fault of this channel alone',
    async (text) => {
      const {
        nodes: [one],
      } = await openRoomStores(redis.url);
      await redis.cli('set', key, text);
      const ann = { peer: one.peer('ann'), channel };
      await expect(one.store.decide(channel, enter(ann, graceMs))).rejects.toThrow(UnreadableRoom);
      const elsewhere = await one.store.decide('Elsewhere' as ChannelName, enter(ann, graceMs));
      expect(elsewhere.outcome).toMatchObject({ status: 'created' });
      expect(await redis.cli('get', key)).toBe(text);
    },
  );

  it('goes away by itself: a day after the last who is here, 10 s after the last that runs out', async () => {
    const {
      nodes: [one],
    } = await openRoomStores(redis.url);
    const ann = { peer: one.peer('ann'), channel, secret: hashSecret('a1') };
    const leftMs = async (): Promise<number> => Number(await redis.cli('pttl', key));
    await one.store.decide(channel, enter(ann, graceMs));
    expect(await leftMs()).toBeGreaterThan(86_300_000);
    await one.store.decide(channel, vanish(ann.peer, graceMs));
    expect(await leftMs()).toBeGreaterThan(9000);
    expect(await leftMs()).toBeLessThanOrEqual(11_000);
    await one.store.decide(channel, enter({ ...ann, peer: one.peer('ann-2') }, graceMs));
    await one.store.decide(channel, sayBye(one.peer('ann-2'), graceMs));
    expect(await leftMs()).toBeLessThanOrEqual(11_000);
  });

  it('a version never goes back, also when the record has been gone in between', async () => {
    const {
      nodes: [one, two],
    } = await openRoomStores(redis.url);
    const first = await one.store.decide(channel, enter({ peer: one.peer('ann'), channel }, graceMs));
    await redis.cli('del', key);
    const second = await two.store.decide(channel, enter({ peer: two.peer('bob'), channel }, graceMs));
    expect(second.outcome).toMatchObject({ status: 'created' });
    expect(second.version).toBeGreaterThan(first.version);
  });

  it('costs a newcomer two questions, and one who finds it full one', async () => {
    const {
      nodes: [one, two, three],
    } = await openRoomStores(redis.url);
    const asked = async (): Promise<number> =>
      (await redis.countCalls('evalsha')) + (await redis.countCalls('eval'));
    await one.store.decide('warm' as ChannelName, enter({ peer: one.peer('x'), channel }, graceMs));
    const before = await asked();
    await one.store.decide(channel, enter({ peer: one.peer('ann'), channel }, graceMs));
    expect((await asked()) - before).toBe(2);
    await two.store.decide(channel, enter({ peer: two.peer('bob'), channel }, graceMs));
    expect((await asked()) - before).toBe(4);
    await three.store.decide(channel, enter({ peer: three.peer('cy'), channel }, graceMs));
    expect((await asked()) - before).toBe(5);
  });
});
