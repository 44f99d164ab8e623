// Finds dead connections by WebSocket pings (RFC 6455, section 5.5.2). A browser answers them by itself, also while a
// prompt blocks its page. [R16]
import type { WebSocket } from 'ws';
import type { Scheduler } from '../timing/scheduler.js';

const closeTimeoutMs = 1000;

/** A long-polling client has no request open while its page is blocked, so its timeout is longer. */
const pollingSilenceMs = 5 * 60_000;

/** What the heartbeat needs of a long-polling connection. */
export interface PollingConnection {
  isPolling(): boolean;
  onReceived(listener: () => void): void;
  onClosed(listener: () => void): void;
  close(): void;
}

export interface Heartbeat {
  watch(socket: WebSocket): void;
  watchPolling(connection: PollingConnection): void;
  /** Resolves when every watched WebSocket is closed. Those that do not answer the close are terminated after 1 s. */
  close(): Promise<void>;
}

/** @param heartbeatMs time between two pings; a dead connection is found within twice that. 0: no heartbeat */
export function createHeartbeat(heartbeatMs: number, scheduler: Scheduler): Heartbeat {
  const alive = new Map<WebSocket, boolean>();
  const silent = new Map<PollingConnection, number>();

  function beat(): void {
    for (const [socket, wasAlive] of alive) {
      // What a client that is not read for a moment has answered is not known. [R34]
      if (!wasAlive && !socket.isPaused) {
        socket.terminate();
        continue;
      }
      alive.set(socket, false);
      if (socket.readyState === socket.OPEN) socket.ping();
    }
    for (const [connection, silentMs] of silent) {
      if (!connection.isPolling()) continue;
      if (silentMs < pollingSilenceMs) {
        silent.set(connection, silentMs + heartbeatMs);
        continue;
      }
      silent.delete(connection);
      connection.close();
    }
  }

  const stop = heartbeatMs > 0 ? scheduler.every(heartbeatMs, beat) : undefined;

  return {
    watch(socket) {
      const markAlive = (): void => {
        alive.set(socket, true);
      };
      markAlive();
      socket.on('pong', markAlive);
      socket.on('message', markAlive);
      socket.on('close', () => alive.delete(socket));
    },
    watchPolling(connection) {
      silent.set(connection, 0);
      connection.onReceived(() => {
        if (silent.has(connection)) silent.set(connection, 0);
      });
      connection.onClosed(() => silent.delete(connection));
    },
    async close() {
      stop?.();
      silent.clear();
      const sockets = [...alive.keys()];
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
