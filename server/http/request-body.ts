// The body of a request: its pieces have a least size, and who is answered before it is complete is not read on. [R34]
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { closedReadingMs } from '../protocol/limits.js';
import type { Scheduler } from '../timing/scheduler.js';
import { drain } from '../transport/closing.js';

/**
 * Each piece costs more than its bytes. A packet of the network has at least 536 (RFC 9293, section 3.7.1), and what is parsed
 * at a time may end in the middle of a chunk.
 */
const leastPieceBytes = 256;

/** So many may be smaller: the last one, and those of a short body. */
const maxSmallPieces = 64;

export interface BodyWatch {
  /** @param isSmall and not the first small one */
  onPiece(bytes: number, isSmall: boolean): void;
  onTooManyPieces(): void;
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Of a request that has one: before anybody reads it. */
export function watchBody(
  request: IncomingMessage,
  response: ServerResponse,
  { onPiece, onTooManyPieces }: BodyWatch,
  scheduler: Scheduler,
): void {
  const { socket } = request;
  let pieces = 0;
  let smallPieces = 0;
  let bytes = 0;
  const push = request.push.bind(request);
  // Called by the parser, also while nobody reads (`parserOnBody` in lib/_http_common.js of Node.js 20 to 24).
  request.push = (piece: Buffer | null) => {
    if (piece === null) return push(null);
    if (socket.destroyed) return false;
    pieces += 1;
    bytes += piece.length;
    const isSmall = piece.length < leastPieceBytes;
    if (isSmall) smallPieces += 1;
    onPiece(piece.length, isSmall && smallPieces > 1);
    if (pieces <= maxSmallPieces + bytes / leastPieceBytes) return push(piece);
    onTooManyPieces();
    return false;
  };
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (...args: unknown[]) => {
    if (!request.complete) response.shouldKeepAlive = false;
    return writeHead(...args);
  };
  // Node would read the rest, for up to 10 s, or destroy the socket, which can erase the answer.
  response.once('finish', () => {
    if (!request.complete && !socket.destroyed) endSlowly(socket, scheduler);
  });
}

function endSlowly(socket: Socket, scheduler: Scheduler): void {
  // Set by `destroySoon` (lib/net.js), which Node has just called if the answer said `Connection: close`.
  socket.off('finish', socket.destroy);
  // A listener for `data` takes the socket away from the parser.
  drain(socket);
  socket.once(
    'close',
    scheduler.after(closedReadingMs, () => socket.destroy()),
  );
}

/** @param onText is given undefined as soon as it is longer; the rest is not read */
export function readText(
  request: IncomingMessage,
  maxBytes: number,
  onText: (text: string | undefined) => void,
): void {
  const parts: Buffer[] = [];
  let bytes = 0;
  const onEnd = (): void => {
    onText(Buffer.concat(parts).toString());
  };
  const onData = (part: Buffer): void => {
    bytes += part.length;
    parts.push(part);
    if (bytes <= maxBytes) return;
    request.off('data', onData).off('end', onEnd).pause();
    onText(undefined);
  };
  request.on('data', onData).once('end', onEnd);
}
