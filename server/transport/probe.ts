// Checks by a ping whether the client of a WebSocket is alive. Leaves regular checks to the heartbeat.
import type { WebSocket } from 'ws';
import type { Scheduler } from '../timing/scheduler.js';

/** A client that sent anything within this time is alive; a ping has the same time to be answered. */
const timeoutMs = 1000;

export interface Probe {
  /** Settles within 1 s. Concurrent calls share one ping; at most one ping is sent in a second. */
  isAlive(): Promise<boolean>;
}

export function createProbe(socket: WebSocket, scheduler: Scheduler): Probe {
  let aliveAt = performance.now();
  let asking: Promise<boolean> | undefined;
  const markAlive = (): void => {
    aliveAt = performance.now();
  };
  socket.on('pong', markAlive);
  socket.on('message', markAlive);

  function ask(): Promise<boolean> {
    return new Promise((resolve) => {
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
      const cancel = scheduler.after(timeoutMs, fail);
      socket.on('pong', answer);
      socket.on('message', answer);
      socket.on('close', fail);
      socket.ping();
    });
  }

  return {
    isAlive() {
      if (socket.readyState !== socket.OPEN) return Promise.resolve(false);
      if (performance.now() - aliveAt < timeoutMs) return Promise.resolve(true);
      return (asking ??= ask());
    },
  };
}
