// Speaks the room protocol on Socket.IO: takes events in order, asks the rules through the store, relays.
import type { Server } from 'socket.io';
import type { Courier } from '../cluster/courier.js';
import { createEventQueue } from '../connections/event-queue.js';
import { guard } from '../connections/guard.js';
import type { Logger } from '../platform/logger.js';
import { maxEchoLength } from '../protocol/limits.js';
import { findAck } from '../protocol/parse-enter.js';
import { refusals } from '../protocol/refusals.js';
import type { ClientToServerEvents, ServerToClientEvents } from '../protocol/room-events.js';
import { createRoomConnection, type RoomSocket } from './room-connection.js';
import { createRoomListeners } from './room-listeners.js';
import type { RoomParcel } from './room-parcel.js';
import type { RoomStore } from './room-store.js';

export interface RoomGatewayParts {
  io: Server<ClientToServerEvents, ServerToClientEvents>;
  store: RoomStore;
  courier: Courier<RoomParcel>;
  logger: Logger;
  settings: { ackTimeoutMs: number; heartbeatMs: number; maxMessageBytes: number };
}

export interface RoomGateway {
  /** Closes every connection. Nobody is told that a peer is gone: the server goes, not the peer. */
  close(): Promise<void>;
}

export function openRoomGateway({ io, store, courier, logger, settings }: RoomGatewayParts): RoomGateway {
  let isClosing = false;
  const listeners = createRoomListeners({ store, courier, settings });

  function welcome(socket: RoomSocket): void {
    const connection = createRoomConnection(socket, settings.ackTimeoutMs);
    const log = logger.child({ id: socket.id });
    const wantsLog = socket.handshake.auth['log'] === true;
    const detach = courier.attach(connection.id, (parcel) => {
      connection.receive(parcel);
    });
    const queue = createEventQueue((cause) => {
      log.error({ err: cause }, 'an event failed');
    });
    log.debug('connected');

    function hear([name, ...args]: [name: unknown, ...args: unknown[]]): void {
      const event = String(name).slice(0, maxEchoLength).toWellFormed();
      if (event === 'check') {
        const ack = findAck(args);
        if (ack) (ack as () => void)();
        else connection.refuse(event, refusals.badAck(event));
        return;
      }
      const wasTaken = queue.push(() => {
        if (!connection.isOver) return listeners.hear({ connection, log, wantsLog }, event, args);
      });
      if (wasTaken || connection.isOver) return;
      connection.refuse(event, refusals.tooMany());
      connection.disconnect();
    }

    // Events are taken here and not by `socket.on`, which Socket.IO calls a tick later and no more once the
    // connection is closed: the book's `emit('Bye'); disconnect()` would be lost (PROTOCOL.md, R15).
    socket.use(guard(log, 'event', hear));
    socket.on(
      'disconnect',
      guard(log, 'disconnect', (reason: string) => {
        log.debug({ reason }, 'disconnected');
        // Socket.IO hands events over a tick later: those that came in the same read stand before the end.
        setImmediate(() => {
          queue.end(async () => {
            detach();
            if (isClosing) connection.close();
            else await listeners.leave(connection).finally(connection.close);
          });
        });
      }),
    );
  }

  io.on('connection', guard(logger, 'connection', welcome));
  return {
    close() {
      isClosing = true;
      return io.close();
    },
  };
}
