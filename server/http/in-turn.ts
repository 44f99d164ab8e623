// Handles the requests of one connection one after the other, and each when its connection may send one; what is read of
// their bodies counts, too. Node emits all that a client pipelines at once and queues their responses. A response in that
// queue has no socket and never learns that the connection was closed: what its handler opened, such as the file of
// express.static, would stay open for ever (send waits for an event of the socket).
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Scheduler } from '../timing/scheduler.js';
import type { ClientAddress } from '../transport/client-address.js';
import { Throttle, type ThrottledConnection } from '../transport/throttle.js';
import type { Rate } from '../transport/token-buckets.js';
import { hasBody, watchBody } from './request-body.js';

/** Requests that wait on one connection. No browser and no proxy sends a second one before the first is answered. */
const maxWaiting = 10;

/** Characters in their headers: of one request Node accepts 16 KiB. */
const maxWaitingCharacters = 65_536;

/** In units of a turn: some 500 µs with its answer, most of it in Express. */
const costOfRequest = 100;

/**
 * Calls `begin` when every earlier response on this connection is finished and its share allows another request, and never
 * if the connection is closed before. A connection on which too many requests wait is closed.
 */
export type InTurn = (request: IncomingMessage, response: ServerResponse, begin: () => void) => void;

export interface InTurnParts {
  rate: Rate;
  scheduler: Scheduler;
  addressOf: ClientAddress;
  /** The requests on one connection are those of many clients: they have no rate. */
  trustProxy: boolean;
}

export function createInTurn({ rate, scheduler, addressOf, trustProxy }: InTurnParts): InTurn {
  /** An entry goes with its socket. */
  const connections = new WeakMap<Socket, RequestConnection>();

  function connectionOf(request: IncomingMessage): RequestConnection {
    const known = connections.get(request.socket);
    if (known) return known;
    const isProxy = trustProxy || addressOf(request) === undefined;
    const connection = new RequestConnection(
      request.socket,
      isProxy ? { events: 0, bytes: 0 } : rate,
      scheduler,
    );
    connections.set(request.socket, connection);
    return connection;
  }

  return (request, response, begin) => {
    connectionOf(request).receive(request, response, begin);
  };
}

class RequestConnection implements ThrottledConnection<() => void> {
  readonly partBytes = 0;
  private readonly socket: Socket;
  private readonly throttle: Throttle<() => void>;
  private readonly scheduler: Scheduler;
  private waiting = 0;
  private waitingCharacters = 0;

  constructor(socket: Socket, rate: Rate, scheduler: Scheduler) {
    this.socket = socket;
    this.scheduler = scheduler;
    this.throttle = new Throttle(rate, this, scheduler);
  }

  receive(request: IncomingMessage, response: ServerResponse, begin: () => void): void {
    const characters = request.rawHeaders.reduce((sum, text) => sum + text.length, request.url?.length ?? 0);
    this.waiting++;
    this.waitingCharacters += characters;
    if (hasBody(request)) this.watchBody(request, response);
    const handle = (): void => {
      this.waiting--;
      this.waitingCharacters -= characters;
      if (!this.socket.destroyed) begin();
    };
    const start = (): void => {
      this.throttle.receive(handle, characters, costOfRequest);
    };
    // Node gives a response the socket when it is the first of the queue.
    if (response.socket) start();
    else if (this.waiting > maxWaiting || this.waitingCharacters > maxWaitingCharacters) this.cut();
    else response.once('socket', start);
  }

  private watchBody(request: IncomingMessage, response: ServerResponse): void {
    const watch = {
      onPiece: (bytes: number, isSmall: boolean) => this.throttle.charge(isSmall ? 1 : 0, bytes),
      onTooManyPieces: () => this.cut(),
    };
    watchBody(request, response, watch, this.scheduler);
  }

  /** Node has the parser of a connection emit all requests that it has read, some 2,600 of them, unless it is told to stop. */
  cut(): void {
    const parser: unknown = Reflect.get(this.socket, 'parser');
    this.socket.destroy();
    // To this answer the parser stops, as before an upgrade (`parserOnIncoming` in lib/_http_server.js of Node.js 20 to 24).
    if (typeof parser === 'object' && parser !== null) Reflect.set(parser, 'onIncoming', () => 2);
  }

  handle(begin: () => void): void {
    begin();
  }

  parse(): boolean {
    return false;
  }

  pause(): void {
    // A client waits for the answer. Of one that does not, few requests wait.
  }

  resume(): void {
    // See `pause`.
  }

  refuse(): void {
    // There is no answer for it: the request that waits is still answered.
  }

  ended(): void {
    // What waits is not begun.
  }
}
