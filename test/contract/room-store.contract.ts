// What every room store keeps to, whatever it keeps the rooms in. One suite; each implementation runs it.
import { describe, expect, it } from 'vitest';
import { hashSecret } from '../../server/connections/hash-secret.js';
import { parseChannel, type ChannelName } from '../../server/protocol/parse-channel.js';
import type { RoomRule } from '../../server/rooms/decision.js';
import { enter } from '../../server/rooms/enter-rules.js';
import { sayBye, vanish } from '../../server/rooms/room-rules.js';
import { emptyRoom, type PeerId, type Room } from '../../server/rooms/room.js';
import type { RoomStore } from '../../server/rooms/room-store.js';

const graceMs = 3000;

/** What the test turns to let time pass, in ms. */
export interface StoreClock {
  pass(ms: number): void | Promise<void>;
}

/**
 * @param open gives, inside a test, one or more stores that keep the same rooms (one for each node), and sees to
 * it that they are closed when the test is over
 */
export function roomStoreContract(
  name: string,
  open: () => Promise<{ stores: [RoomStore, ...RoomStore[]]; clock: StoreClock }>,
): void {
  describe(name, () => {
    it('starts with every room empty', async () => {
      const {
        stores: [store],
      } = await open();
      expect(await look(store, channel('Test'))).toEqual(emptyRoom);
    });

    it('keeps the room that a rule decides on, and hands the whole decision back', async () => {
      const { stores } = await open();
      const decision = await stores[0].decide(channel('Test'), sit('ann', '1'));
      expect(decision).toMatchObject({
        room: waiting('ann', '1'),
        notices: [],
        outcome: '1',
        before: emptyRoom,
      });
      for (const store of stores) expect(await look(store, channel('Test'))).toEqual(waiting('ann', '1'));
    });

    it('keeps rooms apart, also those with the names of properties', async () => {
      const {
        stores: [store],
      } = await open();
      const names = ['Test', 'test', '__proto__', 'constructor', 'toString', ' ', 'a:b', '{a}', '*'];
      for (const each of names) await store.decide(channel(each), sit(each, '1'));
      for (const each of names) expect(await look(store, channel(each))).toEqual(waiting(each, '1'));
      expect(await look(store, channel('hasOwnProperty'))).toEqual(emptyRoom);
    });

    it('forgets a room that is empty again', async () => {
      const {
        stores: [store],
      } = await open();
      await store.decide(channel('Test'), sit('ann', '1'));
      await store.decide(channel('Test'), vanish('ann' as PeerId, graceMs));
      expect(await look(store, channel('Test'))).toEqual(emptyRoom);
    });

    it('[R5] seats two of 200 who come at the same moment', async () => {
      const { stores } = await open();
      const people = Array.from({ length: 200 }, (_, index) => `peer-${index}` as PeerId);
      const decisions = await Promise.all(
        people.map((peer, index) =>
          nodeOf(stores, index).decide(channel('Test'), enter({ peer, channel: 'Test' }, graceMs)),
        ),
      );
      const statuses = decisions.map(({ outcome }) => outcome.status);
      expect(statuses.filter((status) => status === 'created')).toHaveLength(1);
      expect(statuses.filter((status) => status === 'joined')).toHaveLength(1);
      expect(statuses.filter((status) => status === 'full')).toHaveLength(198);
      expect((await look(stores[0], channel('Test'))).phase).toBe('paired');
    });

    it('loses none of 300 decisions that are taken at the same moment', async () => {
      const { stores } = await open();
      const decisions = await Promise.all(
        Array.from({ length: 300 }, (_, index) => nodeOf(stores, index).decide(channel('Test'), count)),
      );
      const outcomes = decisions.map(({ outcome }) => outcome).sort((a, b) => a - b);
      expect(outcomes).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
      expect(await look(stores[0], channel('Test'))).toEqual(waiting('counter', '300'));
    });

    it('leaves the room as it was when a rule throws, and says so', async () => {
      const {
        stores: [store],
      } = await open();
      await store.decide(channel('Test'), sit('ann', '1'));
      const attempt = async (): Promise<unknown> =>
        store.decide(channel('Test'), () => {
          throw new Error('a bug in a rule');
        });
      await expect(attempt()).rejects.toThrow('a bug in a rule');
      expect(await look(store, channel('Test'))).toEqual(waiting('ann', '1'));
    });

    it('gives every rule its own time, which goes forward, and is the same in every store', async () => {
      const { stores, clock } = await open();
      const times: number[] = [];
      for (let turn = 0; turn < 4; turn++) {
        for (const store of stores) times.push(await tellTime(store));
        await clock.pass(100);
      }
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(300);
    });

    it('[R31] decides as a newer version than the one it is given, and every store goes on from there', async () => {
      const { stores } = await open();
      const [store] = stores;
      const told = (await store.decide(channel('Test'), sit('ann', '1'))).version + 1e9;
      const looked = await store.decide(channel('Test'), sit('ann', '1'), {
        isFencing: true,
        newerThan: told,
      });
      expect(looked.version).toBeGreaterThan(told);
      let last = looked.version;
      for (const each of stores) {
        const { version } = await each.decide(channel('Test'), count, { newerThan: 7 });
        expect(version).toBeGreaterThan(last);
        last = version;
      }
    });

    it('[R22] keeps who is away, with every field, until its time is over', async () => {
      const { stores, clock } = await open();
      const [store] = stores;
      const ann = { peer: 'ann' as PeerId, channel: 'Test', me: 'ia', attempt: 3, secret: hashSecret('a1') };
      await store.decide(channel('Test'), enter({ ...ann, nextSecret: hashSecret('a2') }, graceMs));
      const { room } = await store.decide(channel('Test'), vanish(ann.peer, graceMs));
      expect(room).toMatchObject({
        phase: 'waiting',
        initiator: { presence: 'away', attempt: 3, secrets: [hashSecret('a1'), hashSecret('a2')] },
      });
      for (const each of stores) expect(await look(each, channel('Test'))).toEqual(room);
      await clock.pass(graceMs / 2);
      const back = enter({ ...ann, peer: 'ann-2' as PeerId, attempt: 4 }, graceMs);
      expect((await nodeOf(stores, 1).decide(channel('Test'), back)).outcome).toMatchObject({
        status: 'resumed',
      });
      await store.decide(channel('Test'), vanish('ann-2' as PeerId, graceMs));
      await clock.pass(graceMs);
      const late = enter({ ...ann, peer: 'ann-3' as PeerId, attempt: 5 }, graceMs);
      expect((await store.decide(channel('Test'), late)).outcome).toMatchObject({ status: 'created' });
    });

    it('[R24] keeps what a Bye has ended in a room that is empty, and forgets it in time', async () => {
      const { stores, clock } = await open();
      const [store] = stores;
      const ann = { peer: 'ann' as PeerId, channel: 'Test', secret: hashSecret('a1') };
      await store.decide(channel('Test'), enter(ann, graceMs));
      await store.decide(channel('Test'), sayBye(ann.peer, graceMs));
      const back = enter({ ...ann, peer: 'ann-2' as PeerId }, graceMs);
      expect((await nodeOf(stores, 1).decide(channel('Test'), back)).outcome).toEqual({ status: 'ended' });
      await clock.pass(graceMs);
      expect((await store.decide(channel('Test'), back)).outcome).toMatchObject({ status: 'created' });
    });

    it('gives every rule the newest room, one after the other', async () => {
      const {
        stores: [store],
      } = await open();
      const seen: string[] = [];
      for (let turn = 1; turn <= 20; turn++) {
        const { outcome } = await store.decide(channel('Test'), count);
        seen.push(String(outcome));
      }
      expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 1)));
    });
  });
}

function channel(written: string): ChannelName {
  const name = parseChannel(written);
  if (!name.ok) throw new Error(`${written} is no channel name`);
  return name.value;
}

function waiting(peer: string, me: string): Room {
  return { phase: 'waiting', initiator: { peer: peer as PeerId, channel: 'Test', me, presence: 'here' } };
}

function sit(peer: string, me: string): RoomRule<string> {
  return () => ({ room: waiting(peer, me), notices: [], outcome: me });
}

/** Counts in the room itself, so that a lost decision shows. */
const count: RoomRule<number> = (room) => {
  const before = room.phase === 'waiting' ? Number(room.initiator.me) : 0;
  return { room: waiting('counter', String(before + 1)), notices: [], outcome: before + 1 };
};

async function look(store: RoomStore, name: ChannelName): Promise<Room> {
  const { outcome } = await store.decide(name, (room) => ({ room, notices: [], outcome: room }));
  return outcome;
}

async function tellTime(store: RoomStore): Promise<number> {
  const { outcome } = await store.decide(channel('clock'), (room, now) => ({
    room,
    notices: [],
    outcome: now,
  }));
  return outcome;
}

function nodeOf(stores: [RoomStore, ...RoomStore[]], index: number): RoomStore {
  return stores[index % stores.length] ?? stores[0];
}
