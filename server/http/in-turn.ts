// Handles the requests that a client pipelines on one connection one after the other. Node emits all of them at once and
// queues their responses. A response in that queue has no socket and never learns that the connection was closed: what its
// handler opened, such as the file of express.static, would stay open for ever (send waits for an event of the socket).
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that wait on one connection. No browser and no proxy sends a second one before the first is answered. */
const maxWaiting = 100;

/** Characters in their headers: of one request Node accepts 16 KiB. */
const maxWaitingCharacters = 65_536;

/** Of connections on which requests wait. Goes with the connection. */
const waitingOn = new WeakMap<Socket, { requests: number; characters: number }>();

/**
 * Calls `begin` when every earlier response on this connection is finished, and never if the connection is closed before.
 * A connection on which too many requests wait is closed. Without pipelining `begin` is called at once.
 */
export function inTurn(request: IncomingMessage, response: ServerResponse, begin: () => void): void {
  // Node gives a response the socket when it is the first of the queue.
  if (response.socket) {
    begin();
    return;
  }
  const { socket } = request;
  const waiting = waitingOn.get(socket) ?? { requests: 0, characters: 0 };
  const characters = request.rawHeaders.reduce((sum, text) => sum + text.length, request.url?.length ?? 0);
  waiting.requests++;
  waiting.characters += characters;
  waitingOn.set(socket, waiting);
  if (waiting.requests > maxWaiting || waiting.characters > maxWaitingCharacters) {
    socket.destroy();
    return;
  }
  response.once('socket', () => {
    waiting.requests--;
    waiting.characters -= characters;
    // One request in a turn of the event loop, so that other connections get theirs.
    setImmediate(() => {
      if (!socket.destroyed) begin();
    });
  });
}
