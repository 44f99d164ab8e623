// A room gateway over a store and a message bus that fail on demand, on a port of its own.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { MessageBus } from '../../server/cluster/message-bus.js';
import { createMemoryMessageBus } from '../../server/cluster/memory-message-bus.js';
import { createAdmission } from '../../server/transport/admission.js';
import { createHeartbeat } from '../../server/transport/heartbeat.js';
import { createSocketIo } from '../../server/transport/socket-io.js';
import { routeUpgrades } from '../../server/http/upgrade-router.js';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import type { RecordStore } from '../../server/kernel/record-store.js';
import { createCounters } from '../../server/observability/counters.js';
import { createLogger } from '../../server/observability/logger.js';
import { roomRecords } from '../../server/rooms/room-domain.js';
import { openRoomGateway, type RoomGateway } from '../../server/rooms/room-gateway.js';
import type { RoomPayload } from '../../server/rooms/room-record.js';
import type { Room } from '../../server/rooms/room.js';
import { createScheduler } from '../../server/timing/scheduler.js';
import { noIceServers } from '../support/no-ice-servers.js';
import { noLimits } from '../support/no-limits.js';
import { noRate } from '../support/no-rate.js';

/** `throws`: in the call itself; `rejects`: a moment later. */
export type Failing = 'not' | 'throws' | 'rejects';

export interface Breakable {
  readonly url: string;
  readonly gateway: RoomGateway;
  /** From now on the store fails for channels whose names begin with "broken"; each has `spared` transactions before. */
  breakStore(failing: Failing, spared?: number): void;
  /** From now on the message bus fails for these peers. */
  breakBus(peers: Iterable<string>): void;
  /** How often something has failed. */
  readonly failures: number;
  /** How often the store has failed for this channel. */
  failuresOf(channel: string): number;
  /** The channels of which something is kept. */
  rooms(): string[];
  close(): Promise<void>;
}

export async function startBreakable(graceMs: number): Promise<Breakable> {
  let failing: Failing = 'not';
  let failures = 0;
  const failuresByChannel = new Map<string, number>();
  let spared = 0;
  const askedByChannel = new Map<string, number>();
  let brokenPeers = new Set<string>();
  const kept = new Set<string>();
  const memory = createMemoryRecordStore(roomRecords);
  const memoryBus = createMemoryMessageBus<RoomPayload>();

  function fail(): never {
    failures++;
    throw new Error('injected');
  }

  function checkStore(channel: string): Promise<void> {
    const asked = (askedByChannel.get(channel) ?? 0) + 1;
    askedByChannel.set(channel, asked);
    const isBroken = channel.startsWith('broken') && failing !== 'not' && asked > spared;
    if (!isBroken) return Promise.resolve();
    failuresByChannel.set(channel, (failuresByChannel.get(channel) ?? 0) + 1);
    if (failing === 'throws') fail();
    return Promise.resolve().then(fail);
  }

  const store: RecordStore<Room> = {
    ...memory,
    transact(keys, change, options) {
      const checks = Promise.all(keys.map(checkStore));
      return checks.then(() =>
        memory.transact(
          keys,
          (states, moment, dead) => {
            const made = change(states, moment, dead);
            for (const [channel, room] of made.states) {
              if (room.phase === 'empty' && room.ended === undefined) kept.delete(channel);
              else kept.add(channel);
            }
            return made;
          },
          options,
        ),
      );
    },
  };
  const bus: MessageBus<RoomPayload> = {
    ...memoryBus,
    send(peer, payload, delivery) {
      if (brokenPeers.has(peer)) fail();
      memoryBus.send(peer, payload, delivery);
    },
  };

  const scheduler = createScheduler((cause) => {
    throw cause;
  });
  const heartbeat = createHeartbeat(0, scheduler);
  const limits = noLimits(scheduler);
  const { io, handlePolling, handleUpgrade } = createSocketIo({
    heartbeatMs: 0,
    maxMessageBytes: 65_536,
    rate: noRate,
    addressOf: () => undefined,
    connections: limits.connections,
    admission: createAdmission({ allowedOrigins: [], trustProxy: false }),
    heartbeat,
    scheduler,
    onOriginRefused: () => {},
  });
  const gateway = openRoomGateway({
    io,
    store,
    bus,
    scheduler,
    counters: createCounters(),
    logger: createLogger({ logLevel: 'silent', logFormat: 'json' }),
    failures: limits.failures,
    iceServers: noIceServers,
    rate: noRate,
    settings: { ackTimeoutMs: 5000, graceMs, yieldMs: 0, heartbeatMs: 0, maxMessageBytes: 65_536 },
  });
  const server = createServer(handlePolling);
  routeUpgrades(server, new Map([['/socket.io', handleUpgrade]]));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function close(): Promise<void> {
    if (!server.listening) return;
    await gateway.close();
    await heartbeat.close();
    scheduler.close();
    server.close();
    await once(server, 'close');
  }

  onTestFinished(close);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    gateway,
    breakStore(how, sparedFirst = 0) {
      failing = how;
      spared = sparedFirst;
      askedByChannel.clear();
    },
    breakBus(peers) {
      brokenPeers = new Set(peers);
    },
    failuresOf: (channel) => failuresByChannel.get(channel) ?? 0,
    get failures() {
      return failures;
    },
    rooms: () => [...kept],
    close,
  };
}
