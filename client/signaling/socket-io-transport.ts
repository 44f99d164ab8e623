// The room protocol's connection on socket.io-client: WebSocket first, long-polling only where that fails.
import { io } from 'socket.io-client';
import type { WireEvent } from '../../server/protocol/room-events.js';
import type { OpenRoomTransport } from './room-transport.js';

export interface SocketIoSettings {
  /** Of the server, with its base path if it has one: `https://example.org/parley`. */
  url: URL;
  token: string | undefined;
  /** Ask for the book's remote log. [R18] */
  log: boolean;
}

const connectWithinMs = 5000;

export function socketIoTransport({ url, token, log }: SocketIoSettings): OpenRoomTransport {
  /** A network that swallows WebSockets lets them time out; then the next attempt begins with polling. */
  let startsPolling = false;

  return ({ onOpen, onEvent, onClose }) => {
    const socket = io(url.origin, {
      path: `${url.pathname.replace(/\/+$/, '')}/socket.io`,
      transports: startsPolling ? ['polling', 'websocket'] : ['websocket', 'polling'],
      tryAllTransports: true,
      forceNew: true,
      reconnection: false,
      timeout: connectWithinMs,
      auth: { ...(token !== undefined && { token }), ...(log && { log }) },
    });
    let isOver = false;
    const end = (why: string): void => {
      if (isOver) return;
      isOver = true;
      onClose(why);
    };
    socket.on('connect', onOpen);
    socket.on('connect_error', (error) => {
      if (error.message === 'timeout') startsPolling = !startsPolling;
      socket.disconnect();
      end(error.message);
    });
    socket.on('disconnect', end);
    socket.onAny((...event: unknown[]) => {
      // The server speaks the protocol; what peers put into it are the values only.
      if (!isOver) onEvent(event as WireEvent);
    });
    return {
      emit(event, ...args) {
        socket.emit(event, ...args);
      },
      close() {
        isOver = true;
        socket.disconnect();
      },
    };
  };
}
