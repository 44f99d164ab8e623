// Speaks the room protocol on Socket.IO: takes events in order, asks the rules through the store, relays.
import { setTimeout as pause } from 'node:timers/promises';
import type { Server } from 'socket.io';
import { alwaysLeased } from '../cluster/always-leased.js';
import type { Courier } from '../cluster/courier.js';
import type { NodeLease } from '../cluster/node-lease.js';
import { addressOf } from '../connections/client-address.js';
import { createEventQueue } from '../connections/event-queue.js';
import { createGuessThrottle } from '../connections/guess-throttle.js';
import { guard } from '../connections/guard.js';
import { hashSecret } from '../connections/hash-secret.js';
import type { IceServers } from '../connections/ice-servers.js';
import { sizeOf } from '../connections/size-of.js';
import type { Logger } from '../platform/logger.js';
import { maxEchoLength } from '../protocol/limits.js';
import { findAck } from '../protocol/parse-enter.js';
import { parseLeave } from '../protocol/parse-leave.js';
import type { ChannelName } from '../protocol/parse-channel.js';
import { refusals } from '../protocol/refusals.js';
import type { ClientToServerEvents, ServerToClientEvents } from '../protocol/room-events.js';
import { createEnterListener } from './enter-listener.js';
import { createRoomConnection, type RoomConnection, type RoomSocket } from './room-connection.js';
import { createLocalSeats } from './local-seats.js';
import { createNeighbourWatch } from './neighbour-watch.js';
import { createRoomDesk } from './room-desk.js';
import { createRoomListeners } from './room-listeners.js';
import type { RoomParcel } from './room-parcel.js';
import { watchRooms } from './room-watch.js';
import { announceLeaving, vanish } from './room-rules.js';
import type { RoomStore } from './room-store.js';
import type { PeerId } from './room.js';

/** How long a client may take to read that the server drains, before its connection is cut. */
const farewellMs = 500;

export interface RoomGatewayParts {
  io: Server<ClientToServerEvents, ServerToClientEvents>;
  store: RoomStore;
  courier: Courier<RoomParcel>;
  /** Default: one node alone. */
  lease?: NodeLease;
  logger: Logger;
  iceServers: IceServers;
  settings: {
    ackTimeoutMs: number;
    graceMs: number;
    heartbeatMs: number;
    maxMessageBytes: number;
    trustProxy: boolean;
  };
}

export interface RoomGateway {
  /** A page says that it is closing; its seat is kept only for a reload's time. [R26] */
  hearLeaving(body: string): void;
  /** Opens no more channels and closes every connection so that it comes back. Nobody is told that a peer is gone. [R27] */
  close(): Promise<void>;
}

export function openRoomGateway(parts: RoomGatewayParts): RoomGateway {
  const { io, store, courier, lease = alwaysLeased, logger, iceServers, settings } = parts;
  const { graceMs } = settings;
  const connections = new Map<PeerId, RoomConnection>();
  let isClosing = false;
  const seats = createLocalSeats();
  const desk = createRoomDesk({
    store,
    courier,
    lease,
    logger,
    peersIn: seats.peersIn,
    toldTo: (peer) => connections.get(peer)?.version ?? 0,
  });
  const watch = watchRooms({ desk, courier, lease, seats, connections, graceMs, logger });
  const enterRoom = createEnterListener({
    desk,
    courier,
    seats,
    lease,
    guesses: createGuessThrottle(),
    iceServers,
    settings,
    isDraining: () => isClosing,
  });
  const listeners = createRoomListeners({ desk, courier, enterRoom, iceServers, settings });

  function welcome(socket: RoomSocket): void {
    const address = addressOf(socket.request, settings.trustProxy);
    const log = logger.child({ id: socket.id });
    const connection = createRoomConnection({
      socket,
      node: lease.node,
      address,
      ackTimeoutMs: settings.ackTimeoutMs,
      log,
      onMislaid: clearUp,
    });
    const neighbour = createNeighbourWatch(lease);
    const wantsLog = socket.handshake.auth['log'] === true;
    const detach = courier.attach(connection.id, receive);
    const queue = createEventQueue((cause) => {
      log.error({ err: cause }, 'an event failed');
    });
    connections.set(connection.id, connection);
    log.debug('connected');

    function hear([name, ...args]: [name: unknown, ...args: unknown[]]): void {
      const event = String(name).slice(0, maxEchoLength).toWellFormed();
      if (event === 'check') {
        const ack = findAck(args);
        if (ack) (ack as () => void)();
        else connection.refuse(event, refusals.badAck(event));
        return;
      }
      const task = (): void | Promise<void> => {
        if (!connection.isOver) return listeners.hear({ connection, log, wantsLog }, event, args);
      };
      const wasTaken = queue.push(task, () => sizeOf(args));
      if (wasTaken || connection.isOver) return;
      connection.refuse(event, refusals.tooMany());
      connection.disconnect();
    }

    function receive(parcel: RoomParcel): void {
      if (!connection.receive(parcel) || parcel.kind !== 'notice') return;
      neighbour.see(connection.link);
      if (parcel.dueInMs !== undefined) desk.remind(parcel.channel, parcel.dueInMs);
    }

    /** News of a seat that it did not know of: its request was given up, or the answer to it is still on its way. */
    function clearUp(channel: ChannelName): void {
      queue.push(async () => {
        if (connection.seat?.name === channel) await desk.lookAgain(channel);
        else await desk.decide(channel, vanish(connection.id, graceMs));
      });
    }

    async function leave(): Promise<void> {
      detach();
      neighbour.see(null);
      connections.delete(connection.id);
      // What is still held then is given up by `leaveAll`.
      if (isClosing) return connection.close();
      try {
        await listeners.leave(connection);
      } finally {
        seats.remove(connection.id);
        connection.close();
      }
    }

    function hearEnd(reason: string): void {
      log.debug({ reason }, 'disconnected');
      // Socket.IO hands events over a tick later: those that came in the same read stand before the end.
      setImmediate(() => {
        queue.end(leave);
      });
    }

    // Events are taken here and not by `socket.on`, which Socket.IO calls a tick later and no more once the
    // connection is closed: the book's `emit('Bye'); disconnect()` would be lost (PROTOCOL.md, R15).
    socket.use(guard(log, 'event', hear));
    socket.on('disconnect', guard(log, 'disconnect', hearEnd));
  }

  // [R25]
  courier.answerProbes(async (address) => {
    const holder = connections.get(address as PeerId);
    if (!holder) return false;
    const isAlive = await holder.isAlive();
    if (!isAlive) holder.cut();
    return isAlive;
  });
  io.on('connection', guard(logger, 'connection', welcome));
  return {
    hearLeaving: guard(logger, 'leave', (body: string) => {
      const leaving = parseLeave(body);
      // [R33]
      if (!leaving.ok || !lease.isReady()) return;
      const { channel, seat } = leaving.value;
      return desk.decide(channel, announceLeaving(hashSecret(seat)));
    }),
    async close() {
      isClosing = true;
      desk.close();
      const drained = [...connections.values()].map((connection) => connection.drain(settings.graceMs));
      await Promise.race([Promise.all(drained), pause(farewellMs, undefined, { ref: false })]);
      watch.close();
      // Those of one node alone end with it.
      const leaving = lease.node === undefined ? undefined : watch.leaveAll();
      await Promise.all([io.close(), leaving]);
    },
  };
}
