// A WebSocket by hand over TCP (RFC 6455), for what no library does: many frames in one write, no pongs, bad text.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface RawFrame {
  opcode: number;
  text: string;
}

export interface RawWebSocket {
  readonly socket: Socket;
  readonly frames: RawFrame[];
  /** Resolves when the TCP connection is closed. */
  readonly closed: Promise<void>;
  /** Writes all frames in one TCP write. */
  write(...frames: Buffer[]): void;
  /** Resolves with the first text frame that fits, or has come already. */
  hears(pattern: RegExp): Promise<string>;
  /** Hears every frame that comes from now on. */
  onFrame(listener: (frame: RawFrame) => void): void;
}

/** A frame as a client sends it, masked. A fragment of a message is not final, except for the last one. */
export function frameOf(content: string | Buffer, opcode: number = opcodes.text, isFinal = true): Buffer {
  const payload = Buffer.from(content);
  const mask = randomBytes(4);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([headOf(payload.length, opcode, isFinal), mask, masked]);
}

/** A close frame with its code. */
export function closeFrameOf(code: number): Buffer {
  return frameOf(Buffer.from([code >> 8, code & 0xff]), opcodes.close);
}

function headOf(length: number, opcode: number, isFinal: boolean): Buffer {
  const first = (isFinal ? 0x80 : 0) | opcode;
  if (length < 126) return Buffer.from([first, 0x80 | length]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = 0x80 | (length < 65_536 ? 126 : 127);
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

export interface RawOptions {
  /** Answers a close frame, and ends. Default: true. Without it also its half of the connection stays open. */
  answersClose?: boolean;
  /** More headers. */
  headers?: Record<string, string>;
}

/** Opens a WebSocket at `path`; resolves after the handshake. */
export async function openRawWebSocket(
  port: number,
  path: string,
  { answersClose = true, headers = {} }: RawOptions = {},
): Promise<RawWebSocket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: !answersClose });
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => {});
  const frames: RawFrame[] = [];
  const listeners = new Set<(frame: RawFrame) => void>();
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('close', () => reject(new Error(`The connection to ${path} closed before it was open.`)));
    let isOpen = false;
    let chunks: Buffer[] = [];
    let bytes = 0;
    let needed = 0;
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      // Not at each chunk of a large frame.
      if (bytes < needed) return;
      let rest = Buffer.concat(chunks);
      chunks = [rest];
      if (!isOpen) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        isOpen = true;
        rest = rest.subarray(end + 4);
        resolve();
      }
      for (let next = readFrame(rest); next; next = readFrame(rest)) {
        rest = rest.subarray(next.bytes);
        frames.push(next.frame);
        if (answersClose && next.frame.opcode === opcodes.close) socket.end(frameOf('', opcodes.close));
        for (const listener of listeners) listener(next.frame);
      }
      chunks = [rest];
      bytes = rest.length;
      needed = bytesOfFrame(rest);
    });
  });
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
      `${Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
  );
  await opened;
  return {
    socket,
    frames,
    closed,
    write(...written) {
      socket.write(Buffer.concat(written));
    },
    hears: (pattern) =>
      new Promise((resolve, reject) => {
        void closed.then(() => reject(new Error(`The connection closed before ${String(pattern)} came.`)));
        const look = ({ opcode, text }: RawFrame): void => {
          if (opcode !== opcodes.text || !pattern.test(text)) return;
          listeners.delete(look);
          resolve(text);
        };
        listeners.add(look);
        frames.forEach(look);
      }),
    onFrame(listener) {
      listeners.add(listener);
    },
  };
}

/** A Socket.IO connection on it: Engine.IO's greeting heard, the namespace joined. */
export async function openRawSocketIo(port: number): Promise<RawWebSocket & { id: string }> {
  const raw = await openRawWebSocket(port, '/socket.io/?EIO=4&transport=websocket');
  await raw.hears(/^0\{/);
  raw.write(frameOf('40'));
  const { sid } = JSON.parse((await raw.hears(/^40\{/)).slice(2)) as { sid: string };
  return { ...raw, id: sid };
}

/** A server's frame is never masked. */
function readFrame(data: Buffer): { frame: RawFrame; bytes: number } | undefined {
  const bytes = bytesOfFrame(data);
  if (data.length < bytes) return undefined;
  const text = data.subarray(headBytesOf(data), bytes).toString();
  return { frame: { opcode: (data[0] ?? 0) & 0x0f, text }, bytes };
}

function headBytesOf(data: Buffer): number {
  const short = (data[1] ?? 0) & 0x7f;
  return short < 126 ? 2 : short === 126 ? 4 : 10;
}

/** As far as it can be told: at least so many bytes. */
function bytesOfFrame(data: Buffer): number {
  const headBytes = headBytesOf(data);
  if (data.length < headBytes) return headBytes;
  const short = (data[1] ?? 0) & 0x7f;
  const length = short < 126 ? short : short === 126 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  return headBytes + length;
}
