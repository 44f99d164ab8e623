// The heartbeat on a clock that the test moves: who is pinged, who is cut, and when. [R16]
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { createScheduler, type Scheduler } from '../../server/timing/scheduler.js';
import { createHeartbeat, type Heartbeat, type PollingConnection } from '../../server/transport/heartbeat.js';

const heartbeatMs = 10_000;
const minuteMs = 60_000;

/** What the fake clock counts for an immediate. */
const turnMs = 1;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('WebSockets', () => {
  it('[R16] one that answers each ping lives', () => {
    const socket = createSocket();
    socket.answers = true;
    watch(socket);
    vi.advanceTimersByTime(100 * heartbeatMs + turnMs);
    expect(socket.done).toEqual(Array.from({ length: 100 }, () => 'ping'));
  });

  it('[R16] a silent one is cut at the second beat', () => {
    const socket = createSocket();
    watch(socket);
    vi.advanceTimersByTime(2 * heartbeatMs - 1);
    expect(socket.done).toEqual(['ping']);
    vi.advanceTimersByTime(1 + turnMs);
    expect(socket.done).toEqual(['ping', 'cut']);
  });

  it('[R16] a message counts like an answer', () => {
    const socket = createSocket();
    watch(socket);
    for (let beat = 0; beat < 10; beat++) {
      vi.advanceTimersByTime(heartbeatMs);
      socket.emitter.emit('message');
    }
    expect(socket.done).not.toContain('cut');
  });

  it('[R16] one that falls silent just after an answer is cut within two heartbeats', () => {
    const socket = createSocket();
    socket.answers = true;
    watch(socket);
    vi.advanceTimersByTime(5 * heartbeatMs);
    socket.answers = false;
    vi.advanceTimersByTime(2 * heartbeatMs + turnMs);
    expect(socket.done.at(-1)).toBe('cut');
  });

  it('[R16] one that has answered while this process stood still lives', () => {
    const socket = createSocket();
    watch(socket);
    // What has arrived is read after the timers that are due, and before the immediates.
    setTimeout(() => socket.emitter.emit('pong'), 2 * heartbeatMs);
    vi.advanceTimersByTime(2 * heartbeatMs + turnMs);
    expect(socket.done).toEqual(['ping', 'ping']);
  });

  it('[R16] one that is closed is let be', () => {
    const socket = createSocket();
    watch(socket);
    socket.emitter.emit('close');
    vi.advanceTimersByTime(10 * heartbeatMs);
    expect(socket.done).toEqual([]);
  });

  it('closing cuts one that does not answer after 1 s, and is not spoilt by a last malformed frame', async () => {
    const socket = createSocket();
    const closed = watch(socket).close();
    socket.emitter.on('error', () => {});
    socket.emitter.emit('error', new RangeError('Invalid WebSocket frame'));
    vi.advanceTimersByTime(1000);
    await expect(closed).resolves.toBeUndefined();
    expect(socket.done).toEqual(['cut']);
  });

  it('[R16] HEARTBEAT_MS 0 pings and cuts nobody', () => {
    const socket = createSocket();
    watch(socket, 0);
    vi.advanceTimersByTime(60 * minuteMs);
    expect(socket.done).toEqual([]);
  });
});

describe('long-polling', () => {
  it('[R16] five minutes of silence are borne, and not much more', () => {
    const polling = watchPolling();
    vi.advanceTimersByTime(5 * minuteMs);
    expect(polling.closes).toBe(0);
    vi.advanceTimersByTime(2 * heartbeatMs);
    expect(polling.closes).toBe(1);
  });

  it('[R16] one that is closed is closed once and forgotten, whether its transport says so or not', () => {
    for (const tellsClose of [true, false]) {
      const polling = watchPolling({ tellsClose });
      vi.advanceTimersByTime(20 * minuteMs);
      const { looks } = polling;
      polling.speak();
      vi.advanceTimersByTime(20 * minuteMs);
      expect(polling).toMatchObject({ closes: 1, looks });
    }
  });

  it('[R16] one that has closed by itself is forgotten', () => {
    const polling = watchPolling();
    polling.end();
    vi.advanceTimersByTime(20 * minuteMs);
    expect(polling).toMatchObject({ closes: 0, looks: 0 });
  });

  it('[R16] a word after four minutes starts the five anew', () => {
    const polling = watchPolling();
    vi.advanceTimersByTime(4 * minuteMs);
    polling.speak();
    vi.advanceTimersByTime(4 * minuteMs);
    expect(polling.closes).toBe(0);
  });

  it('[R16] after an upgrade the WebSocket is what counts', () => {
    const polling = watchPolling();
    polling.isPolling = false;
    vi.advanceTimersByTime(60 * minuteMs);
    expect(polling.closes).toBe(0);
  });
});

interface FakeSocket {
  emitter: EventEmitter;
  done: string[];
  answers: boolean;
}

function createSocket(): FakeSocket {
  return { emitter: new EventEmitter(), done: [], answers: false };
}

function watch(socket: FakeSocket, everyMs = heartbeatMs): Heartbeat {
  const faked: Pick<WebSocket, 'readyState' | 'OPEN' | 'ping' | 'terminate'> = {
    readyState: 1,
    OPEN: 1,
    ping() {
      socket.done.push('ping');
      if (socket.answers) socket.emitter.emit('pong');
    },
    terminate() {
      socket.done.push('cut');
      socket.emitter.emit('close');
    },
  };
  const heartbeat = createHeartbeat(everyMs, createTestScheduler());
  heartbeat.watch(Object.assign(socket.emitter, faked) as WebSocket);
  return heartbeat;
}

function createTestScheduler(): Scheduler {
  return createScheduler((cause) => {
    throw cause;
  });
}

function watchPolling({ tellsClose = true } = {}) {
  const state = {
    isPolling: true,
    closes: 0,
    /** How often the heartbeat has looked at it. */
    looks: 0,
    speak: (): void => {},
    end: (): void => {},
  };
  const connection: PollingConnection = {
    isPolling() {
      state.looks++;
      return state.isPolling;
    },
    onReceived(listener) {
      state.speak = listener;
    },
    onClosed(listener) {
      state.end = listener;
    },
    close() {
      state.closes++;
      if (tellsClose) state.end();
    },
  };
  createHeartbeat(heartbeatMs, createTestScheduler()).watchPolling(connection);
  return state;
}
