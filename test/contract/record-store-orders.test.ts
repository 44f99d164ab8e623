// Every order in which the reads and writes of several nodes on the same records can fall, with a record that is
// forgotten, a reply that is lost or a write that comes late in between: exhaustive, on texts that record-texts-redis
// proves to behave as Redis does.
import { describe, expect, it } from 'vitest';
import { addressOn, type NodeId } from '../../server/cluster/address.js';
import type { RecordTexts } from '../../server/kernel/record-scripts.js';
import { readRecordText, writeRecordText } from '../../server/kernel/record-text.js';
import { createRedisRecordStore } from '../../server/kernel/redis-record-store.js';
import { enter } from '../../server/rooms/enter-rules.js';
import { createRoomDomain, onRoom } from '../../server/rooms/room-domain.js';
import { sayBye, vanish } from '../../server/rooms/room-rules.js';
import { seatsOf, type PeerId, type Room, type RoomRule } from '../../server/rooms/room.js';
import { offer } from '../../server/users/call-rules.js';
import { createUserDomain } from '../../server/users/user-domain.js';
import { isWith, noCall, type ConnectionId, type User } from '../../server/users/user.js';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import { roomKind, userKind, type RecordKind } from '../support/record-kinds.js';
import { runOnStore } from '../support/run-on-store.js';
import { ann, away, bob, paired, waiting } from '../support/seats.js';
import { createPlainTexts, createSteps, tryEveryOrder, type Mishap } from '../support/stepped-texts.js';
import { jsonOf } from '../support/user-decisions.js';

const channel = 'Test';
const graceMs = 30_000;
const startUs = 1_000_000_000;
const firstVersion = startUs - 5;
const rooms = createRoomDomain(graceMs);
const users = createUserDomain(graceMs);

function textOf<State>({ codec }: RecordKind<State>, state: State): string {
  return writeRecordText(codec, { version: firstVersion, state, epochs: new Map() });
}

function storeOn<State>(texts: RecordTexts, name: string, { type, codec }: RecordKind<State>) {
  const lease = {
    node: name as NodeId,
    epoch: 1,
    stateOf: () => Promise.resolve({ isAlive: true } as const),
  };
  return createRedisRecordStore({ texts, type, codec, lease });
}

interface Scene {
  fact: string;
  room: Room | undefined;
  /** The record that is there at first may be forgotten. */
  canExpire?: true;
  /** Of one of the first one's writes. */
  mishap?: Mishap;
  actors: Record<string, RoomRule<unknown>>;
  /** How often each of these is the outcome. */
  statuses?: string[];
}

const comes = (name: string): RoomRule<unknown> => enter({ peer: name as PeerId, channel }, graceMs);
const over = away('ann', startUs / 1000 - 20_000, { secrets: ['a1'] });
const three = { cy: comes('cy'), dan: comes('dan'), eve: comes('eve') };
const statusesOfThree = ['created', 'full', 'joined'];

const scenes: Scene[] = [
  { fact: 'three who come into an empty room', room: undefined, actors: three, statuses: statusesOfThree },
  {
    fact: 'three who come when the record of one who was away is forgotten',
    room: waiting(over),
    canExpire: true,
    actors: three,
    statuses: statusesOfThree,
  },
  {
    fact: 'three who come, and a reply is lost',
    room: undefined,
    mishap: 'lost',
    actors: three,
    statuses: statusesOfThree,
  },
  {
    fact: 'two who come, and a write comes late',
    room: undefined,
    mishap: 'late',
    actors: { cy: comes('cy'), dan: comes('dan') },
  },
  {
    fact: 'two who come while the one who waits vanishes',
    room: waiting(ann),
    actors: { ann: vanish('ann' as PeerId, graceMs), cy: comes('cy'), dan: comes('dan') },
  },
  {
    fact: 'one who comes while the two inside say Bye to each other',
    room: paired(ann, bob),
    actors: { ann: sayBye('ann' as PeerId, graceMs), bob: sayBye('bob' as PeerId, graceMs), cy: comes('cy') },
  },
];

describe('every order', () => {
  it.each(scenes)(
    '[R5] of $fact ends with two seats at most, one created for each time it was empty, and versions that go up',
    async ({ room, canExpire, mishap, actors, statuses }) => {
      const first = room && textOf(roomKind, room);
      const orders = await tryEveryOrder(() => {
        const texts = createPlainTexts(startUs, new Map(first === undefined ? [] : [[channel, first]]));
        const steps = createSteps(texts);
        let hasExpired = !canExpire;
        const all = Object.entries(actors).map(([name, rule], index) => {
          const store = storeOn(steps.way(name, index === 0 ? mishap : undefined), name, roomKind);
          return runOnStore(store, rooms, [channel], onRoom(rule));
        });
        return {
          possible() {
            const possible = steps.possible();
            if (hasExpired || possible.length === 0) return possible;
            const take = (): void => {
              hasExpired = true;
              texts.expire(channel, first ?? '');
            };
            return [...possible, { name: 'the record is forgotten', take }];
          },
          async check(order) {
            const why = order.join(', ');
            const outcomes = (await Promise.all(all)).flatMap(({ outcome }) => statusOf(outcome));
            if (statuses) expect(outcomes.sort(), why).toEqual(statuses);
            const records = texts.written.flatMap((each) => {
              return readRecordText(roomKind.codec, channel, each.get(channel) ?? '') ?? [];
            });
            const versions = [
              first === undefined ? 0 : firstVersion,
              ...records.map(({ version }) => version),
            ];
            expect(isRising(versions), why).toBe(true);
            const written = records.map(({ state }) => state);
            const crowds = written.map((state) => new Set(seatsOf(state).map(({ seat }) => seat.peer)).size);
            expect(Math.max(...crowds), why).toBeLessThanOrEqual(2);
            const created = outcomes.filter((status) => status === 'created');
            expect(created.length, why).toBe(timesFilled(room, written));
          },
        };
      });
      expect(orders).toBeGreaterThan(20);
    },
    120_000,
  );

  it.each([
    ['three who call each other in a ring', undefined, { ann: 'bob', bob: 'cy', cy: 'ann' }],
    ['two who call the same one, and a reply is lost', 'lost', { ann: 'bob', cy: 'bob' }],
    ['two who call the same one, and a write comes late', 'late', { ann: 'bob', cy: 'bob' }],
  ] as const)(
    '[U7] of %s ends with one call, and nobody in half of one',
    async (_fact, mishap, calls) => {
      const names = ['ann', 'bob', 'cy'];
      const connectionOf = (name: string) => addressOn(name as NodeId, 'x') as ConnectionId;
      const orders = await tryEveryOrder(() => {
        const online = names.map((name): [string, string] => {
          const holder = { connection: connectionOf(name), written: name, call: noCall };
          return [name, textOf(userKind, { state: 'online', ...holder })];
        });
        const texts = createPlainTexts(startUs, new Map(online));
        const steps = createSteps(texts);
        const all = Object.entries(calls).map(([caller, callee], index) => {
          const store = storeOn(steps.way(caller, index === 0 ? mishap : undefined), caller, userKind);
          const actor = { name: caller as UserName, connection: connectionOf(caller) };
          const to = { name: callee as UserName, written: callee };
          return runOnStore(store, users, [caller, callee], offer(actor, to, jsonOf(`to ${callee}`)));
        });
        return {
          possible: steps.possible,
          async check(order) {
            const why = order.join(', ');
            const outcomes = (await Promise.all(all)).map(({ outcome }) => outcome.status);
            // The first one rings; whoever comes later is busy, or finds the one called busy.
            expect(
              outcomes.filter((status) => status === 'done'),
              why,
            ).toHaveLength(1);
            const left = names.map((name): [string, User | undefined] => [
              name,
              readRecordText(userKind.codec, name, texts.get(name))?.state,
            ]);
            const now = new Map(left);
            for (const [name, user] of left) {
              if (user?.state !== 'online' || user.call.state === 'none') continue;
              const other = now.get(user.call.other);
              expect(other?.state === 'online' && isWith(other, name), why).toBe(true);
            }
          },
        };
      });
      expect(orders).toBeGreaterThan(20);
    },
    120_000,
  );
});

function statusOf(outcome: unknown): string[] {
  return typeof outcome === 'object' && outcome !== null && 'status' in outcome
    ? [String(outcome.status)]
    : [];
}

function isRising(versions: readonly number[]): boolean {
  return versions.every((version, index) => index === 0 || version > (versions[index - 1] ?? 0));
}

/** How often somebody took the first seat of a room in which nobody had one that counts. */
function timesFilled(first: Room | undefined, rooms: Room[]): number {
  const people = (room: Room | undefined): string[] =>
    room ? seatsOf(room).flatMap(({ seat }) => (seat.presence === 'here' ? [seat.peer] : [])) : [];
  let times = 0;
  let before = people(first);
  for (const room of rooms) {
    const now = people(room);
    if (before.length === 0 && now.length > 0) times++;
    before = now;
  }
  return times;
}
