// Keeps the rooms of this node right among others: reads them again when notices may have been lost, takes its seats up
// again after a suspension, and looks after rooms whose other peer sat on a node that is dead. [R31] [R32]
// [R33]
import { nodeOf, type NodeId } from '../cluster/address.js';
import type { Courier } from '../cluster/courier.js';
import type { NodeLease } from '../cluster/node-lease.js';
import type { Logger } from '../platform/logger.js';
import { someAtOnce } from '../platform/some-at-once.js';
import type { ChannelName } from '../protocol/parse-channel.js';
import type { LocalSeats } from './local-seats.js';
import { reassert } from './reassert-rules.js';
import type { RoomConnection } from './room-connection.js';
import type { RoomDesk } from './room-desk.js';
import type { RoomParcel } from './room-parcel.js';
import { UnreadableRoom } from './room-store.js';
import { vanish } from './room-rules.js';
import type { PeerId } from './room.js';

/** Rooms read at the same time: enough to keep Redis busy, not enough to make others wait long. */
const roomsAtOnce = 64;

/** Three times before a room that nobody touches would be forgotten. */
const refreshEveryMs = 8 * 3_600_000;

/** So long seats are given up one by one: a process that ends has 4.5 s for everything, and the lease comes after. */
const leavingMs = 2000;

export interface RoomWatchParts {
  desk: RoomDesk;
  courier: Courier<RoomParcel>;
  lease: NodeLease;
  seats: LocalSeats;
  /** Those of this node that are not closed. */
  connections: ReadonlyMap<PeerId, Pick<RoomConnection, 'link' | 'sendBack'>>;
  graceMs: number;
  logger: Logger;
}

export interface RoomWatch {
  /**
   * Gives up what this node still holds, after its clients have been told to come back elsewhere. What it cannot give
   * up now runs out with its lease. [R27]
   */
  leaveAll(): Promise<void>;
  close(): void;
}

export function watchRooms(parts: RoomWatchParts): RoomWatch {
  const { desk, courier, lease, seats, connections, graceMs, logger } = parts;
  let assertedEpoch: number | undefined;
  let asserted = new Set<ChannelName>();

  function lookAt(channels: readonly ChannelName[], why: string): void {
    if (channels.length === 0) return;
    logger.debug({ rooms: channels.length }, why);
    // Each room that fails is looked at again by the desk itself.
    someAtOnce(channels, roomsAtOnce, (channel) => desk.lookAgain(channel)).catch((cause: unknown) => {
      logger.warn({ err: cause }, 'rooms could not be read again yet');
    });
  }

  function isLinkedTo(channel: ChannelName, node: NodeId): boolean {
    return seats.peersIn(channel).some((peer) => {
      const link = connections.get(peer)?.link;
      return typeof link === 'string' && nodeOf(link) === node;
    });
  }

  /** Takes up the seats of those who are still connected. */
  async function takeUp(channel: ChannelName): Promise<void> {
    const peers = seats.peersIn(channel).filter((peer) => connections.has(peer));
    try {
      await desk.lookAgain(channel, reassert(peers));
    } catch (cause) {
      if (!(cause instanceof UnreadableRoom)) throw cause;
      // Nobody can say who sits there; the other rooms of this node do not wait for that.
      for (const peer of peers) connections.get(peer)?.sendBack();
    }
    asserted.add(channel);
  }

  courier.onLoss(() => {
    lookAt(seats.channels(), 'this node can be reached again');
  });
  lease.onLapsed((node) => {
    const channels = seats.channels().filter((channel) => isLinkedTo(channel, node));
    lookAt(channels, 'the node of some peers has lapsed');
  });
  lease.onNewEpoch(async () => {
    if (assertedEpoch !== lease.epoch) asserted = new Set();
    assertedEpoch = lease.epoch;
    const rooms = seats.channels().filter((channel) => !asserted.has(channel));
    await someAtOnce(rooms, roomsAtOnce, takeUp);
  });
  const refresh =
    lease.node === undefined
      ? undefined
      : setInterval(() => {
          lookAt(seats.channels(), 'rooms are kept from being forgotten');
        }, refreshEveryMs).unref();

  return {
    async leaveAll() {
      const held = seats
        .channels()
        .flatMap((channel) => seats.peersIn(channel).map((peer) => ({ channel, peer })));
      const until = performance.now() + leavingMs;
      const giveUp = async ({ channel, peer }: (typeof held)[number]): Promise<void> => {
        const isInTime = performance.now() < until;
        if (isInTime && lease.isReady()) await desk.decide(channel, vanish(peer, graceMs));
      };
      try {
        await someAtOnce(held, roomsAtOnce, giveUp);
      } catch (cause) {
        logger.warn({ err: cause }, 'some seats could not be given up; they run out with the lease');
      }
    },
    close() {
      clearInterval(refresh);
    },
  };
}
