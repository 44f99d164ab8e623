// What every room store keeps to, whatever it keeps the rooms in. One suite; each implementation runs it.
import { describe, expect, it } from 'vitest';
import { parseChannel, type ChannelName } from '../../server/protocol/parse-channel.js';
import {
  emptyRoom,
  enter,
  vanish,
  type PeerId,
  type Room,
  type RoomRule,
} from '../../server/rooms/room-rules.js';
import type { RoomStore } from '../../server/rooms/room-store.js';

/**
 * @param open gives, inside a test, one or more stores that keep the same rooms (one for each node), and sees to
 * it that they are closed when the test is over
 */
export function roomStoreContract(name: string, open: () => Promise<[RoomStore, ...RoomStore[]]>): void {
  describe(name, () => {
    it('starts with every room empty', async () => {
      const [store] = await open();
      expect(await look(store, channel('Test'))).toEqual(emptyRoom);
    });

    it('keeps the room that a rule decides on, and hands the whole decision back', async () => {
      const stores = await open();
      const decision = await stores[0].decide(channel('Test'), sit('ann', '1'));
      expect(decision).toEqual({ room: waiting('ann', '1'), notices: [], outcome: '1' });
      for (const store of stores) expect(await look(store, channel('Test'))).toEqual(waiting('ann', '1'));
    });

    it('keeps rooms apart, also those with the names of properties', async () => {
      const [store] = await open();
      const names = ['Test', 'test', '__proto__', 'constructor', 'toString', ' ', 'a:b', '{a}', '*'];
      for (const each of names) await store.decide(channel(each), sit(each, '1'));
      for (const each of names) expect(await look(store, channel(each))).toEqual(waiting(each, '1'));
      expect(await look(store, channel('hasOwnProperty'))).toEqual(emptyRoom);
    });

    it('forgets a room that is empty again', async () => {
      const [store] = await open();
      await store.decide(channel('Test'), sit('ann', '1'));
      await store.decide(channel('Test'), vanish('ann' as PeerId));
      expect(await look(store, channel('Test'))).toEqual(emptyRoom);
    });

    it('[R5] seats two of 200 who come at the same moment', async () => {
      const stores = await open();
      const people = Array.from({ length: 200 }, (_, index) => `peer-${index}` as PeerId);
      const decisions = await Promise.all(
        people.map((peer, index) =>
          nodeOf(stores, index).decide(channel('Test'), enter({ peer, channel: 'Test' })),
        ),
      );
      const statuses = decisions.map(({ outcome }) => outcome.status);
      expect(statuses.filter((status) => status === 'created')).toHaveLength(1);
      expect(statuses.filter((status) => status === 'joined')).toHaveLength(1);
      expect(statuses.filter((status) => status === 'full')).toHaveLength(198);
      expect((await look(stores[0], channel('Test'))).phase).toBe('paired');
    });

    it('loses none of 300 decisions that are taken at the same moment', async () => {
      const stores = await open();
      const decisions = await Promise.all(
        Array.from({ length: 300 }, (_, index) => nodeOf(stores, index).decide(channel('Test'), count)),
      );
      const outcomes = decisions.map(({ outcome }) => outcome).sort((a, b) => a - b);
      expect(outcomes).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
      expect(await look(stores[0], channel('Test'))).toEqual(waiting('counter', '300'));
    });

    it('leaves the room as it was when a rule throws, and says so', async () => {
      const [store] = await open();
      await store.decide(channel('Test'), sit('ann', '1'));
      const attempt = async (): Promise<unknown> =>
        store.decide(channel('Test'), () => {
          throw new Error('a bug in a rule');
        });
      await expect(attempt()).rejects.toThrow('a bug in a rule');
      expect(await look(store, channel('Test'))).toEqual(waiting('ann', '1'));
    });

    it('gives every rule the newest room, one after the other', async () => {
      const [store] = await open();
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
  return { phase: 'waiting', initiator: { peer: peer as PeerId, channel: 'Test', me } };
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

function nodeOf(stores: [RoomStore, ...RoomStore[]], index: number): RoomStore {
  return stores[index % stores.length] ?? stores[0];
}
