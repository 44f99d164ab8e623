// The room protocol's connection: one socket.io-client for each attempt, WebSocket first, long-polling only where that
// fails. Its own reconnection and resending are off: both belong to the layers above, which know about seats and receipts.
import { io, type Socket } from 'socket.io-client';
import { utf8Length } from '../../server/protocol/json-value.js';
import type {
  ClientToServerEvents,
  ServerToClientEvents,
  WireEvent,
} from '../../server/protocol/room-events.js';
import type { TransportEvents } from './connection-port.js';

/** One connection to a server that speaks the room protocol. It connects once. */
export interface RoomTransport {
  emit<Name extends keyof ClientToServerEvents>(
    event: Name,
    ...args: Parameters<ClientToServerEvents[Name]>
  ): void;
  /** Ends the connection; what was emitted before still goes out. */
  close(): void;
}

/** @param onSent is given the bytes of each frame, as text */
export type OpenRoomTransport = (
  handlers: TransportEvents<WireEvent>,
  onSent: (bytes: number) => void,
) => RoomTransport;

export interface SocketIoSettings {
  /** Of the server, with its base path if it has one: `https://example.org/parley`. */
  url: URL;
  channel: string;
  token: string | undefined;
  /** Ask for the book's remote log. [R18] */
  log: boolean;
}

/** For the server's first word; after each time-out in a row the path gets more. */
const openWithinMs = [5000, 8000, 12_000];
const longestOpenMs = 20_000;

/** From the server's first word on. */
const connectWithinMs = 5000;

export function socketIoTransport({ url, channel, token, log }: SocketIoSettings): OpenRoomTransport {
  /**
   * A network that swallows WebSockets lets them time out; then the next attempt begins with polling. Where that begins
   * and then fails, as behind a proxy that sends each request to another node, the one after it is a WebSocket again.
   */
  let startsPolling = false;
  /** Attempts in a row without an answer. */
  let timeouts = 0;

  return ({ onOpen, onEvent, onClose }, onSent) => {
    const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url.origin, {
      forceNew: true,
      reconnection: false,
      timeout: openWithinMs[timeouts] ?? longestOpenMs,
      path: `${url.pathname.replace(/\/+$/, '')}/socket.io`,
      transports: startsPolling ? ['polling', 'websocket'] : ['websocket', 'polling'],
      tryAllTransports: true,
      query: { shard: shardOf(channel, timeouts) },
      auth: { ...(token !== undefined && { token }), ...(log && { log }) },
    });
    const { engine } = socket.io;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let hasOpened = false;
    let wasConnected = false;
    let isOver = false;

    function end(why: string): void {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (why === 'timeout') timeouts++;
      const isOtherWay = why === 'timeout' || (hasOpened && !wasConnected);
      if (isOtherWay) startsPolling = why === 'timeout' && !startsPolling;
      socket.disconnect();
      onClose(why);
    }

    engine.on('close', (why) => {
      // The Manager listens from `open` on. A connection may end before: with a 101, and nothing else.
      if (!hasOpened) end(why);
    });
    engine.on('packetCreate', ({ type, data }) => {
      if (type === 'message' && wasConnected && !isOver) onSent(utf8Length(String(data)));
    });
    socket.io.on('open', () => {
      hasOpened = true;
      timer = setTimeout(end, connectWithinMs, 'timeout');
    });
    socket.on('connect', () => {
      clearTimeout(timer);
      wasConnected = true;
      timeouts = 0;
      onOpen();
    });
    socket.on('connect_error', ({ message }) => {
      end(message);
    });
    socket.onAny((...event: unknown[]) => {
      // The server speaks the protocol; what peers put into it are the values only.
      if (!isOver) onEvent(event as WireEvent);
    });
    socket.on('disconnect', (why) => {
      // Events are emitted a tick after they are read. Those that came just before the end are emitted after it, and
      // socket.io-client then keeps them for a next connection.
      queueMicrotask(() => {
        for (const event of socket.receiveBuffer) if (!isOver) onEvent(event as WireEvent);
        end(why);
      });
    });
    return {
      emit(event, ...args) {
        // While it is not connected, socket.io-client would keep the event for later.
        if (!isOver && socket.connected) socket.emit(event, ...args);
      },
      close() {
        isOver = true;
        clearTimeout(timer);
        socket.disconnect();
      },
    };
  };
}

/**
 * The same for both of a channel, so that a proxy can send them to one node without knowing the name. Another
 * one after a time-out: a proxy may not notice that a node hangs.
 */
function shardOf(channel: string, timeouts: number): string {
  let hash = 0;
  for (const unit of channel.normalize()) hash = (hash * 31 + (unit.codePointAt(0) ?? 0)) | 0;
  return (hash >>> 0).toString(36) + (timeouts ? `-${timeouts}` : '');
}
