// One connection of the room protocol: its seat, whom it talks to, and what reaches its socket.
import type { Socket } from 'socket.io';
import { addressOn, type NodeId } from '../cluster/address.js';
import { createProbe, type Probe } from '../connections/probe.js';
import { webSocketOf } from '../connections/web-socket-of.js';
import type { Logger } from '../platform/logger.js';
import type { ChannelName } from '../protocol/parse-channel.js';
import type {
  ClientToServerEvents,
  Refusal,
  RefusalCode,
  ServerToClientEvents,
  SignalKind,
} from '../protocol/room-events.js';
import { hearNews, toldNothing, type Step } from './news-rules.js';
import type { RoomNews, RoomParcel } from './room-parcel.js';
import type { RoomView } from './room-view.js';
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
  /** The room as its client has been told. */
  readonly view: RoomView;
  /** Of the last news that it has heard; 0: none. */
  readonly version: number;
  /** A channel in which it may have a seat that it does not know of: a request there was never answered. */
  doubt: SeatChannel['name'] | undefined;
  readonly isOver: boolean;
  sitDown(seat: SeatChannel): void;
  /** @returns false when it was old news, which changes nothing */
  receive(parcel: RoomParcel): boolean;
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
  /** Closes the connection so that its client comes back. */
  sendBack(): void;
  /**
   * Says that the server is about to close, and closes so that the client comes back. Resolves when it has read
   * that, as far as the transport knows. [R27]
   */
  drain(graceMs: number): Promise<void>;
  /** Forgets seat, link and timer, once the socket is gone. */
  close(): void;
}

export interface RoomConnectionParts {
  socket: RoomSocket;
  /** Where it is held; absent on one node alone. */
  node: NodeId | undefined;
  address: string;
  /** How long the other's Bye may stay unacknowledged; 0: for ever. [R12] */
  ackTimeoutMs: number;
  /** Is told of every refusal, never of what was said. */
  log: Logger;
  /** This room has a seat for it that it knows nothing of, or not yet. */
  onMislaid: (channel: ChannelName) => void;
}

export function createRoomConnection(parts: RoomConnectionParts): RoomConnection {
  const { socket, node, address, ackTimeoutMs, log, onMislaid } = parts;
  const id = addressOn(node, socket.id) as PeerId;
  let probe = probeOf(socket);
  let seat: SeatChannel | undefined;
  let link: PeerId | null = null;
  let told = toldNothing;
  let doubt: SeatChannel['name'] | undefined;
  let isOver = false;
  let ackTimer: NodeJS.Timeout | undefined;

  socket.conn.on('upgrade', () => {
    probe = probeOf(socket);
  });

  // [R28]
  socket.conn.once('too-slow', () => {
    narrateRefusal('message', 'too-slow');
  });

  function disconnect(): void {
    isOver = true;
    clearTimeout(ackTimer);
    socket.disconnect(true);
  }

  function sendBack(): void {
    socket.conn.close();
  }

  function hear(news: RoomNews): boolean {
    if (seat?.name !== news.channel) {
      if (news.view) onMislaid(news.channel);
      return false;
    }
    const heard = hearNews(told, news);
    if (!heard) return false;
    told = heard.told;
    for (const step of heard.steps) heed(step);
    return true;
  }

  function heed(step: Step): void {
    if (step.link !== undefined) link = step.link;
    for (const [event, ...args] of step.events) socket.emit(event, ...args);
    if (step.awaitsAck && ackTimeoutMs > 0) ackTimer = setTimeout(disconnect, ackTimeoutMs);
    if (step.ends) disconnect();
    if (step.closes) sendBack();
  }

  function narrateRefusal(event: string, code: RefusalCode | 'full'): void {
    log.debug({ event, code }, 'refused');
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
    get view() {
      return told.view;
    },
    get version() {
      return told.version;
    },
    get doubt() {
      return doubt;
    },
    set doubt(channel) {
      doubt = channel;
    },
    sitDown(taken) {
      seat = taken;
      doubt = undefined;
    },
    receive(parcel) {
      if (parcel.kind === 'notice') return hear(parcel);
      relay(parcel);
      return true;
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
    sendBack,
    drain: (graceMs) =>
      new Promise((resolve) => {
        socket.conn.once('close', () => {
          resolve();
        });
        socket.emit('draining', { graceMs });
        sendBack();
      }),
    close() {
      isOver = true;
      seat = undefined;
      link = null;
      told = toldNothing;
      clearTimeout(ackTimer);
    },
  };
}

function probeOf(socket: RoomSocket): Probe | undefined {
  const webSocket = webSocketOf(socket.conn);
  return webSocket && createProbe(webSocket);
}
