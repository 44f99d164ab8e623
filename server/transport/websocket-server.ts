// The WebSocket server of both protocols: it limits the memory of each connection, the heartbeat watches each, what is
// sent on one in a turn of the event loop leaves in one write, and one that the server closes is not parsed any more.
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer, type ServerOptions } from 'ws';
import { closedReadingMs, maxUnreadBytes, maxFrameBytes } from '../protocol/limits.js';
import type { Scheduler } from '../timing/scheduler.js';
import { copyText } from './connection-limits.js';
import type { Heartbeat } from './heartbeat.js';
import { hasLimit, Throttle, tooFast, type Rate, type ThrottledConnection } from './throttle.js';

/** RFC 6455, section 7.4.1, and its registry (section 11.7). */
export const closeCodes = {
  /** A client is done. */
  normal: 1000,
  /** The server goes. */
  goingAway: 1001,
  /** The client broke a rule of the protocol. */
  policyViolation: 1008,
  /** The client may come back at once. */
  tryAgainLater: 1013,
} as const;

/** Characters of a `Sec-WebSocket-Protocol`, which ws keeps and sends back. A longer one is not accepted. */
const maxSubprotocolLength = 128;

const bounds = {
  maxPayload: maxFrameBytes,
  maxFragments: 64,
  maxBufferedChunks: 1024,
  maxPendingAutoPongs: 16,
  perMessageDeflate: false,
  handleProtocols: ([first = '']: Iterable<string>) =>
    first.length <= maxSubprotocolLength && copyText(first),
};

/**
 * The protocols have their own queue limit, [R28] and [U24]. This one is for what ws and Engine.IO send by themselves.
 */
const maxUnsentBytes = 2 * maxUnreadBytes;

type Sent = Parameters<WebSocket['send']>;

/** What a client sends, as ws emits it: a message, or a ping. */
type Received = readonly [event: string | symbol, ...args: unknown[]];

/** A class, because Engine.IO constructs the server itself (`wsEngine`). The heartbeat watches every socket of it. */
export function watchedWebSocketServer(
  heartbeat: Heartbeat,
  scheduler: Scheduler,
  rate: Rate,
): new (options?: ServerOptions) => WebSocketServer {
  const isLimited = hasLimit(rate);

  class ServerWebSocket extends WebSocket implements ThrottledConnection<Received> {
    private throttle: Throttle<Received> | undefined = undefined;
    // ws has no public name for the stream below a WebSocket (ws 8, lib/websocket.js).
    declare private readonly _socket?: Duplex | null;

    /** Candidates come in bursts, and the write to the kernel is what a relayed message costs most. */
    override send(...[data, ...rest]: [data: Sent[0], ...rest: unknown[]]): void {
      const stream = this._socket;
      if (stream?.writableCorked === 0) {
        stream.cork();
        queueMicrotask(() => {
          stream.uncork();
        });
      }
      super.send(data, ...(rest as [Sent[1]]));
    }

    override emit(event: string | symbol, ...args: unknown[]): boolean {
      if (isLimited && (event === 'message' || event === 'ping')) {
        const [data] = args;
        this.throttle ??= new Throttle(rate, this, scheduler);
        this.throttle.receive([event, ...args], Buffer.isBuffer(data) ? data.length : 0);
        return true;
      }
      if (event === 'close') this.throttle?.end();
      return super.emit(event, ...args);
    }

    handle(received: Received): void {
      super.emit(...received);
    }

    refuse(): void {
      super.emit(tooFast, false);
    }

    cut(): void {
      // Nobody listens to a WebSocket that Engine.IO has not taken over yet.
      if (!super.emit(tooFast, true)) this.terminate();
    }

    /** ws would parse what the client still sends, for 30 s. [R15] [U18] */
    override close(code?: number, reason?: string | Buffer): void {
      const isFirst = this.readyState === this.OPEN;
      super.close(code, reason);
      // When this server goes, the heartbeat's `close` sets the time.
      if (isFirst && code !== closeCodes.goingAway) this.drain();
    }

    /**
     * Drops what the client still sends, until its FIN. It is read all the same: to close a socket that has unread bytes
     * resets the connection, which can erase the last words to the client (RFC 1122, section 4.2.2.13).
     */
    private drain(): void {
      const stream = this._socket;
      if (!stream) return;
      stream.removeAllListeners('data').resume();
      // The client's own close frame is dropped, too: nothing more is to be waited for but its FIN.
      stream.end();
      this.once(
        'close',
        scheduler.after(closedReadingMs, () => {
          this.terminate();
        }),
      );
    }
  }

  function watch(webSocket: WebSocket): void {
    heartbeat.watch(webSocket);
    // During an upgrade Engine.IO answers every probe at once, without its buffer (engine.io 6.6.12, `_maybeUpgrade`).
    webSocket.on('message', () => {
      if (webSocket.bufferedAmount > maxUnsentBytes) webSocket.terminate();
    });
  }

  return class WatchedWebSocketServer extends WebSocketServer {
    constructor(options?: ServerOptions) {
      super({ ...options, ...bounds, noServer: true, WebSocket: ServerWebSocket });
    }

    override handleUpgrade(...[request, socket, head, opened]: Parameters<WebSocketServer['handleUpgrade']>) {
      super.handleUpgrade(request, socket, head, (webSocket, ...rest) => {
        watch(webSocket);
        opened(webSocket, ...rest);
      });
    }
  };
}
