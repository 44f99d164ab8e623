// The WebSocket server of both protocols: it limits the memory of each connection, the heartbeat watches each, and what is
// sent on one in a turn of the event loop leaves in one write.
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer, type ServerOptions } from 'ws';
import { maxUnreadBytes, maxFrameBytes } from '../protocol/limits.js';
import type { Heartbeat } from './heartbeat.js';

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

const bounds = {
  maxPayload: maxFrameBytes,
  maxFragments: 64,
  maxBufferedChunks: 1024,
  maxPendingAutoPongs: 16,
  perMessageDeflate: false,
};

/**
 * The protocols have their own queue limit, [R28] and [U24]. This one is for what ws and Engine.IO send by themselves.
 */
const maxUnsentBytes = 2 * maxUnreadBytes;

type Sent = Parameters<WebSocket['send']>;

/** Candidates come in bursts, and the write to the kernel is what a relayed message costs most. */
class BatchingWebSocket extends WebSocket {
  // ws has no public name for the stream below a WebSocket (ws 8, lib/websocket.js).
  declare private readonly _socket?: Pick<Duplex, 'cork' | 'uncork' | 'writableCorked'> | null;

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
}

/** A class, because Engine.IO constructs the server itself (`wsEngine`). The heartbeat watches every socket of it. */
export function watchedWebSocketServer(
  heartbeat: Heartbeat,
): new (options?: ServerOptions) => WebSocketServer {
  return class WatchedWebSocketServer extends WebSocketServer {
    constructor(options?: ServerOptions) {
      super({ ...options, ...bounds, noServer: true, WebSocket: BatchingWebSocket });
    }

    override handleUpgrade(...[request, socket, head, opened]: Parameters<WebSocketServer['handleUpgrade']>) {
      super.handleUpgrade(request, socket, head, (webSocket, ...rest) => {
        heartbeat.watch(webSocket);
        // During an upgrade Engine.IO answers every probe at once, without its buffer (engine.io 6.6.12,
        // `_maybeUpgrade`).
        webSocket.on('message', () => {
          if (webSocket.bufferedAmount > maxUnsentBytes) webSocket.terminate();
        });
        opened(webSocket, ...rest);
      });
    }
  };
}
