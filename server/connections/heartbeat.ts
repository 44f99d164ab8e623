// Finds dead connections by the WebSocket's own ping, which a browser answers by itself while a prompt stops
// its page (RFC 6455, section 5.5.2). [R16]
import type { WebSocket } from 'ws';
import { afterReading } from '../platform/after-reading.js';

const closeTimeoutMs = 1000;

/** A long-polling client has no request open while its page stands still, so it gets longer. */
const pollingSilenceMs = 5 * 60_000;

/** What a long-polling connection is, seen from here. */
export interface PollingConnection {
  isPolling(): boolean;
  onHeard(listener: () => void): void;
  onClosed(listener: () => void): void;
  close(): void;
}

export interface Heartbeat {
  watch(socket: WebSocket): void;
  watchPolling(connection: PollingConnection): void;
  /** Resolves when every watched WebSocket is closed; those that do not answer the close are cut after 1 s. */
  close(): Promise<void>;
}

/** @param heartbeatMs time between two pings; a dead path is found within twice that. 0: no heartbeat */
export function createHeartbeat(heartbeatMs: number): Heartbeat {
  const heard = new Map<WebSocket, boolean>();
  const silent = new Map<PollingConnection, number>();

  function beat(): void {
    for (const [socket, wasHeard] of heard) {
      if (!wasHeard) {
        socket.terminate();
        continue;
      }
      heard.set(socket, false);
      if (socket.readyState === socket.OPEN) socket.ping();
    }
    for (const [connection, silentMs] of silent) {
      if (!connection.isPolling()) continue;
      if (silentMs >= pollingSilenceMs) connection.close();
      silent.set(connection, silentMs + heartbeatMs);
    }
  }

  const timer = heartbeatMs > 0 ? setInterval(() => afterReading(beat), heartbeatMs).unref() : undefined;

  return {
    watch(socket) {
      const hear = (): void => {
        heard.set(socket, true);
      };
      hear();
      socket.on('pong', hear);
      socket.on('message', hear);
      socket.on('close', () => heard.delete(socket));
    },
    watchPolling(connection) {
      const hear = (): void => {
        silent.set(connection, 0);
      };
      hear();
      connection.onHeard(hear);
      connection.onClosed(() => silent.delete(connection));
    },
    async close() {
      clearInterval(timer);
      silent.clear();
      const sockets = [...heard.keys()];
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.terminate();
      }, closeTimeoutMs);
      await Promise.all(sockets.map(closeOf));
      clearTimeout(cut);
    },
  };
}

/** Not `once()` of node:events, which rejects at a last malformed frame. */
function closeOf(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
}
