// Finds a dead path to the server from the page's side: a check that is not answered in time drops the connection,
// and Socket.IO opens a new one. The server's own pings are answered by the browser and not seen here.
import type { Socket } from 'socket.io-client';
import type { ClientToServerEvents, ServerToClientEvents } from '../../server/protocol/room-events.js';

const answerWithinMs = 5000;

/** A timer later than this ran while the page stood still (an open prompt, sleep): it proves nothing. */
const lateMs = 500;

export interface ServerCheck {
  /** Calls `answered` once the server has answered; never, if the connection goes first. */
  now(answered?: () => void): void;
  /** @param intervalMs time between two checks; 0: none */
  every(intervalMs: number): void;
}

export function watchServer(socket: Socket<ServerToClientEvents, ClientToServerEvents>): ServerCheck {
  let timer: number | undefined;

  function now(answered?: () => void): void {
    if (!socket.connected) return;
    const id = socket.id;
    let isAnswered = false;
    socket.emit('check', () => {
      isAnswered = true;
      answered?.();
    });

    function judge(due: number): void {
      setTimeout(() => {
        if (isAnswered || socket.id !== id) return;
        if (performance.now() - due > lateMs) judge(performance.now() + answerWithinMs);
        else socket.io.engine.close();
      }, answerWithinMs);
    }
    judge(performance.now() + answerWithinMs);
  }

  window.addEventListener('online', () => now());
  window.addEventListener('pageshow', () => now());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) now();
  });

  return {
    now,
    every(intervalMs) {
      clearInterval(timer);
      timer = intervalMs > 0 ? window.setInterval(() => now(), intervalMs) : undefined;
    },
  };
}
