// The WebSocket server under both protocols: bounded in what one connection may make it keep, and watched.
import { WebSocketServer, type ServerOptions } from 'ws';
import { maxBacklogBytes, maxFrameBytes } from '../protocol/limits.js';
import type { Heartbeat } from './heartbeat.js';

const bounds = {
  maxPayload: maxFrameBytes,
  maxFragments: 64,
  maxBufferedChunks: 1024,
  maxPendingAutoPongs: 16,
  perMessageDeflate: false,
};

/** Each protocol keeps its own bound, [R28] and [U24]; this is for what ws or Engine.IO answer past them. */
const maxUnsentBytes = 2 * maxBacklogBytes;

/** A class, because Engine.IO constructs its own (`wsEngine`). Every socket that it opens is watched. */
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
        // During an upgrade Engine.IO answers every probe at once, past its buffer (engine.io 6.6.12, `_maybeUpgrade`).
        webSocket.on('message', () => {
          if (webSocket.bufferedAmount > maxUnsentBytes) webSocket.terminate();
        });
        opened(webSocket, ...rest);
      });
    }
  };
}
