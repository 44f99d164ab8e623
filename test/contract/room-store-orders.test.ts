// Every order in which three people's reads and writes of one room can fall, with a record that runs out in between:
// exhaustive, on texts that are proved to behave as Redis does.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { NodeId } from '../../server/cluster/address.js';
import { createLogger } from '../../server/platform/logger.js';
import { createRedisClient } from '../../server/platform/redis-client.js';
import type { ChannelName } from '../../server/protocol/parse-channel.js';
import type { RoomRule } from '../../server/rooms/decision.js';
import { enter } from '../../server/rooms/enter-rules.js';
import { createRedisRoomStore } from '../../server/rooms/redis-room-store.js';
import { readRecord, writeRecord } from '../../server/rooms/room-record.js';
import { sayBye, vanish } from '../../server/rooms/room-rules.js';
import { roomTextsIn, type RoomTexts } from '../../server/rooms/room-scripts.js';
import { seatsOf, type PeerId, type Room } from '../../server/rooms/room.js';
import { startRedis } from '../support/redis-server.js';
import { ann, away, waiting, paired, bob } from '../support/seats.js';
import { createPlainTexts, createSteps, tryEveryOrder } from '../support/stepped-texts.js';

const channel = 'Test' as ChannelName;
const graceMs = 30_000;
const startUs = 1_000_000_000;
const startMs = startUs / 1000;
const allAlive = () => Promise.resolve({ isAlive: true } as const);

const comes = (name: string): RoomRule<unknown> => enter({ peer: name as PeerId, channel }, graceMs);

interface Scene {
  fact: string;
  room: Room | undefined;
  /** The record that is there at first may run out. */
  canExpire?: true;
  /** One of the first one's writes may be made and never answered. */
  canLose?: true;
  actors: Record<string, RoomRule<unknown>>;
  /** How often each of these is answered. */
  statuses?: string[];
}

const over = away('ann', startMs - 20_000, { secrets: ['a1'] });
const three = { cy: comes('cy'), dan: comes('dan'), eve: comes('eve') };

const scenes: Scene[] = [
  {
    fact: 'three who come into an empty room',
    room: undefined,
    actors: three,
    statuses: ['created', 'full', 'joined'],
  },
  {
    fact: 'three who come when the record of one who was away runs out',
    room: waiting(over),
    canExpire: true,
    actors: three,
    statuses: ['created', 'full', 'joined'],
  },
  {
    fact: 'three who come, and an answer is lost',
    room: undefined,
    canLose: true,
    actors: three,
    statuses: ['created', 'full', 'joined'],
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
    async ({ room, canExpire, canLose, actors, statuses }) => {
      const first = room && writeRecord({ version: startUs - 5, room, epochs: new Map() });
      const orders = await tryEveryOrder(() => {
        const texts = createPlainTexts(startUs, new Map(first === undefined ? [] : [[channel, first]]));
        const steps = createSteps(texts);
        let hasExpired = !canExpire;
        const decisions = Object.entries(actors).map(([name, rule], index) => {
          const lease = { node: name as NodeId, epoch: 1, stateOf: allAlive };
          const store = createRedisRoomStore({
            texts: steps.way(name, canLose === true && index === 0),
            lease,
            graceMs,
          });
          return store.decide(channel, rule);
        });
        return {
          possible() {
            const possible = steps.possible();
            if (hasExpired || possible.length === 0) return possible;
            const take = (): void => {
              hasExpired = true;
              texts.expire(channel, first ?? '');
            };
            return [...possible, { name: 'the record runs out', take }];
          },
          async check(order) {
            const decided = await Promise.all(decisions);
            const outcomes = decided.flatMap(({ outcome }) => statusOf(outcome));
            if (statuses) expect(outcomes.sort(), order.join(', ')).toEqual(statuses);
            const records = texts.written.map(readRecord);
            const versions = [
              first === undefined ? 0 : startUs - 5,
              ...records.map(({ version }) => version),
            ];
            expect(
              versions.every((version, index) => index === 0 || version > (versions[index - 1] ?? 0)),
              order.join(', '),
            ).toBe(true);
            const crowds = records.map(
              (record) => new Set(seatsOf(record.room).map(({ seat }) => seat.peer)).size,
            );
            expect(Math.max(...crowds), order.join(', ')).toBeLessThanOrEqual(2);
            expect(outcomes.filter((status) => status === 'created').length, order.join(', ')).toBe(
              timesFilled(
                room,
                records.map((record) => record.room),
              ),
            );
          },
        };
      });
      expect(orders).toBeGreaterThan(20);
    },
    120_000,
  );
});

it('the texts that are stepped through behave as those in Redis', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const client = createRedisClient(redis.url, createLogger({ logLevel: 'silent', logFormat: 'json' }));
  await client.open();
  onTestFinished(() => client.close());
  const plain = createPlainTexts(startUs, new Map());
  const real = roomTextsIn(client);
  const both = async (step: (texts: RoomTexts) => Promise<{ text: string; nowUs: number } | undefined>) => {
    const [one, other] = [await step(plain), await step(real)];
    expect(other?.text).toBe(one?.text);
    expect(typeof other?.nowUs).toBe(typeof one?.nowUs);
    return other;
  };
  let now = 0;
  const words = ['', 'a', 'b', '{"x":"\u{1f600} \u2028 é"}'];
  for (const stored of words) {
    for (const expected of words) {
      for (const next of words.slice(1)) {
        const before = await both((texts) => texts.read(channel, 1000));
        expect(before?.nowUs).toBeGreaterThan(now);
        now = before?.nowUs ?? 0;
        await both((texts) => texts.replace(channel, before?.text ?? '', stored || 'a', 60_000, 1000));
        await both((texts) => texts.replace(channel, expected, next, 60_000, 1000));
        await both((texts) => texts.read(channel, 1000));
      }
    }
  }
  const last = plain.get(channel);
  await both((texts) => texts.replace(channel, last, 'short', 1, 1000));
  await expect.poll(async () => (await real.read(channel, 1000)).text).toBe('');
  plain.expire(channel, 'short');
  await both((texts) => texts.replace(channel, 'short', 'late', 1000, 1000));
  await both((texts) => texts.replace(channel, '', 'new', 1000, 1000));
  await both((texts) => texts.read(channel, 1000));
});

function statusOf(outcome: unknown): string[] {
  return typeof outcome === 'object' && outcome !== null && 'status' in outcome
    ? [String(outcome.status)]
    : [];
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
