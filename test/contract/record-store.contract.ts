// What every record store keeps to, wherever it keeps the records. One suite; each implementation runs it.
import { describe, expect, it } from 'vitest';
import type { RecordStore } from '../../server/kernel/record-store.js';
import { unchanged } from '../../server/kernel/rule.js';
import { enter } from '../../server/rooms/enter-rules.js';
import { createRoomDomain, onRoom } from '../../server/rooms/room-domain.js';
import { sayBye, vanish } from '../../server/rooms/room-rules.js';
import type { PeerId, Room } from '../../server/rooms/room.js';
import { hashToken } from '../../server/transport/hash-token.js';
import { isInUse } from '../../server/users/user-domain.js';
import type { ConnectionId, User } from '../../server/users/user.js';
import {
  isSlotKept,
  noSlot,
  roomKind,
  slotKind,
  userKind,
  type RecordKind,
  type Slot,
} from '../support/record-kinds.js';
import { addOne, held, look, put, seen, write } from '../support/record-changes.js';
import { runOnStore } from '../support/run-on-store.js';
import { bob, jsonOf } from '../support/user-decisions.js';

const graceMs = 3000;
const rooms = createRoomDomain(graceMs);

/** Some stores of the same records, one for each node, and what lets time pass, in ms. */
export interface OpenStores<State> {
  stores: [RecordStore<State>, ...RecordStore<State>[]];
  pass(ms: number): void | Promise<void>;
}

/** @param open gives empty stores inside a test, and sees to it that they are closed when the test is over */
export function recordStoreContract(
  name: string,
  open: <State>(kind: RecordKind<State>) => Promise<OpenStores<State>>,
): void {
  describe(name, () => {
    it('starts with no record: a change is given what none means, for each of its keys', async () => {
      const { stores } = await open(slotKind);
      const { outcome } = await stores[0].transact(['a', 'b'], seen);
      expect(Object.fromEntries(outcome)).toEqual({ a: noSlot, b: noSlot });
      expect(await stores[0].list(10, isSlotKept)).toEqual({ found: [], over: [] });
    });

    it('keeps what a change decides on, in every store, and hands its outcome back', async () => {
      const { stores } = await open(slotKind);
      const { outcome } = await stores[0].transact(['a'], write({ a: held('ann') }, 7));
      expect(outcome).toBe(7);
      for (const store of stores) expect(await look(store, 'a')).toEqual(held('ann'));
    });

    it('keeps records apart, also those with the names of properties', async () => {
      const { stores } = await open(slotKind);
      const [store] = stores;
      const keys = ['Test', 'test', '__proto__', 'constructor', 'toString', ' ', 'a:b', '{a}', '*'];
      for (const key of keys) await put(store, { [key]: held(`in ${key}`) });
      for (const key of keys) expect(await look(store, key)).toEqual(held(`in ${key}`));
      expect(await look(store, 'hasOwnProperty')).toEqual(noSlot);
    });

    it('forgets a record that nobody holds any more', async () => {
      const { stores } = await open(slotKind);
      await put(stores[0], { a: held('ann') });
      await put(stores[0], { a: noSlot });
      expect(await look(stores[0], 'a')).toEqual(noSlot);
      expect((await stores[0].list(10, isSlotKept)).found).toEqual([]);
    });

    it('keeps two records that one change writes, and leaves alone one that it does not name', async () => {
      const { stores } = await open(slotKind);
      const both = { a: held('ann'), b: held('bob') };
      await put(stores[0], both);
      const { outcome } = await store(stores, 1).transact(['a', 'b'], seen);
      expect(Object.fromEntries(outcome)).toEqual(both);
      await stores[0].transact(['a', 'b'], write({ a: held('cy') }));
      expect(await look(store(stores, 1), 'b')).toEqual(held('bob'));
    });

    it('takes the same key twice as one', async () => {
      const { stores } = await open(slotKind);
      await stores[0].transact(['a', 'a'], write({ a: held('ann') }));
      const { outcome } = await stores[0].transact(['a', 'a'], seen);
      expect(outcome).toEqual(new Map([['a', held('ann')]]));
    });

    it('loses none of 300 changes that are made at the same moment', async () => {
      const { stores } = await open(slotKind);
      const all = Array.from({ length: 300 }, (_, index) =>
        store(stores, index).transact(['a'], addOne('a')),
      );
      const counts = (await Promise.all(all)).map(({ outcome }) => outcome);
      expect(counts.sort((one, other) => one - other)).toEqual(upTo(300));
      expect(await look(stores[0], 'a')).toEqual(held('300'));
    });

    it('gives every change the newest state, one after the other', async () => {
      const { stores } = await open(slotKind);
      const counts: number[] = [];
      for (let turn = 0; turn < 20; turn++) {
        counts.push((await store(stores, turn).transact(['a'], addOne('a'))).outcome);
      }
      expect(counts).toEqual(upTo(20));
    });

    it('lets nothing come between two changes with one key in common', async () => {
      const { stores } = await open(slotKind);
      for (let round = 0; round < 5; round++) {
        const all = Array.from({ length: 10 }, (_, index) => {
          return store(stores, index).transact([`other ${round} ${index}`, 'a'], addOne('a'));
        });
        await Promise.all(all);
      }
      expect(await look(stores[0], 'a')).toEqual(held('50'));
    });

    it('leaves everything as it was when a change throws, says so, and goes on', async () => {
      const { stores } = await open(slotKind);
      const [one] = stores;
      await put(one, { a: held('ann') });
      const attempt = async (): Promise<unknown> =>
        one.transact(['a', 'b'], () => {
          throw new Error('a bug in a rule');
        });
      const attempts = [attempt(), put(one, { b: held('bob') })];
      await expect(attempts[0]).rejects.toThrow('a bug in a rule');
      await attempts[1];
      expect(await look(one, 'a')).toEqual(held('ann'));
      expect(await look(one, 'b')).toEqual(held('bob'));
    });

    it('gives every change the time, which goes forward, and is the same in every store', async () => {
      const { stores, pass } = await open(slotKind);
      const times: number[] = [];
      for (let turn = 0; turn < 4; turn++) {
        for (const each of stores) {
          const { now, outcome } = await each.transact(['a'], (_states, moment) => unchanged(moment.now));
          expect(now).toBe(outcome);
          times.push(now);
        }
        await pass(100);
      }
      expect(times).toEqual([...times].sort((one, other) => one - other));
      expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(300);
    });

    it('numbers what it keeps: a change has a higher version, also after the record was gone; a look has the same', async () => {
      const { stores } = await open(slotKind);
      const versions: number[] = [];
      for (const slot of [held('1'), held('2'), noSlot, held('3')]) {
        const written = await store(stores, versions.length).transact(['a', 'b'], (_states, moment) => {
          return { states: new Map([['a', slot]]), outcome: moment.version };
        });
        expect(written.version).toBe(written.outcome);
        versions.push(written.version);
      }
      expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
      expect((await stores[0].transact(['b', 'a'], seen)).version).toBe(versions.at(-1));
    });

    it('[R31] writes as a newer version than the one it is given, and every store goes on from there', async () => {
      const { stores } = await open(slotKind);
      const told = (await put(stores[0], { a: held('0') })).version + 1e9;
      const options = { isFencing: true, newerThan: told };
      let { version: last } = await stores[0].transact(['a'], seen, options);
      expect(last).toBeGreaterThan(told);
      for (const each of stores) {
        const { version } = await each.transact(['a'], addOne('a'), { newerThan: 7 });
        expect(version).toBeGreaterThan(last);
        last = version;
      }
    });

    it('lists what is held or kept, and no more than asked for', async () => {
      const { stores } = await open(slotKind);
      const { now } = await stores[0].transact([], seen);
      const kept: Slot = { text: 'kept', holders: [], until: now + 60_000 };
      const records = { a: held('ann'), b: kept, c: held('cy'), d: noSlot };
      await put(stores[0], records);
      const { found, over } = await store(stores, 1).list(10, isSlotKept);
      expect(over).toEqual([]);
      expect(Object.fromEntries(found)).toEqual({ a: held('ann'), b: kept, c: held('cy') });
      expect((await stores[0].list(2, isSlotKept)).found).toHaveLength(2);
    });

    it('[R5] seats two of 200 peers who come at the same moment', async () => {
      const { stores } = await open(roomKind);
      const all = Array.from({ length: 200 }, (_, index) => {
        const entrant = { peer: `peer-${index}` as PeerId, channel: 'Test' };
        return runOnStore(store(stores, index), rooms, ['Test'], onRoom(enter(entrant, graceMs)));
      });
      const statuses = (await Promise.all(all)).map(({ outcome }) => outcome.status).sort();
      expect(statuses).toEqual(['created', ...Array.from({ length: 198 }, () => 'full'), 'joined']);
      expect(await look<Room>(stores[0], 'Test')).toMatchObject({ phase: 'paired' });
    });

    it('[R22] keeps a seat that is away, with every field, until its time is over', async () => {
      const { stores, pass } = await open(roomKind);
      const ann = { channel: 'Test', me: 'ia', token: hashToken('a1'), nextToken: hashToken('a2') };
      const comes = (peer: string, attempt: number) => {
        const rule = onRoom(enter({ ...ann, peer: peer as PeerId, attempt }, graceMs));
        return runOnStore(store(stores, attempt), rooms, ['Test'], rule);
      };
      const goes = (peer: string) =>
        runOnStore(stores[0], rooms, ['Test'], onRoom(vanish(peer as PeerId, graceMs)));
      await comes('ann', 3);
      const room = (await goes('ann')).after.get('Test');
      const secrets = [hashToken('a1'), hashToken('a2')];
      const seat = { presence: 'away', me: 'ia', attempt: 3, secrets };
      expect(room).toMatchObject({ phase: 'waiting', initiator: seat });
      for (const each of stores) expect(await look(each, 'Test')).toEqual(room);
      await pass(graceMs / 2);
      expect((await comes('ann-2', 4)).outcome).toMatchObject({ status: 'resumed' });
      await goes('ann-2');
      await pass(graceMs);
      expect((await comes('ann-3', 5)).outcome).toMatchObject({ status: 'created' });
    });

    it('[R24] keeps what a Bye has ended in a room that is empty, and forgets it in time', async () => {
      const { stores, pass } = await open(roomKind);
      const comes = (peer: string, index: number) => {
        const entrant = { peer: peer as PeerId, channel: 'Test', token: hashToken('a1') };
        return runOnStore(store(stores, index), rooms, ['Test'], onRoom(enter(entrant, graceMs)));
      };
      await comes('ann', 0);
      await runOnStore(stores[0], rooms, ['Test'], onRoom(sayBye('ann' as PeerId, graceMs)));
      expect((await comes('ann-2', 1)).outcome).toEqual({ status: 'ended' });
      await pass(graceMs);
      expect((await comes('ann-2', 1)).outcome).toMatchObject({ status: 'created' });
    });

    it('[U22] keeps a user who is away, with every field, and lists it, maybe without its offer', async () => {
      const { stores } = await open(userKind);
      const { now } = await stores[0].transact([], () => unchanged(undefined));
      const away: User = {
        state: 'away',
        until: now + 12_345.678,
        connection: 'connection of ann' as ConnectionId,
        written: 'Ann',
        secrets: [hashToken('1'), hashToken('2')],
        call: { state: 'called', other: bob, offer: jsonOf({ sdp: 'v=0' }), hasLostGlare: true },
      };
      await put<User>(stores[0], { ann: away });
      expect(await look<User>(store(stores, 1), 'ann')).toEqual(away);
      expect((await store(stores, 1).list(10, isInUse(graceMs))).found).toMatchObject([
        ['ann', { ...away, call: { state: 'called' } }],
      ]);
    });
  });
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function store<State>(stores: OpenStores<State>['stores'], index: number): RecordStore<State> {
  return stores[index % stores.length] ?? stores[0];
}
