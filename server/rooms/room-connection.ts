// One connection of the room protocol: its seat, whom it talks to, and what reaches its socket.
import type { Socket } from 'socket.io';
import { boundBacklog } from '../connections/backlog.js';
import { createProbe, type Probe } from '../connections/probe.js';
import { webSocketOf } from '../connections/web-socket-of.js';
import type { Logger } from '../platform/logger.js';
import { maxBacklogBytes } from '../protocol/limits.js';
import type { ChannelName } from '../protocol/parse-channel.js';
import { refusals } from '../protocol/refusals.js';
import type {
  ClientToServerEvents,
  Refusal,
  RefusalCode,
  ServerToClientEvents,
  SignalKind,
} from '../protocol/room-events.js';
import type { Notice } from './decision.js';
import type { RoomParcel } from './room-parcel.js';
import type { PeerId } from './room.js';

export type RoomSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

/** The channel of a seat: by its name, and as the client wrote it. */
export interface SeatChannel {
  name: ChannelName;
  written: string;
}

export interface RoomConnection {
  readonly id: PeerId;
  /** Where it comes from, for counting failures. */
  readonly address: string;
  readonly seat: SeatChannel | undefined;
  /** The peer it talks to; `null` when alone, when the other is away, or when one of the two is leaving. */
  readonly link: PeerId | null;
  readonly isOver: boolean;
  sitDown(seat: SeatChannel): void;
  receive(parcel: RoomParcel): void;
  tellFull(written: string): void;
  refuse(event: string, refusal: Refusal): void;
  /** The book's remote log: shows the client what the server has read from it. [R18] */
  logToClient(kind: SignalKind, value: unknown): void;
  /** Settles within 1 s. Long-polling counts as alive, since it has no request open during a prompt. [R25] */
  isAlive(): Promise<boolean>;
  /** Ends a dead connection without waiting for its other end. */
  cut(): void;
  /** Disconnects the client for good; the transport's close event follows. */
  disconnect(): void;
  /**
   * Says that the server is about to close, and closes so that the client comes back. Resolves when it has read
   * that, as far as the transport knows. [R27]
   */
  drain(graceMs: number): Promise<void>;
  /** Forgets seat, link and timer, once the socket is gone. */
  close(): void;
}

/**
 * @param ackTimeoutMs how long the other's Bye may stay unacknowledged; 0: for ever. [R12]
 * @param log is told of every refusal, never of what was said
 */
export function createRoomConnection(
  socket: RoomSocket,
  address: string,
  ackTimeoutMs: number,
  log: Logger,
): RoomConnection {
  const id = socket.id as PeerId;
  let probe = probeOf(socket);
  let seat: SeatChannel | undefined;
  let link: PeerId | null = null;
  let isOver = false;
  let ackTimer: NodeJS.Timeout | undefined;

  socket.conn.on('upgrade', () => {
    probe = probeOf(socket);
  });

  boundBacklog(socket.conn, maxBacklogBytes, cutSlowReader);

  function disconnect(): void {
    isOver = true;
    clearTimeout(ackTimer);
    socket.disconnect(true);
  }

  function heed(notice: Notice): void {
    if (notice.link !== undefined) link = notice.link;
    for (const [event, ...args] of notice.events) socket.emit(event, ...args);
    if (notice.awaitsAck && ackTimeoutMs > 0) ackTimer = setTimeout(disconnect, ackTimeoutMs);
    if (notice.ends) disconnect();
  }

  function narrateRefusal(event: string, code: RefusalCode | 'full'): void {
    log.debug({ event, code }, 'refused');
  }

  /** Closed, not disconnected: a client that reads again comes back to its seat. What waits is dropped. [R28] */
  function cutSlowReader(): void {
    const refusal = refusals.tooSlow(maxBacklogBytes);
    narrateRefusal('message', refusal.code);
    const refused = ['refused', { event: 'message', ...refusal }];
    // Past Socket.IO, where it would wait behind all the rest: an event (2) in a message (4) of Engine.IO.
    webSocketOf(socket.conn)?.send(`42${JSON.stringify(refused)}`);
    socket.conn.close(true);
  }

  function relay(parcel: Exclude<RoomParcel, { kind: 'notice' }>): void {
    if (parcel.from !== link) return;
    if (parcel.kind === 'receipt') socket.emit('received', parcel.receipt);
    else if (parcel.meta) socket.emit(parcel.event, parcel.value, parcel.meta);
    else socket.emit(parcel.event, parcel.value);
  }

  return {
    id,
    address,
    get seat() {
      return seat;
    },
    get link() {
      return link;
    },
    get isOver() {
      return isOver;
    },
    sitDown(taken) {
      seat = taken;
    },
    receive(parcel) {
      if (parcel.kind === 'notice') heed(parcel.notice);
      else relay(parcel);
    },
    tellFull(written) {
      narrateRefusal('create or join', 'full');
      socket.emit('full', written);
    },
    refuse(event, refusal) {
      narrateRefusal(event, refusal.code);
      socket.emit('refused', { event, ...refusal });
    },
    logToClient(kind, value) {
      socket.emit('log', ['>>> ', `S --> Got ${kind}: `, value]);
    },
    isAlive: () => probe?.isAlive() ?? Promise.resolve(true),
    cut() {
      webSocketOf(socket.conn)?.terminate();
    },
    disconnect,
    drain: (graceMs) =>
      new Promise((resolve) => {
        socket.conn.once('close', () => {
          resolve();
        });
        socket.emit('draining', { graceMs });
        socket.conn.close();
      }),
    close() {
      isOver = true;
      seat = undefined;
      link = null;
      clearTimeout(ackTimer);
    },
  };
}

function probeOf(socket: RoomSocket): Probe | undefined {
  const webSocket = webSocketOf(socket.conn);
  return webSocket && createProbe(webSocket);
}
