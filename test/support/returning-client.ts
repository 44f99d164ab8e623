// A plain Socket.IO client with its own reconnection, which asks for its seat at every connection.
import { io, type Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { EnterAnswer } from '../../server/protocol/room-events.js';
import type { Heard, Transport } from './room-client.js';

export interface ReturningClient {
  socket: Socket;
  /** Every event, and `disconnect` with its reason, in order. */
  heard: Heard[];
  answers: EnterAnswer[];
  /** Resolves when its requests have been answered so many times. */
  answered(times: number): Promise<void>;
  hears(name: string, times?: number): Promise<void>;
}

export function openReturningClient(
  url: string,
  transport: Transport,
  channel: string,
  seat: string,
): ReturningClient {
  const socket: Socket = io(url, {
    transports: [transport],
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 50,
  });
  onTestFinished(() => {
    socket.disconnect();
  });
  const heard: Heard[] = [];
  const answers: EnterAnswer[] = [];
  const looks = new Set<() => void>();
  const look = (): void => {
    for (const each of looks) each();
  };
  socket.onAny((...event: Heard) => {
    heard.push(event);
    look();
  });
  socket.on('disconnect', (reason) => {
    heard.push(['disconnect', reason]);
    look();
  });
  socket.on('connect', () => {
    socket.emit('create or join', channel, { resume: true, seat }, (answer: EnterAnswer) => {
      answers.push(answer);
      look();
    });
  });
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!isSo()) return;
        looks.delete(check);
        resolve();
      };
      looks.add(check);
      check();
    });
  return {
    socket,
    heard,
    answers,
    answered: (times: number) => until(() => answers.length >= times),
    hears: (name: string, times = 1) =>
      until(() => heard.filter(([event]) => event === name).length >= times),
  };
}
