// Rooms that cannot be decided, on a clock that the test moves: what is asked again, and what is not.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import type { ChannelName } from '../../server/protocol/parse-channel.js';
import { createMemoryRoomStore } from '../../server/rooms/memory-room-store.js';
import { createRoomDesk } from '../../server/rooms/room-desk.js';
import type { RoomParcel } from '../../server/rooms/room-parcel.js';
import { passTime, vanish } from '../../server/rooms/room-rules.js';
import { UnreadableRoom, type RoomStore } from '../../server/rooms/room-store.js';
import type { PeerId } from '../../server/rooms/room.js';
import { createLogBook } from '../support/log-book.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const red = 'red' as ChannelName;

function scene() {
  const state = {
    fault: undefined as Error | undefined,
    isValid: true,
    asked: 0,
    /** How long the store takes. */
    answerMs: 0,
    /** So many of the next answers are lost. */
    lost: 0,
    running: 0,
    mostAtOnce: 0,
  };
  const memory = createMemoryRoomStore();
  const store: RoomStore = {
    async decide(...args) {
      state.asked++;
      state.mostAtOnce = Math.max(state.mostAtOnce, ++state.running);
      if (state.answerMs > 0) await new Promise((resolve) => setTimeout(resolve, state.answerMs));
      state.running--;
      if (state.fault) throw state.fault;
      if (state.lost-- > 0) throw new Error('the answer is lost');
      return memory.decide(...args);
    },
    close: memory.close,
  };
  const { logger, lines } = createLogBook('warn');
  const desk = createRoomDesk({
    store,
    courier: createMemoryCourier<RoomParcel>(),
    lease: { isValid: () => state.isValid },
    logger,
    peersIn: () => [],
  });
  return { state, desk, lines };
}

it('a room that cannot be read is not asked about again', async () => {
  const { state, desk } = scene();
  state.fault = new UnreadableRoom();
  await expect(desk.decide(red, passTime())).rejects.toThrow(UnreadableRoom);
  await desk.decideForSure(red, vanish('ann' as PeerId, 0), false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.asked).toBe(2);
});

it('[R33] in doubt, a node that grants nothing waits until it does, and says nothing of it', async () => {
  const { state, desk, lines } = scene();
  state.fault = new Error('away');
  await expect(desk.decide(red, passTime())).rejects.toThrow('away');
  state.isValid = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect([state.asked, lines]).toEqual([1, []]);
  state.isValid = true;
  await vi.advanceTimersByTimeAsync(1100);
  expect([state.asked, lines.length]).toEqual([2, 1]);
  state.fault = undefined;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.asked).toBe(3);
});

it('of many rooms in doubt a part is asked about at the same time, and all of them in the end', async () => {
  const { state, desk } = scene();
  const rooms = Array.from({ length: 500 }, (_, number) => `room ${number}` as ChannelName);
  state.fault = new Error('away');
  await Promise.allSettled(rooms.map((room) => desk.decide(room, passTime())));
  Object.assign(state, { fault: undefined, answerMs: 10, lost: 200, asked: 0, mostAtOnce: 0 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.asked).toBe(700);
  expect(state.mostAtOnce).toBeGreaterThan(1);
  expect(state.mostAtOnce).toBeLessThan(500);
});
