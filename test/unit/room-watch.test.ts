// A node that ends, on a clock that the test moves: which seats it gives up itself, and which it leaves to its lease.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { addressOn, type NodeId } from '../../server/cluster/address.js';
import { alwaysLeased } from '../../server/cluster/always-leased.js';
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import type { ChannelName } from '../../server/protocol/parse-channel.js';
import { createLocalSeats } from '../../server/rooms/local-seats.js';
import { createMemoryRoomStore } from '../../server/rooms/memory-room-store.js';
import { createRoomDesk } from '../../server/rooms/room-desk.js';
import type { RoomParcel } from '../../server/rooms/room-parcel.js';
import type { RoomStore } from '../../server/rooms/room-store.js';
import { watchRooms } from '../../server/rooms/room-watch.js';
import type { PeerId } from '../../server/rooms/room.js';
import { createLogBook } from '../support/log-book.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const node = 'one' as NodeId;
const graceMs = 1000;

/** `count` people, each alone in a room, in a store that takes its time. */
function scene(count: number, answerMs: number) {
  const isLost: (asked: number) => boolean = () => false;
  const state = { isReady: true, givenUp: 0, rooms: new Set<string>(), isLost, running: 0, mostAtOnce: 0 };
  const memory = createMemoryRoomStore();
  const store: RoomStore = {
    async decide(...args) {
      state.mostAtOnce = Math.max(state.mostAtOnce, ++state.running);
      await new Promise((resolve) => setTimeout(resolve, answerMs));
      state.running--;
      state.rooms.add(args[0]);
      if (state.isLost(++state.givenUp)) throw new Error('the answer is lost');
      return memory.decide(...args);
    },
    close: memory.close,
  };
  const { logger, lines } = createLogBook('warn');
  const courier = createMemoryCourier<RoomParcel>();
  const lease = { ...alwaysLeased, node, isReady: () => state.isReady };
  const seats = createLocalSeats();
  for (let number = 0; number < count; number++) {
    seats.put(addressOn(node, `ann-${number}`) as PeerId, `room ${number}` as ChannelName);
  }
  const desk = createRoomDesk({ store, courier, lease, logger, peersIn: seats.peersIn });
  const watch = watchRooms({ desk, courier, lease, seats, connections: new Map(), graceMs, logger });
  return { state, watch, lines };
}

/** @returns the ms it took */
async function leaves({ watch }: ReturnType<typeof scene>): Promise<number> {
  const start = performance.now();
  let end = Infinity;
  const leaving = watch.leaveAll().then(() => {
    end = performance.now();
  });
  await vi.advanceTimersByTimeAsync(60_000);
  await leaving;
  watch.close();
  return end - start;
}

it('[R27] a node that ends gives up every seat', async () => {
  const quick = scene(500, 10);
  expect(await leaves(quick)).toBeLessThan(500);
  expect(quick.state.givenUp).toBe(500);
});

it('[R27] a part of them at the same time, and the others also when some cannot be given up', async () => {
  const some = scene(500, 10);
  some.state.isLost = (asked) => asked % 3 === 0;
  await leaves(some);
  expect(some.state.rooms.size).toBe(500);
  expect(some.state.mostAtOnce).toBeGreaterThan(1);
  expect(some.state.mostAtOnce).toBeLessThan(500);
  expect(some.lines.filter(({ msg }) => msg.includes('could not be given up'))).toHaveLength(1);
});

it('[R27] where Redis is slow, it takes on no more seats after 2 s, and leaves the rest to its lease', async () => {
  const slow = scene(500, 600);
  expect(await leaves(slow)).toBeLessThanOrEqual(2000 + 600);
  expect(slow.state.givenUp).toBeGreaterThan(0);
  expect(slow.state.givenUp).toBeLessThan(500);
});

it('[R33] where Redis is away, it does not ask for any', async () => {
  const cut = scene(500, 600);
  cut.state.isReady = false;
  expect(await leaves(cut)).toBe(0);
  expect(cut.state.givenUp).toBe(0);
});
