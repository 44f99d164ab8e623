// Whether the other end of a WebSocket is alive, on a clock that the test moves. [R25]
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { createScheduler } from '../../server/timing/scheduler.js';
import { createProbe } from '../../server/transport/probe.js';

/** What the fake clock counts for an immediate. */
const turnMs = 1;

/** The resolution of the scheduler. */
const tickMs = 25;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('[R25] whoever was heard in the last second is alive, and is not asked', async () => {
  const { probe, socket } = open();
  vi.advanceTimersByTime(999);
  expect(await probe.isAlive()).toBe(true);
  vi.advanceTimersByTime(1);
  socket.emitter.emit('message');
  vi.advanceTimersByTime(999);
  expect(await probe.isAlive()).toBe(true);
  expect(socket.pings).toBe(0);
});

it.each(['pong', 'message'])('[R25] a %s within 1.5 s is the answer to the first ping', async (answer) => {
  const { probe, socket } = open();
  vi.advanceTimersByTime(5000);
  const isAlive = probe.isAlive();
  vi.advanceTimersByTime(1499);
  socket.emitter.emit(answer);
  expect(await isAlive).toBe(true);
  expect(socket.pings).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

it.each(['pong', 'message'])('[R25] a %s within 3 s, after a second ping, is the answer', async (answer) => {
  const { probe, socket } = open();
  vi.advanceTimersByTime(5000);
  const isAlive = probe.isAlive();
  vi.advanceTimersByTime(1500 + turnMs);
  expect(socket.pings).toBe(2);
  vi.advanceTimersByTime(1490);
  socket.emitter.emit(answer);
  expect(await isAlive).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

it('[R25] a part of a message is an answer, too: on a slow path the pong comes after all of it', async () => {
  const { probe, socket } = open();
  vi.advanceTimersByTime(5000);
  const isAlive = probe.isAlive();
  socket.read(100);
  vi.advanceTimersByTime(1500 + tickMs + 2 * turnMs);
  expect([await isAlive, socket.pings, socket.isTerminated]).toEqual([true, 1, false]);
  vi.advanceTimersByTime(5000);
  const isStillAlive = probe.isAlive();
  vi.advanceTimersByTime(3000 + 2 * tickMs + 3 * turnMs);
  expect([await isStillAlive, socket.pings, socket.isTerminated]).toEqual([false, 3, true]);
});

it('[R25] [U4] one that misses two pings, 3 s in all, is dead', async () => {
  const { probe, socket } = open();
  vi.advanceTimersByTime(1000);
  const isAlive = probe.isAlive();
  const probed = vi.fn();
  void isAlive.then(probed);
  await vi.advanceTimersByTimeAsync(2999);
  expect(probed).not.toHaveBeenCalled();
  vi.advanceTimersByTime(tickMs + 2 * turnMs);
  expect(await isAlive).toBe(false);
  expect(socket.pings).toBe(2);
  expect(socket.isTerminated).toBe(true);
});

it('[R36] [U31] how long it has been silent is counted from the first ping that it missed, by whoever was the first to ask', async () => {
  const { probe, socket } = open();
  vi.advanceTimersByTime(60_000);
  const first = probe.isAlive();
  vi.advanceTimersByTime(2000);
  const second = probe.isAlive();
  expect(probe.silentMs).toBe(0);
  vi.advanceTimersByTime(1000 + tickMs + 2 * turnMs);
  expect([await first, await second]).toEqual([false, false]);
  expect(probe.silentMs).toBe(3000 + tickMs + 2 * turnMs);
  vi.advanceTimersByTime(500);
  expect(await probe.isAlive()).toBe(false);
  expect(probe.silentMs).toBe(3500 + tickMs + 2 * turnMs);
  expect(socket.pings).toBe(2);
});

it('[R36] [U31] of one that is closed the end has been heard', async () => {
  const { probe, socket } = open();
  vi.advanceTimersByTime(60_000);
  const isAlive = probe.isAlive();
  vi.advanceTimersByTime(2000);
  socket.emitter.emit('close');
  expect(await isAlive).toBe(false);
  expect(probe.silentMs).toBe(0);
});

it('[R25] whoever has answered while this process stood still is alive', async () => {
  const { probe, socket } = open();
  vi.advanceTimersByTime(1000);
  const isAlive = probe.isAlive();
  // What has arrived is read after the timers that are due, and before the immediates.
  vi.advanceTimersByTime(1500 + turnMs);
  expect(socket.pings).toBe(2);
  setTimeout(() => socket.emitter.emit('pong'), 1500);
  vi.advanceTimersByTime(1500 + tickMs + turnMs);
  expect(await isAlive).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

it('[R25] one that closes meanwhile is dead at once', async () => {
  const { probe, socket } = open();
  vi.advanceTimersByTime(1000);
  const isAlive = probe.isAlive();
  socket.emitter.emit('close');
  expect(await isAlive).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

it('[R25] one that is closed is dead, and is not asked', async () => {
  const { probe, socket } = open();
  socket.close();
  expect(await probe.isAlive()).toBe(false);
  expect(socket.pings).toBe(0);
});

it('[U22] one that is closing is not dead before its close has been handled', async () => {
  const { probe, socket } = open();
  socket.close(2);
  const answers: string[] = [];
  socket.emitter.once('close', () => answers.push('handled'));
  const asked = Promise.all([probe.isAlive(), probe.isAlive()]);
  void asked.then((alive) => answers.push(...alive.map(String)));
  await Promise.resolve();
  socket.emitter.emit('close');
  await asked;
  expect([answers, socket.pings, socket.emitter.listenerCount('close')]).toEqual([
    ['handled', 'false', 'false'],
    0,
    0,
  ]);
});

it('[R25] all who ask at the same time share one probe', async () => {
  const { probe, socket } = open();
  vi.advanceTimersByTime(1000);
  const first = Array.from({ length: 20 }, probe.isAlive);
  vi.advanceTimersByTime(500);
  const second = Array.from({ length: 20 }, probe.isAlive);
  vi.advanceTimersByTime(2000);
  socket.emitter.emit('pong');
  expect(new Set(await Promise.all([...first, ...second]))).toEqual(new Set([true]));
  expect(socket.pings).toBe(2);
  vi.advanceTimersByTime(1000);
  const third = probe.isAlive();
  socket.emitter.emit('pong');
  expect(await third).toBe(true);
  expect(await probe.isAlive()).toBe(true);
  expect(socket.pings).toBe(3);
});

it('[R25] nothing is left behind when many have asked', async () => {
  const { probe, socket } = open();
  const before = socket.emitter.listenerCount('pong');
  for (let turn = 0; turn < 50; turn++) {
    vi.advanceTimersByTime(1000);
    const isAlive = probe.isAlive();
    socket.emitter.emit('pong');
    await isAlive;
  }
  expect(socket.emitter.listenerCount('pong')).toBe(before);
  expect(vi.getTimerCount()).toBe(0);
});

function open() {
  const scheduler = createScheduler((cause) => {
    throw cause;
  });
  const faked: Pick<WebSocket, 'readyState' | 'OPEN' | 'CLOSING' | 'ping' | 'terminate'> = {
    readyState: 1,
    OPEN: 1,
    CLOSING: 2,
    ping() {
      socket.pings += 1;
    },
    terminate() {
      socket.isTerminated = true;
      socket.close();
      emitter.emit('close');
    },
  };
  const emitter = new EventEmitter();
  const stream = { bytesRead: 0 };
  const webSocket = Object.assign(emitter, faked) as WebSocket;
  Object.defineProperty(webSocket, '_socket', { value: stream });
  const socket = {
    emitter,
    pings: 0,
    isTerminated: false,
    read(bytes: number) {
      stream.bytesRead += bytes;
    },
    close: (readyState: 2 | 3 = 3) => Object.assign(webSocket, { readyState }),
  };
  return { socket, probe: createProbe(webSocket, scheduler) };
}
