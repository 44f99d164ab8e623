// Asks a WebSocket whether its other end is still there. Leaves the regular look to the heartbeat.
import type { WebSocket } from 'ws';
import { afterReading } from '../platform/after-reading.js';

/** Heard within this time counts as alive, and so long a ping may take to be answered. */
const patienceMs = 1000;

export interface Probe {
  /** Settles within 1 s. All who ask at the same time share one ping, and one a second is sent at most. */
  isAlive(): Promise<boolean>;
}

export function createProbe(socket: WebSocket): Probe {
  let heardAt = performance.now();
  let asking: Promise<boolean> | undefined;
  const hear = (): void => {
    heardAt = performance.now();
  };
  socket.on('pong', hear);
  socket.on('message', hear);

  function ask(): Promise<boolean> {
    return new Promise((resolve) => {
      let judging: NodeJS.Immediate | undefined;
      const settle = (isAlive: boolean): void => {
        clearTimeout(timer);
        clearImmediate(judging);
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
      const timer = setTimeout(() => {
        judging = afterReading(fail);
      }, patienceMs);
      socket.on('pong', answer);
      socket.on('message', answer);
      socket.on('close', fail);
      socket.ping();
    });
  }

  return {
    isAlive() {
      if (socket.readyState !== socket.OPEN) return Promise.resolve(false);
      if (performance.now() - heardAt < patienceMs) return Promise.resolve(true);
      return (asking ??= ask());
    },
  };
}
