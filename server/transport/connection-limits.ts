// Limits of one connection: how many bytes wait for it, how it joins the namespace, how large its events are, how it is
// closed. Leaves frames to websocket-server, and limits of an address to open-connections.
import type { Socket as EngineSocket } from 'engine.io';
import { WebSocket } from 'ws';
import { closedReadingMs, maxConnectBytes, maxConnectDepth, maxUnreadBytes } from '../protocol/limits.js';
import { refusals } from '../protocol/refusals.js';
import type { Refusal } from '../protocol/room-events.js';
import type { Scheduler } from '../timing/scheduler.js';
import { tooFast } from './throttle.js';

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
    refuse(connection, refusals.tooSlow(maxUnreadBytes));
    connection.close(true);
  });
}

/** Tells a connection that sends too fast, and closes it for reconnect when it goes on. [R34] */
export function closeTooFast(connection: EngineSocket, limit: number): void {
  const watch = (): void => {
    webSocketOf(connection)?.on(tooFast, (isOver: boolean) => {
      refuse(connection, refusals.tooFast(limit));
      if (isOver) connection.close(true);
    });
  };
  watch();
  connection.on('upgrade', watch);
}

/** Emitted on an Engine.IO connection by its session, with whether it has a seat now. */
export const seated = 'seated';

/**
 * Not through Socket.IO, where it would wait behind the rest: an event (2) in a message (4) of Engine.IO. Over long-polling it
 * is in the answer to the GET that is open.
 */
export function refuse(connection: EngineSocket, refusal: Refusal): void {
  // The session logs it.
  connection.emit('refused', refusal.code);
  const packet = `2${JSON.stringify(['refused', { event: 'message', ...refusal }])}`;
  const webSocket = webSocketOf(connection);
  if (webSocket) webSocket.send(`4${packet}`);
  else connection.send(packet);
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

/** The part of an Engine.IO connection that receives packets. */
export interface ReceivingConnection {
  on(event: 'packet', listener: (packet: { type: string; data?: unknown }) => void): unknown;
  close(discard: true): void;
}

/**
 * A connection sends one CONNECT, a small one, before everything else. Otherwise it is closed at once, before Socket.IO
 * parses anything: Socket.IO makes a new socket for every CONNECT, and builds and keeps whatever is in it. [R15]
 */
export function checkConnect(connection: ReceivingConnection): void {
  let hasConnected = false;
  // Engine.IO emits `packet` before the `data` event that Socket.IO listens to, and `close(true)` removes all listeners
  // at once: the rest of the payload is ignored (engine.io 6.6.12, `onPacket` and `onClose` in build/socket.js).
  connection.on('packet', ({ type, data }) => {
    if (type !== 'message') return;
    const connect = textOfConnect(data);
    const isConnect = connect !== undefined;
    if (isConnect === hasConnected || (isConnect && isTooLarge(connect))) connection.close(true);
    hasConnected = true;
  });
}

/** Like Socket.IO's parser, for which a blank is also type 0 (socket.io-parser 4, `decodeString`). */
function textOfConnect(data: unknown): string | undefined {
  return typeof data === 'string' && Number(data.charAt(0)) === 0 ? data : undefined;
}

function isTooLarge(connect: string): boolean {
  return Buffer.byteLength(connect) > maxConnectBytes || isNestedDeeper(payloadOf(connect), maxConnectDepth);
}

/** After the type, and a namespace that ends with a comma. */
function payloadOf(connect: string): string {
  if (connect.charAt(1) !== '/') return connect.slice(1);
  const comma = connect.indexOf(',');
  return comma < 0 ? '' : connect.slice(comma + 1);
}

/** Whether more arrays and objects are nested in one another in this JSON text. Builds nothing of it. */
export function isNestedDeeper(json: string, maxDepth: number): boolean {
  let depth = 0;
  let isInText = false;
  for (let index = 0; index < json.length; index++) {
    const char = json.charAt(index);
    if (char === '"') isInText = !isInText;
    else if (isInText) index += char === '\\' ? 1 : 0;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if (depth > maxDepth) return true;
  }
  return false;
}

/**
 * Engine.IO closes a connection only when everything for it is written, which a client that does not read prevents for
 * ever (`close` in build/socket.js of engine.io 6.6.12). Until then nothing more is read from its WebSocket, and it is
 * ended as soon as any other that the server has closed. [R15]
 */
export function limitClosing(connection: EngineSocket, scheduler: Scheduler): void {
  const close = connection.close.bind(connection);
  connection.close = (discard) => {
    const wasOpen = connection.readyState === 'open';
    close(discard);
    const webSocket = webSocketOf(connection);
    if (!webSocket || !wasOpen || connection.readyState !== 'closing') return;
    webSocket.pause();
    webSocket.once(
      'close',
      scheduler.after(closedReadingMs, () => {
        webSocket.terminate();
      }),
    );
  };
}

/** A copy of its own: V8 keeps the whole text that a part was cut from, such as a header of 16 KB (`SlicedString`). */
export function copyText(part: string): string {
  return Buffer.from(part).toString();
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
