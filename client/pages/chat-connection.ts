// The chat's connection to its server: turns wire events into what happens, and deeds into wire events.
import { io, type Socket } from 'socket.io-client';
import type {
  ClientToServerEvents,
  ServerToClientEvents,
  SignalKind,
} from '../../server/protocol/room-events.js';
import type { ChatEvent } from './chat-states.js';
import { watchServer } from './server-check.js';

export interface ChatConnection {
  enter(channel: string): void;
  send(as: SignalKind, channel: string, text: string): void;
  /** Asks for a sign of life: `checked` follows all that the server has said before it. */
  check(): void;
  /** Says Bye and disconnects, in this order. */
  sayBye(channel: string): void;
  /** Acknowledges the other's Bye and disconnects. */
  acknowledge(): void;
  /** Tries at once instead of in a few seconds. */
  reconnect(): void;
}

const reconnectAfterMs = 500;

export function openConnection(hear: (event: ChatEvent) => void): ChatConnection {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io({
    path: new URL('socket.io', document.baseURI).pathname,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    auth: { log: true },
    reconnectionDelay: reconnectAfterMs,
    reconnectionDelayMax: 3000,
  });
  const serverCheck = watchServer(socket);

  socket.on('connect', () => hear({ kind: 'connected' }));
  socket.on('connect_error', () => hear({ kind: 'unreachable' }));
  socket.on('disconnect', (reason) => {
    hear({ kind: 'lost' });
    // Socket.IO comes back by itself, but not when the server has closed on purpose.
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), reconnectAfterMs);
  });
  socket.on('created', (channel) => hear({ kind: 'created', channel }));
  socket.on('joined', (channel) => hear({ kind: 'joined', channel }));
  socket.on('full', (channel) => hear({ kind: 'full', channel }));
  socket.on('remotePeerJoining', (channel) => hear({ kind: 'join requested', channel }));
  socket.on('broadcast: joined', (sentence) => hear({ kind: 'peer joined', sentence }));
  socket.on('message', (value) => hear({ kind: 'got', as: 'message', value }));
  socket.on('response', (value) => hear({ kind: 'got', as: 'response', value }));
  socket.on('Bye', () => hear({ kind: 'got Bye' }));
  socket.on('peer gone', () => hear({ kind: 'peer gone' }));
  socket.on('log', (line) => console.log(...line));
  socket.on('refused', ({ event, message }) => {
    // The entry's own answer says it already.
    if (event !== 'create or join') hear({ kind: 'refused', event, sentence: message });
  });

  return {
    enter(channel) {
      console.log('Trying to create or join channel: ', channel);
      socket.emit('create or join', channel, null, ({ status, heartbeatMs, code, message }) => {
        serverCheck.every(heartbeatMs);
        if (status !== 'refused') return;
        hear({ kind: 'entry refused', code: code ?? 'unavailable', sentence: message ?? '' });
      });
    },
    send(as, channel, text) {
      socket.emit(as, { channel, message: text });
    },
    check() {
      serverCheck.now(() => hear({ kind: 'checked' }));
    },
    sayBye(channel) {
      socket.emit('Bye', channel);
      socket.disconnect();
    },
    acknowledge() {
      socket.emit('Ack');
      socket.disconnect();
    },
    reconnect() {
      socket.disconnect();
      socket.connect();
    },
  };
}
