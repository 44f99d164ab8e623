// The user protocol's connection on a plain WebSocket: the browser's, the program's own, or in Node that of `ws`.
import { utf8Length } from '../../server/protocol/json-value.js';
import type { ClientMessage, LoginMessage, ServerMessage } from '../../server/protocol/user-messages.js';
import type { TransportEvents } from './connection-port.js';

/** A login may carry a token. */
export type OwnMessage = ClientMessage | (LoginMessage & { token: string });

/** One connection to a server that speaks the user protocol, and its frames as values. It connects once. */
export interface UserTransport {
  send(message: OwnMessage): void;
  /** Closes for good: the name is free at once. The server's end of it follows. */
  logOut(): void;
  /** Ends the connection; what was sent before still goes out. */
  close(): void;
}

/** @param onSent is given the bytes of each frame */
export type OpenUserTransport = (
  handlers: TransportEvents<ServerMessage>,
  onSent: (bytes: number) => void,
) => UserTransport;

/** What is used of a WebSocket; the browser's and that of `ws` both have it. */
export interface WebSocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number): void;
  addEventListener(type: 'open' | 'close' | 'error', handler: () => void): void;
  addEventListener(type: 'message', handler: (event: { data: unknown }) => void): void;
}

export type WebSocketConstructor = new (url: string) => WebSocketLike;

const openState = 1;

/** Normal closure (RFC 6455, section 7.4.1); any other code counts as a lost connection for the server. */
const normalClosure = 1000;

export function webSocketTransport(url: URL, ownConstructor?: WebSocketConstructor): OpenUserTransport {
  return ({ onOpen, onEvent, onClose }, onSent) => {
    let socket: WebSocketLike | undefined;
    let isOver = false;

    function end(why: string): void {
      if (isOver) return;
      isOver = true;
      onClose(why);
    }

    function connect(Socket: WebSocketConstructor): void {
      if (isOver) return;
      socket = new Socket(url.href);
      socket.addEventListener('open', () => {
        if (!isOver) onOpen();
      });
      socket.addEventListener('message', ({ data }) => {
        const message = parse(data);
        if (!isOver && message !== undefined) onEvent(message);
      });
      socket.addEventListener('error', () => {
        end('error');
      });
      socket.addEventListener('close', () => {
        end('closed');
      });
    }

    findConstructor(ownConstructor)
      .then(connect)
      .catch((error: unknown) => {
        end(String(error));
      });
    return {
      send(message) {
        if (socket?.readyState !== openState) return;
        const text = JSON.stringify(message);
        socket.send(text);
        onSent(utf8Length(text));
      },
      logOut() {
        socket?.close(normalClosure);
      },
      close() {
        isOver = true;
        socket?.close();
      },
    };
  };
}

async function findConstructor(ownConstructor?: WebSocketConstructor): Promise<WebSocketConstructor> {
  if (ownConstructor) return ownConstructor;
  if ('WebSocket' in globalThis) return globalThis.WebSocket;
  // Node below 22 has none of its own.
  const { WebSocket } = await import('ws');
  return WebSocket;
}

function parse(data: unknown): ServerMessage | undefined {
  try {
    return JSON.parse(String(data)) as ServerMessage;
  } catch {
    return undefined;
  }
}
