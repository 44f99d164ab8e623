// The WebSocket server of both protocols: it limits the memory of each connection, and the heartbeat watches each.
import { WebSocketServer, type ServerOptions } from 'ws';
import { maxUnreadBytes, maxFrameBytes } from '../protocol/limits.js';
import type { Heartbeat } from './heartbeat.js';

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

/** A class, because Engine.IO constructs the server itself (`wsEngine`). The heartbeat watches every socket of it. */
export function watchedWebSocketServer(
  heartbeat: Heartbeat,
): new (options?: ServerOptions) => WebSocketServer {
  return class WatchedWebSocketServer extends WebSocketServer {
    constructor(options?: ServerOptions) {
      super({ ...options, ...bounds, noServer: true });
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
