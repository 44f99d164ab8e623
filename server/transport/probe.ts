// Checks by pings whether the client of a WebSocket is alive. Leaves regular checks to the heartbeat.
import type { WebSocket } from 'ws';
import type { Scheduler } from '../timing/scheduler.js';

/** A client that sent anything within this time is alive, and is not pinged. */
const recentMs = 1000;

/** A path may be slow, and a page may stand still for a moment: two pings have to be missed, one after the other. */
const pings = 2;
const answerMs = 1500;

/** For so long a connection that is found dead has been silent at least. */
export const probeMs = pings * answerMs;

export interface Probe {
  /**
   * Settles within 3 s, at the first answer to either ping, or when a connection that is closing is closed. Concurrent calls
   * share the pings. A connection that does not answer is ended, without waiting for its other end. [R25] [U4]
   */
  isAlive(): Promise<boolean>;
  /** For how long nothing has come from a connection that was found dead, in ms; else 0. [R36] [U31] */
  readonly silentMs: number;
}

/** ws has no public name for the stream below a WebSocket (ws 8, lib/websocket.js). */
function bytesReadFrom(socket: WebSocket): number {
  return (socket as { _socket?: { bytesRead?: number } | null })._socket?.bytesRead ?? 0;
}

export function createProbe(socket: WebSocket, scheduler: Scheduler): Probe {
  let aliveAt = performance.now();
  let asking: Promise<boolean> | undefined;
  let closing: Promise<boolean> | undefined;
  let silentSince: number | undefined;
  const markAlive = (): void => {
    aliveAt = performance.now();
  };
  socket.on('pong', markAlive);
  socket.on('message', markAlive);

  function ask(): Promise<boolean> {
    return new Promise((resolve) => {
      let sent = 0;
      const askedAt = performance.now();
      const readBefore = bytesReadFrom(socket);
      let cancel = (): void => {};
      const settle = (isAlive: boolean): void => {
        cancel();
        socket.off('pong', answer);
        socket.off('message', answer);
        socket.off('close', fail);
        asking = undefined;
        resolve(isAlive);
      };
      const answer = (): void => {
        settle(true);
      };
      const fail = (): void => {
        settle(false);
      };
      const ping = (): void => {
        // On a slow path its pongs come after the message that it sends.
        if (bytesReadFrom(socket) > readBefore) return answer();
        if (sent === pings) {
          silentSince = askedAt;
          fail();
          return socket.terminate();
        }
        sent += 1;
        cancel = scheduler.after(answerMs, ping);
        socket.ping();
      };
      socket.on('pong', answer);
      socket.on('message', answer);
      socket.on('close', fail);
      ping();
    });
  }

  function close(): Promise<boolean> {
    return new Promise((resolve) => {
      socket.once('close', () => {
        resolve(false);
      });
    });
  }

  return {
    isAlive() {
      // What follows from its close comes first: a client that logs out is not away.
      if (socket.readyState === socket.CLOSING) return (closing ??= close());
      if (socket.readyState !== socket.OPEN) return Promise.resolve(false);
      // It sends too fast to be read. [R34]
      if (socket.isPaused) return Promise.resolve(true);
      if (performance.now() - aliveAt < recentMs) return Promise.resolve(true);
      return (asking ??= ask());
    },
    get silentMs() {
      return silentSince === undefined ? 0 : Math.round(performance.now() - silentSince);
    },
  };
}
