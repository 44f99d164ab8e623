// The WebSocket server under both protocols: bounded in what one connection may make it keep, and watched.
import { WebSocketServer, type ServerOptions } from 'ws';
import { maxFrameBytes } from '../protocol/limits.js';
import type { Heartbeat } from './heartbeat.js';

const bounds = {
  maxPayload: maxFrameBytes,
  maxFragments: 64,
  maxBufferedChunks: 1024,
  maxPendingAutoPongs: 16,
  perMessageDeflate: false,
};

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
        opened(webSocket, ...rest);
      });
    }
  };
}
