// The WebSocket server of both protocols: it limits the memory of each connection, the heartbeat watches each, what is
// sent on one in a turn of the event loop leaves in one write, and one that the server closes is not parsed any more.
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer, type ServerOptions } from 'ws';
import { closedReadingMs, cutMark, maxFrameBytes, maxUnreadBytes } from '../protocol/limits.js';
import type { Scheduler } from '../timing/scheduler.js';
import { closeCodes, drain } from './closing.js';
import { copyText } from './connection-limits.js';
import type { Heartbeat } from './heartbeat.js';
import { Throttle, tooFast, type ThrottledConnection } from './throttle.js';
import type { Rate } from './token-buckets.js';
import { dropUnfinished, unfinishedMessages, watchFragments } from './unfinished-messages.js';
import type { Holder, Receiver } from './unfinished-messages.js';

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

/** What is parsed at a time. One frame has at most 1 MiB, and ws keeps at most 1,024 parts of it. */
const maxPartBytes = 32_768;

/** Of a text that is too long: enough for the name of an event. */
const startBytes = 1024;

const nothing = Buffer.alloc(0);

/** What a client sends, as ws emits it: a message, a ping or a pong. */
type Received = readonly [event: string | symbol, ...args: unknown[]];

/** Nobody listens to it: its message is not complete. It only counts. */
const fragment: Received = ['fragment'];

/**
 * A class, because Engine.IO constructs the server itself (`wsEngine`). The heartbeat watches every socket of it.
 * @param maxTextBytes a longer text is refused: only its start is emitted, with `cutMark`
 */
export function watchedWebSocketServer(
  heartbeat: Heartbeat,
  scheduler: Scheduler,
  rate: Rate,
  maxTextBytes = Infinity,
): new (options?: ServerOptions) => WebSocketServer {
  class ServerWebSocket extends WebSocket implements ThrottledConnection<Received>, Holder {
    private throttle: Throttle<Received> | undefined = undefined;
    /** What has been read and not parsed. */
    private unparsed: Buffer = nothing;
    /** What ws does with what it reads. */
    private parsePart: (part: Buffer) => void = () => {};
    /** Of an unfinished message, which have been counted. */
    private fragmentBytes = 0;
    private closed: unknown[] = [];
    private isDraining = false;
    // ws has no public names for the stream below a WebSocket and for its parser (ws 8, lib/websocket.js).
    declare private readonly _socket?: Duplex | null;
    declare private readonly _receiver: Receiver;

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

    /** The node's one thread parses all frames of a read, 10,000 of them, unless it gets them part by part. */
    readInParts(): void {
      const stream = this._socket;
      const [parse] = stream?.listeners('data') ?? [];
      if (!stream || !parse) return;
      this.parsePart = (part) => void parse.call(stream, part);
      watchFragments(this._receiver, (bytes) => {
        this.fragmentBytes += bytes;
        this.ownThrottle.receive(fragment, 0, undefined, bytes);
      });
      stream.off('data', parse as () => void).on('data', (chunk: Buffer) => {
        this.unparsed = this.unparsed === nothing ? chunk : Buffer.concat([this.unparsed, chunk]);
        this.ownThrottle.read();
        if (this.unparsed.length > maxPartBytes) this.pause();
      });
      // After a reset ws would parse all that is left in one go.
      stream.prependListener('close', () => {
        stream.read();
        this.parse();
        this.unparsed = nothing;
      });
    }

    get partBytes(): number {
      return Math.min(this.unparsed.length, maxPartBytes);
    }

    parse(): boolean {
      const chunk = this.unparsed;
      if (chunk === nothing) return false;
      const isLast = chunk.length <= maxPartBytes;
      this.unparsed = isLast ? nothing : chunk.subarray(maxPartBytes);
      this.parsePart(isLast ? chunk : chunk.subarray(0, maxPartBytes));
      unfinishedMessages.look(this, this._receiver, scheduler);
      return this.unparsed !== nothing;
    }

    override emit(event: string | symbol, ...args: unknown[]): boolean {
      if (event === 'message' || event === 'ping' || event === 'pong') {
        const [data, isBinary] = args;
        const bytes = Buffer.isBuffer(data) ? data.length : 0;
        // To decode 1 MiB takes 1 ms, and leaves 1 MiB behind.
        if (Buffer.isBuffer(data) && bytes > maxTextBytes && isBinary === false)
          args[0] = data.toString('latin1', 0, startBytes) + cutMark;
        const counted = event === 'message' ? bytes - this.fragmentBytes : bytes;
        if (event === 'message') this.fragmentBytes = 0;
        // The next one has a time of its own.
        if (this._receiver._fragmented === 0) unfinishedMessages.forget(this);
        const cost = Buffer.isBuffer(data) ? this.ownThrottle.costOf(data) : undefined;
        if (this.ownThrottle.admits(bytes, cost, counted)) return super.emit(event, ...args);
        this.ownThrottle.keep([event, ...args], bytes, cost, counted);
        return true;
      }
      if (event === 'close') unfinishedMessages.forget(this);
      if (event === 'close' && this.throttle?.end()) {
        this.closed = args;
        return true;
      }
      return super.emit(event, ...args);
    }

    ended(): void {
      super.emit('close', ...this.closed);
    }

    private get ownThrottle(): Throttle<Received> {
      return (this.throttle ??= new Throttle(rate, this, scheduler));
    }

    override resume(): void {
      if (this.isPaused) super.resume();
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
      const isGoing = this.readyState === this.OPEN && code === closeCodes.goingAway;
      super.close(code, reason);
      // When this server goes, the heartbeat's `close` sets the time. ws closes again when the client's close frame comes.
      if (!isGoing) this.drain();
    }

    closeUnfinished(): void {
      dropUnfinished(this._receiver);
      this.close(closeCodes.tryAgainLater);
    }

    private drain(): void {
      const stream = this._socket;
      if (!stream || this.isDraining) return;
      this.isDraining = true;
      this.unparsed = nothing;
      // The client's own close frame is dropped, too: nothing more is to be waited for but its FIN.
      drain(stream);
      this.once('close', scheduler.after(closedReadingMs, this.terminate.bind(this)));
    }
  }

  function watch(webSocket: WebSocket): void {
    if (webSocket instanceof ServerWebSocket) webSocket.readInParts();
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
