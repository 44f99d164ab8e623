// After every way in which a connection can end, no registry of the server holds anything of it: not the scheduler, not
// Engine.IO, not Socket.IO, and nothing else that would keep its objects alive. [R13] [R15] [R16] [U13] [U17]
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket as EngineSocket } from 'engine.io';
import { expect, it, onTestFinished } from 'vitest';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import { webSocketOf } from '../../server/transport/connection-limits.js';
import { ringingOffers } from '../../server/protocol/limits.js';
import { userRecords } from '../../server/users/user-domain.js';
import { graceMs, heartbeatMs, roomEndings } from '../support/endings.js';
import { userEndings } from '../support/user-endings.js';
import { createHeldClock } from '../support/held-clock.js';
import { schedulerOn } from '../support/held-scheduler.js';
import { watchObjects } from '../support/live-objects.js';
import { startRoomServer } from '../support/room-server.js';
import { createSteeredStore, steer } from '../support/steered-store.js';
import { startUserGateway } from '../support/user-gateway.js';

const times = 3;

it('[R15] [R16] of a connection of the room protocol nothing is left, however it ends', async () => {
  const clock = createHeldClock();
  const store = createSteeredStore(clock.now);
  const { io, url, port } = await startRoomServer(store, { heartbeatMs, scheduler: schedulerOn(clock) });
  const objects = watchObjects();
  const before = clock.timers;
  let ending = '';
  io.engine.on('connection', (connection: EngineSocket) => {
    objects.note(`${ending}: connection`, connection);
    objects.note(`${ending}: WebSocket`, webSocketOf(connection));
    connection.on('upgrade', () => {
      objects.note(`${ending}: WebSocket`, webSocketOf(connection));
    });
  });
  io.on('connection', (socket) => {
    objects.note(`${ending}: socket`, socket);
  });
  for (const [name, end] of Object.entries(roomEndings)) {
    ending = name;
    for (let time = 0; time < times; time++) {
      await end({ url, port, clock, store });
      await expect
        .poll(() => [name, io.engine.clientsCount, io.of('/').sockets.size, clock.timers])
        .toEqual([name, 0, 0, before]);
    }
  }
  await expect.poll(objects.left).toEqual([]);
});

it('[U13] [U16] [U17] of a connection of the user protocol nothing is left, however it ends', async () => {
  const clock = createHeldClock();
  const scheduler = schedulerOn(clock);
  const store = steer(createMemoryRecordStore(userRecords, clock.now));
  const url = await startUserGateway(store, {
    graceMs,
    heartbeatMs,
    scheduler,
  });
  const objects = watchObjects();
  const before = clock.timers;
  let ending = '';
  const accepted = 'net.server.socket';
  const note = (message: unknown): void => {
    objects.note(ending, (message as { socket: object }).socket);
  };
  subscribe(accepted, note);
  onTestFinished(() => void unsubscribe(accepted, note));
  const { port } = new URL(url);
  for (const [name, end] of Object.entries(userEndings)) {
    ending = name;
    for (let time = 0; time < times; time++) {
      await end({ url, port: Number(port), clock, store });
    }
    // An offer that rings is counted for some minutes, also if its caller is gone.
    const timers = (): number => {
      clock.advanceNow(ringingOffers.keptMs / 10);
      return clock.timers;
    };
    await expect.poll(() => [name, timers()]).toEqual([name, before]);
  }
  await expect.poll(objects.left).toEqual([]);
});
