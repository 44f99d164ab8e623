// How many TCP connections the servers of this process may hold: each takes a descriptor, also one that has sent no request,
// or a part of one. Such a connection is idle, and so is one between two requests, in its TLS handshake, or whose client has
// the whole answer but for what it does not read. Idle ones are given up above a bound; those that are upgraded, or that an
// answer is prepared for, never. How long they may be idle is bounded in own-server. [U17]
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ByAddress, type Place } from '../transport/by-address.js';
import type { PeerAddress } from '../transport/client-address.js';
import { descriptorLimit } from './descriptor-limit.js';
import { hasBody } from './request-body.js';

/** An idle connection was closed for another one; a new one was closed, since none is idle. */
export type ClosedReason = 'idle' | 'descriptors';

export interface SocketLimits {
  addressOf: PeerAddress;
  /** As many may be idle; 0: any number. */
  maxConnectionsPerAddress: number;
  onClosed: (reason: ClosedReason) => void;
}

/** Of one server. */
export interface WatchedSockets {
  /** The connection of this request is not idle until the answer is complete. */
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** It has become a WebSocket, or is refused and closed. */
  upgrade(request: IncomingMessage): void;
  /** Node's `closeAllConnections` covers neither upgraded ones nor those in a TLS handshake. */
  destroyAll(): void;
}

/** Also if fewer connections of an address are allowed: a browser opens six for a page. */
const leastIdlePerAddress = 100;

export class IdleSockets {
  /** Idle or not. */
  open = 0;
  readonly idle = new ByAddress<OpenSocket>();
  private readonly maxOpen: number;

  constructor(maxOpen: number) {
    this.maxOpen = maxOpen;
  }

  watch(server: Server, limits: SocketLimits): WatchedSockets {
    const { addressOf, maxConnectionsPerAddress: perAddress, onClosed } = limits;
    const ofServer = {
      sockets: new Set<OpenSocket>(),
      maxIdle: perAddress === 0 ? Infinity : Math.max(perAddress, leastIdlePerAddress),
      onClosed,
    };
    /** Requests over TLS have another socket than the event `connection`. */
    const bySocket = new WeakMap<Socket, OpenSocket>();

    const add = (socket: Socket): void => {
      const added = new OpenSocket(this, ofServer, socket, addressOf(socket));
      bySocket.set(socket, added);
      socket.once('close', () => {
        added.forget();
      });
      if (this.open <= this.maxOpen) return;
      const closed = this.idle.oldestOfMost;
      onClosed(closed === added ? 'descriptors' : 'idle');
      closed?.destroy();
    };

    server.on('connection', add);
    server.on('secureConnection', (socket: Socket) => {
      // The socket below it (`TLSSocket` in lib/_tls_wrap.js of Node.js 20 to 24).
      const known = bySocket.get(Reflect.get(socket, '_parent') as Socket);
      if (known) bySocket.set(socket, known);
    });
    return {
      answer: (request, response) => bySocket.get(request.socket)?.answer(request, response),
      upgrade: (request) => bySocket.get(request.socket)?.upgrade(),
      destroyAll: () => {
        for (const open of ofServer.sockets) open.destroy();
      },
    };
  }
}

/** Those of all parleys in this process. */
export const idleSockets = new IdleSockets(descriptorLimit?.maxSockets ?? Infinity);

interface OfServer {
  sockets: Set<OpenSocket>;
  /** Of one address. */
  maxIdle: number;
  onClosed: SocketLimits['onClosed'];
}

/** A class: there is one for each connection, and methods cost no memory there. */
class OpenSocket {
  private readonly registry: IdleSockets;
  private readonly ofServer: OfServer;
  private readonly socket: Socket;
  private readonly address: string | undefined;
  /** Among the idle ones. */
  private place: Place<OpenSocket> | undefined = undefined;
  /** Answers that are being prepared. */
  private answers = 0;
  private isUpgraded = false;

  constructor(registry: IdleSockets, ofServer: OfServer, socket: Socket, address: string | undefined) {
    this.registry = registry;
    this.ofServer = ofServer;
    this.socket = socket;
    this.address = address;
    registry.open += 1;
    ofServer.sockets.add(this);
    this.judge();
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    // Until its body is complete, it is a part of a request.
    if (hasBody(request)) request.once('end', () => this.prepare(response));
    else this.prepare(response);
  }

  upgrade(): void {
    this.isUpgraded = true;
    this.judge();
  }

  destroy(): void {
    // Its descriptor is free at once, and the event `close` comes later.
    this.forget();
    this.socket.destroy();
  }

  forget(): void {
    if (this.ofServer.sockets.delete(this)) this.registry.open -= 1;
    this.judge();
  }

  private prepare(response: ServerResponse): void {
    if (response.writableEnded || response.closed) return;
    let isPrepared = false;
    const end = (): void => {
      if (isPrepared) return;
      isPrepared = true;
      this.answers -= 1;
      this.judge();
    };
    this.answers += 1;
    // Emitted by `end()` (`OutgoingMessage` in lib/_http_outgoing.js of Node.js 20 to 24); `finish` waits for the client.
    response.once('prefinish', end);
    response.once('close', end);
    this.judge();
  }

  private judge(): void {
    const { idle } = this.registry;
    const { sockets, maxIdle, onClosed } = this.ofServer;
    const isIdle = !this.isUpgraded && this.answers === 0 && sockets.has(this);
    if (isIdle && !this.place) {
      this.place = idle.add(this.address, this);
      if (idle.countOf(this.address) <= maxIdle) return;
      onClosed('idle');
      idle.oldestOf(this.address)?.destroy();
    } else if (!isIdle && this.place) {
      idle.remove(this.place);
      this.place = undefined;
    }
  }
}
