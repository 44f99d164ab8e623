// One connection of the room protocol: its seat, whom it talks to, and what reaches its socket.
import type { Socket } from 'socket.io';
import type { ChannelName } from '../protocol/parse-channel.js';
import type {
  ClientToServerEvents,
  Refusal,
  ServerToClientEvents,
  SignalKind,
} from '../protocol/room-events.js';
import type { RoomParcel } from './room-parcel.js';
import type { Notice, PeerId } from './room-rules.js';

export type RoomSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

/** The channel of a seat: by its name, and as the client wrote it. */
export interface SeatChannel {
  name: ChannelName;
  written: string;
}

export interface RoomConnection {
  readonly id: PeerId;
  readonly seat: SeatChannel | undefined;
  /** The peer it talks to; `null` when alone, or when one of the two is leaving. */
  readonly link: PeerId | null;
  readonly isOver: boolean;
  sitDown(seat: SeatChannel): void;
  receive(parcel: RoomParcel): void;
  refuse(event: string, refusal: Refusal): void;
  /** The book's remote log: shows the client what the server has read from it. [R18] */
  logToClient(kind: SignalKind, value: unknown): void;
  /** Disconnects the client; the transport's close event follows. */
  disconnect(): void;
  /** Forgets seat, link and timer, once the socket is gone. */
  close(): void;
}

/** @param ackTimeoutMs how long the other's Bye may stay unacknowledged; 0: for ever. [R12] */
export function createRoomConnection(socket: RoomSocket, ackTimeoutMs: number): RoomConnection {
  const id = socket.id as PeerId;
  let seat: SeatChannel | undefined;
  let link: PeerId | null = null;
  let isOver = false;
  let ackTimer: NodeJS.Timeout | undefined;

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

  return {
    id,
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
      if (parcel.kind === 'notice') {
        heed(parcel.notice);
        return;
      }
      if (parcel.from !== link) return;
      if (parcel.kind === 'receipt') socket.emit('received', parcel.receipt);
      else if (parcel.meta) socket.emit(parcel.event, parcel.value, parcel.meta);
      else socket.emit(parcel.event, parcel.value);
    },
    refuse(event, refusal) {
      socket.emit('refused', { event, ...refusal });
    },
    logToClient(kind, value) {
      socket.emit('log', ['>>> ', `S --> Got ${kind}: `, value]);
    },
    disconnect,
    close() {
      isOver = true;
      seat = undefined;
      link = null;
      clearTimeout(ackTimer);
    },
  };
}
