// The room protocol on Socket.IO: wires sockets to sessions, sessions to the kernel and the handlers. Decides nothing.
import { setTimeout as pause } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Server } from 'socket.io';
import type { MessageBus } from '../cluster/message-bus.js';
import { singleNodeLease, type NodeLease } from '../cluster/node-lease.js';
import type { StateChange } from '../kernel/claim.js';
import { createKernel, type Kept } from '../kernel/kernel.js';
import type { Counters } from '../observability/counters.js';
import type { RecordStore } from '../kernel/record-store.js';
import type { Scheduler } from '../timing/scheduler.js';
import { createFaultLog, type Logger } from '../observability/logger.js';
import { maxEchoLength } from '../protocol/limits.js';
import type { ChannelName } from '../protocol/parse-channel.js';
import { refusals } from '../protocol/refusals.js';
import type { TokenHash } from '../protocol/resume-tokens.js';
import type { ClientToServerEvents, ServerToClientEvents } from '../protocol/room-events.js';
import { sizeOf } from '../transport/connection-limits.js';
import { EventQueue } from '../transport/event-queue.js';
import type { FailureLimiter } from '../transport/failure-limiter.js';
import { guard } from '../transport/guard.js';
import type { Rate } from '../transport/token-buckets.js';
import type { IceServers } from '../transport/ice-servers.js';
import { createEnterHandler, type MayEnter } from './enter-handler.js';
import { createRoomDomain, onRoom } from './room-domain.js';
import { createRoomHandlers } from './room-handlers.js';
import type { RoomPayload } from './room-record.js';
import { announceLeaving, vanish } from './room-rules.js';
import { RoomSession, type RoomSocket } from './room-session.js';
import type { RoomView } from './room-view.js';
import type { PeerId, Room } from './room.js';

/** How long a client may take to read that the server drains, before its connection is cut. */
const farewellMs = 500;

/** So long seats are given up one by one: a process that ends has 4.5 s for everything, and the lease comes after. */
const leavingMs = 2000;

const seatsAtOnce = 64;

export interface RoomGatewayParts {
  io: Server<ClientToServerEvents, ServerToClientEvents>;
  store: RecordStore<Room>;
  bus: MessageBus<RoomPayload>;
  /** Default: a single node. */
  lease?: NodeLease;
  scheduler: Scheduler;
  rate: Rate;
  failures: FailureLimiter;
  counters: Counters;
  logger: Logger;
  iceServers: IceServers;
  mayEnter?: MayEnter | undefined;
  settings: {
    ackTimeoutMs: number;
    graceMs: number;
    yieldMs: number;
    heartbeatMs: number;
    maxMessageBytes: number;
  };
}

export interface RoomGateway {
  /**
   * A page announces that it closes; its seat is kept only for the time of a reload. [R26] @throws
   * @returns whether the token is that of a seat
   */
  announceLeaving(channel: ChannelName, token: TokenHash): Promise<boolean>;
  kept: Kept;
  /** Grants no more and closes every connection for reconnect. No peer is told that the other is gone. [R27] */
  close(): Promise<void>;
}

export function openRoomGateway(parts: RoomGatewayParts): RoomGateway {
  const { io, store, bus, lease = singleNodeLease, scheduler, counters, logger, settings } = parts;
  const { graceMs, ackTimeoutMs } = settings;
  const sessions = new Map<PeerId, RoomSession>();
  const { coordinator, reconcile, openClaim, ...kernel } = createKernel<Room, RoomView>({
    domain: createRoomDomain(graceMs),
    store,
    bus: bus as MessageBus<StateChange<RoomView>>,
    lease,
    scheduler,
    counters,
    logger,
  });
  let isClosing = false;
  const handleEnter = createEnterHandler({
    ...parts,
    coordinator,
    isDraining: () => isClosing,
  });
  const handlers = createRoomHandlers({ ...parts, coordinator, handleEnter });
  const onFault = createFaultLog(logger, 'error', 'An event could not be handled. It is dropped.');

  function open(socket: RoomSocket): void {
    const log = logger.child({ id: socket.id });
    const session = new RoomSession({
      socket,
      node: lease.node,
      address: socket.handshake.address || undefined,
      ackTimeoutMs,
      scheduler,
      log,
      onRefused: (code) => {
        counters.count('refusals', 'code', code);
      },
      openClaim,
      onUnknownHold: (channel) => {
        queue.push(async () => {
          if (session.channel === channel) await reconcile(channel);
          else await coordinator.transact([channel], onRoom(vanish(session.id, graceMs)));
        });
      },
    });
    const queue = new EventQueue((cause) => {
      onFault(cause, { id: socket.id });
    });
    sessions.set(session.id, session);
    const detach = bus.attach(session.id, (payload) => {
      session.receive(payload);
    });
    log.debug('connected');

    // Events are taken here and not by `socket.on`, which Socket.IO calls a tick later and no more once the
    // connection is closed: the book's `emit('Bye'); disconnect()` would be lost (PROTOCOL.md, R15).
    socket.use(([name, ...args]: [name: unknown, ...args: unknown[]]) => {
      if (session.isOver) return;
      const event = String(name).slice(0, maxEchoLength).toWellFormed();
      // [R16] Answered ahead of everything that waits.
      if (event === 'check') return void handlers.handle(session, event, args);
      const handle = (): void | Promise<void> => {
        if (!session.isOver) return handlers.handle(session, event, args);
      };
      if (queue.isIdle) {
        const begun = handle();
        if (begun) queue.waitFor(begun);
      } else if (!queue.push(handle, () => sizeOf(args))) {
        session.refuse(event, refusals.tooMany());
        session.disconnect();
      }
    });
    socket.on('disconnect', (reason) => {
      log.debug({ reason }, 'disconnected');
      const finish = (): void => {
        queue.end(end);
      };
      // Socket.IO hands packets over a tick later: events that came in the same read stand before the end of the
      // connection. A DISCONNECT packet has its own place between them.
      if (reason === 'client namespace disconnect') finish();
      else setImmediate(finish);
    });

    async function end(): Promise<void> {
      detach();
      sessions.delete(session.id);
      // What is still held then is given up by `close`.
      if (!isClosing) await handlers.leave(session);
      session.close();
    }
  }

  // [R25]
  bus.answerProbes((address) => {
    // What a node that closes has held is not yielded: its clients come back. [R27] [R36]
    if (isClosing) return Promise.resolve(true);
    return sessions.get(address as PeerId)?.isAlive() ?? Promise.resolve(false);
  });
  io.on('connection', guard(onFault, 'connection', open));

  /** What cannot be given up now ends with the lease of this node. */
  async function leaveAll(held: readonly (readonly [key: string, peer: PeerId])[]): Promise<void> {
    const until = performance.now() + leavingMs;
    const limit = pLimit(seatsAtOnce);
    const all = held.map(([key, peer]) =>
      limit(async () => {
        const isInTime = performance.now() < until;
        if (isInTime && lease.isReady()) await coordinator.transact([key], onRoom(vanish(peer, graceMs)));
      }),
    );
    const failed = (await Promise.allSettled(all)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') {
      logger.warn(
        { err: failed.reason },
        'Some seats could not be given up; they end with the lease of this node.',
      );
    }
  }

  return {
    kept: kernel.kept,
    announceLeaving: (channel, token) => coordinator.transact([channel], onRoom(announceLeaving(token))),
    async close() {
      isClosing = true;
      // Also what was asked for without an answer.
      const held = [...sessions.values()].flatMap(({ id, claim: { key } }) =>
        key === undefined ? [] : [[key, id] as const],
      );
      const drained = [...sessions.values()].map((session) => session.drain(graceMs));
      await Promise.race([Promise.all(drained), pause(farewellMs, undefined, { ref: false })]);
      kernel.close();
      // Those of a single node end with it.
      const leaving = lease.node === undefined ? undefined : leaveAll(held);
      await Promise.all([io.close(), leaving]);
    },
  };
}
