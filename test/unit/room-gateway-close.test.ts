// A node that ends, on a clock that the test moves: which seats it gives up itself, and which it leaves to its lease.
import { Server } from 'socket.io';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { addressOn, type NodeId } from '../../server/cluster/address.js';
import { createMemoryMessageBus } from '../../server/cluster/memory-message-bus.js';
import { singleNodeLease } from '../../server/cluster/node-lease.js';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import type { RecordStore } from '../../server/kernel/record-store.js';
import type { ClientToServerEvents, ServerToClientEvents } from '../../server/protocol/room-events.js';
import { createCounters } from '../../server/observability/counters.js';
import { roomRecords } from '../../server/rooms/room-domain.js';
import { openRoomGateway } from '../../server/rooms/room-gateway.js';
import type { RoomPayload } from '../../server/rooms/room-record.js';
import type { Room } from '../../server/rooms/room.js';
import { createScheduler } from '../../server/timing/scheduler.js';
import { createFailureLimiter } from '../../server/transport/failure-limiter.js';
import { createFakeRoomSocket } from '../support/fake-room-socket.js';
import { createLogBook } from '../support/log-book.js';
import { noIceServers } from '../support/no-ice-servers.js';
import { noRate } from '../support/no-rate.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const node = 'one' as NodeId;

/** `count` people, each alone in a room, in a store that takes its time from then on. */
async function scene(count: number, answerMs: number, { isSingle = false } = {}) {
  const isLost: (asked: number) => boolean = () => false;
  const state = { isReady: true, givenUp: 0, rooms: new Set<string>(), isLost, running: 0, mostAtOnce: 0 };
  const memory = createMemoryRecordStore(roomRecords);
  let isSlow = false;
  const store: RecordStore<Room> = {
    ...memory,
    async transact(keys, change, options) {
      if (!isSlow) return memory.transact(keys, change, options);
      state.mostAtOnce = Math.max(state.mostAtOnce, ++state.running);
      await new Promise((resolve) => setTimeout(resolve, answerMs));
      state.running--;
      for (const key of keys) state.rooms.add(key);
      if (state.isLost(++state.givenUp)) throw new Error('The reply is lost.');
      return memory.transact(keys, change, options);
    },
  };
  const { logger, lines } = createLogBook('warn');
  const scheduler = createScheduler((cause) => {
    throw cause;
  });
  const io = new Server<ClientToServerEvents, ServerToClientEvents>();
  // It was never attached to a server.
  io.close = () => Promise.resolve();
  const bus = createMemoryMessageBus<RoomPayload>();
  const gateway = openRoomGateway({
    io,
    store,
    bus,
    lease: { ...singleNodeLease, node: isSingle ? undefined : node, isReady: () => state.isReady },
    scheduler,
    counters: createCounters(),
    logger,
    failures: createFailureLimiter(),
    iceServers: noIceServers,
    rate: noRate,
    settings: { ackTimeoutMs: 0, graceMs: 1000, yieldMs: 0, heartbeatMs: 0, maxMessageBytes: 1000 },
  });
  const heard: unknown[][] = [];
  for (let number = 0; number < count; number++) heard.push(await sit(number));
  isSlow = true;

  async function sit(number: number): Promise<unknown[]> {
    const fake = createFakeRoomSocket(`ann-${number}`);
    const { conn } = fake.socket;
    let receive: (event: unknown[]) => void = () => {};
    conn.close = () => conn.emit('close');
    const wired = Object.assign(fake.socket, {
      use(taken: typeof receive) {
        receive = taken;
      },
      on: () => {},
    });
    for (const open of io.sockets.listeners('connection')) open(wired);
    receive(['create or join', `room ${number}`, { resume: true, seat: `a${number}` }]);
    await vi.advanceTimersByTimeAsync(0);
    return fake.heard;
  }

  return {
    state,
    lines,
    heard,
    probe: (number: number) => bus.isAlive(addressOn(node, `ann-${number}`)),
    /** How many seats are away, so that whoever comes next is told so; none of them is yielded. */
    async countAway(): Promise<number> {
      const { found } = await memory.list(count, () => true);
      const seats = found.flatMap(([, room]) => (room.phase === 'waiting' ? [room.initiator] : []));
      return seats.filter((seat) => seat.presence === 'away' && seat.silentSince === undefined).length;
    },
    /** @returns the ms it took */
    async ends(): Promise<number> {
      const start = performance.now();
      let end = Infinity;
      const closing = gateway.close().then(() => {
        end = performance.now();
      });
      await vi.advanceTimersByTimeAsync(60_000);
      await closing;
      scheduler.close();
      return end - start;
    },
  };
}

it('[R27] [R36] a node that ends tells everybody, gives up every seat, and lets none of them yield', async () => {
  const quick = await scene(500, 10);
  expect([await quick.probe(0), await quick.probe(500)]).toEqual([true, false]);
  expect(await quick.ends()).toBeLessThan(500);
  expect(quick.state.givenUp).toBe(500);
  expect(await quick.countAway()).toBe(500);
  // Whoever asks now may not have asked the store yet.
  expect([await quick.probe(0), await quick.probe(500)]).toEqual([true, true]);
  expect(quick.heard[0]).toEqual([
    ['created', 'room 0', 'ann-0'],
    ['draining', { graceMs: 1000 }],
  ]);
});

it('[R27] a part of them at the same time, and the others also when some cannot be given up', async () => {
  const some = await scene(500, 10);
  some.state.isLost = (asked) => asked % 3 === 0;
  await some.ends();
  expect(some.state.rooms.size).toBe(500);
  expect(some.state.mostAtOnce).toBeGreaterThan(1);
  expect(some.state.mostAtOnce).toBeLessThan(500);
  expect(some.lines.filter(({ msg }) => msg.includes('could not be given up'))).toHaveLength(1);
});

it('[R27] where Redis is slow, it takes on no more seats after 2 s, and leaves the rest to its lease', async () => {
  const slow = await scene(500, 600);
  expect(await slow.ends()).toBeLessThanOrEqual(2000 + 600);
  expect(slow.state.givenUp).toBeGreaterThan(0);
  expect(slow.state.givenUp).toBeLessThan(500);
});

it('[R33] where Redis is away, it does not ask for any', async () => {
  const cut = await scene(500, 600);
  cut.state.isReady = false;
  expect(await cut.ends()).toBe(0);
  expect(cut.state.givenUp).toBe(0);
});

it('[R27] a single node gives up none: they end with it, and nobody is told', async () => {
  const single = await scene(3, 10, { isSingle: true });
  await single.ends();
  expect(single.state.givenUp).toBe(0);
});
