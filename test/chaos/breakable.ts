// A room gateway over a store and a courier that fail on demand, on a port of its own.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Courier } from '../../server/cluster/courier.js';
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import { createAdmission } from '../../server/connections/admission.js';
import { createHeartbeat } from '../../server/connections/heartbeat.js';
import { createSocketIo } from '../../server/connections/socket-io.js';
import { routeUpgrades } from '../../server/http/upgrade-router.js';
import { createLogger } from '../../server/platform/logger.js';
import { createMemoryRoomStore } from '../../server/rooms/memory-room-store.js';
import { openRoomGateway, type RoomGateway } from '../../server/rooms/room-gateway.js';
import type { RoomParcel } from '../../server/rooms/room-parcel.js';
import type { RoomStore } from '../../server/rooms/room-store.js';
import { noIceServers } from '../support/no-ice-servers.js';

/** `throws`: in the call itself; `rejects`: a moment later. */
export type Failing = 'not' | 'throws' | 'rejects';

export interface Breakable {
  readonly url: string;
  readonly gateway: RoomGateway;
  /** From now on the store fails for channels whose names begin with "broken"; each has `spared` decisions before. */
  breakStore(failing: Failing, spared?: number): void;
  /** From now on the courier fails for these peers. */
  breakCourier(peers: Iterable<string>): void;
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
  const memory = createMemoryRoomStore();
  const carrier = createMemoryCourier<RoomParcel>();

  function fail(): never {
    failures++;
    throw new Error('injected');
  }

  const store: RoomStore = {
    decide(channel, rule, options) {
      const asked = (askedByChannel.get(channel) ?? 0) + 1;
      askedByChannel.set(channel, asked);
      const isBroken = channel.startsWith('broken') && failing !== 'not' && asked > spared;
      if (isBroken) failuresByChannel.set(channel, (failuresByChannel.get(channel) ?? 0) + 1);
      if (isBroken && failing === 'throws') fail();
      if (isBroken) return Promise.resolve().then(fail);
      return memory.decide(
        channel,
        (room, now) => {
          const decision = rule(room, now);
          if (decision.room.phase === 'empty' && decision.room.ended === undefined) kept.delete(channel);
          else kept.add(channel);
          return decision;
        },
        options,
      );
    },
    close: () => memory.close(),
  };
  const courier: Courier<RoomParcel> = {
    ...carrier,
    carry(peer, parcel, kind) {
      if (brokenPeers.has(peer)) fail();
      carrier.carry(peer, parcel, kind);
    },
  };

  const heartbeat = createHeartbeat(0);
  const { io, handlePolling, handleUpgrade } = createSocketIo({
    heartbeatMs: 0,
    admission: createAdmission({ allowedOrigins: [], trustProxy: false }),
    heartbeat,
    onOriginRefused: () => {},
  });
  const gateway = openRoomGateway({
    io,
    store,
    courier,
    logger: createLogger({ logLevel: 'silent', logFormat: 'json' }),
    iceServers: noIceServers,
    settings: { ackTimeoutMs: 5000, graceMs, heartbeatMs: 0, maxMessageBytes: 65_536, trustProxy: false },
  });
  const server = createServer(handlePolling);
  routeUpgrades(server, new Map([['/socket.io', handleUpgrade]]));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function close(): Promise<void> {
    if (!server.listening) return;
    await gateway.close();
    await heartbeat.close();
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
    breakCourier(peers) {
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
