// Limits of one connection: how many bytes wait for it, how often it joins the namespace, how large its events are.
// Leaves frames to websocket-server, and limits of an address to unauthenticated-connections.
import type { Socket as EngineSocket } from 'engine.io';
import { WebSocket } from 'ws';
import { maxUnreadBytes } from '../protocol/limits.js';
import { refusals } from '../protocol/refusals.js';

/** The WebSocket of an Engine.IO connection, which its types do not declare. @returns undefined for long-polling */
export function webSocketOf({ transport }: Pick<EngineSocket, 'transport'>): WebSocket | undefined {
  return 'socket' in transport && transport.socket instanceof WebSocket ? transport.socket : undefined;
}

/**
 * Closes a Socket.IO connection whose client stops reading, from its first moment, also before it joins the namespace.
 * It is closed for reconnect: the client may take its seat back. The bytes that wait are dropped. [R28]
 */
export function closeSlowReader(connection: EngineSocket): void {
  limitQueue(connection, maxUnreadBytes, () => {
    const refused = ['refused', { event: 'message', ...refusals.tooSlow(maxUnreadBytes) }];
    // The session logs it.
    connection.emit('too-slow');
    // Not through Socket.IO, where it would wait behind the rest: an event (2) in a message (4) of Engine.IO.
    webSocketOf(connection)?.send(`42${JSON.stringify(refused)}`);
    connection.close(true);
  });
}

/** The part of an Engine.IO connection that is needed: it creates packets, and `flush` hands them to the transport. */
export interface PacketConnection {
  on(event: 'packetCreate', listener: (packet: { data?: unknown }) => void): unknown;
  on(event: 'flush', listener: () => void): unknown;
}

/**
 * Limits the bytes that wait for a client to read them; Socket.IO itself keeps any number. Counts every packet, also
 * answers and refusals.
 * @param maxBytes the transport may hold up to the same number again
 * @param onOverflow called once, when more than `maxBytes` wait
 */
export function limitQueue(connection: PacketConnection, maxBytes: number, onOverflow: () => void): void {
  let waiting = 0;
  let isOver = false;
  connection.on('packetCreate', ({ data }) => {
    const before = waiting;
    if (typeof data === 'string') waiting += Buffer.byteLength(data);
    // A single packet passes, however large: only a packet that waits behind another shows a client that does not read.
    if (before === 0 || waiting <= maxBytes || isOver) return;
    isOver = true;
    onOverflow();
  });
  connection.on('flush', () => {
    waiting = 0;
  });
}

interface EnginePacket {
  type: string;
  data?: unknown;
}

/**
 * Lets a connection join Socket.IO's namespace once: Socket.IO makes a new socket for every CONNECT. At the second
 * CONNECT it is closed at once. [R15]
 */
export function allowOneConnect(connection: Pick<EngineSocket, 'on' | 'close'>): void {
  let hasConnected = false;
  // Engine.IO emits `packet` before the `data` event that Socket.IO listens to, and `close(true)` removes all listeners
  // at once: the rest of the payload is ignored (engine.io 6.6.12, `onPacket` and `onClose` in build/socket.js).
  connection.on('packet', (packet: EnginePacket) => {
    if (!isConnect(packet)) return;
    if (hasConnected) connection.close(true);
    hasConnected = true;
  });
}

/** Like Socket.IO's parser, for which a blank is also type 0 (socket.io-parser 4, `decodeString`). */
function isConnect({ type, data }: EnginePacket): boolean {
  return type === 'message' && typeof data === 'string' && Number(data.charAt(0)) === 0;
}

const bytesOfOther = 8;

/**
 * The approximate size of a received value: the UTF-8 bytes of its texts, the bytes of its binary data, and eight for
 * everything else in it. Walks without recursion: a value nested 100,000 deep must not end the process.
 */
export function sizeOf(value: unknown): number {
  const open: unknown[] = [value];
  let bytes = 0;
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') {
      bytes += Buffer.byteLength(next);
      continue;
    }
    bytes += bytesOfOther;
    if (typeof next !== 'object' || next === null) continue;
    if (next instanceof ArrayBuffer || ArrayBuffer.isView(next)) bytes += next.byteLength;
    else if (Array.isArray(next)) for (const child of next) open.push(child);
    else for (const [key, child] of Object.entries(next)) open.push(key, child);
  }
  return bytes;
}
