// A real Socket.IO client that keeps every event it hears, so that a test can compare the whole list.
import { io, type Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import { inTime } from './in-time.js';

export const transports = ['websocket', 'polling'] as const;
export type Transport = (typeof transports)[number];

/** An event as it was heard: its name, then its arguments. */
export type Heard = [event: string, ...args: unknown[]];

export interface RoomClient {
  readonly socket: Socket;
  /** The id of the connection, also after its end. */
  readonly id: string;
  /** Everything heard so far, in order. */
  readonly heard: Heard[];
  /** Resolves with the reason when the connection ends. */
  readonly ended: Promise<string>;
  say(event: string, ...args: unknown[]): void;
  /** Says it and resolves with the acknowledgement. @throws when none comes */
  ask(event: string, ...args: unknown[]): Promise<unknown>;
  /** Resolves with the arguments as soon as the event was heard `times` times since the start. @throws when it is not */
  hears(event: string, times?: number): Promise<unknown[]>;
  /** Names only, for lists where the arguments are compared elsewhere. */
  names(): string[];
}

export interface RoomClientOptions {
  transport?: Transport;
  auth?: Record<string, unknown>;
  path?: string;
  headers?: Record<string, string>;
  /** Over TLS: whoever has signed the certificate. */
  anyCertificate?: boolean;
}

/** Connects, and closes when the test is over. @throws what the server answered when it refuses the connection */
export async function connectClient(url: string, options: RoomClientOptions = {}): Promise<RoomClient> {
  const { transport = 'websocket', auth = {}, path = '/socket.io', headers = {} } = options;
  const { anyCertificate = false } = options;
  const socket = io(url, {
    transports: [transport],
    forceNew: true,
    reconnection: false,
    auth,
    path,
    extraHeaders: headers,
    rejectUnauthorized: !anyCertificate,
  });
  onTestFinished(() => {
    socket.disconnect();
  });
  const client = follow(socket);
  const id = await new Promise<string>((resolve, reject) => {
    socket.once('connect', () => resolve(socket.id ?? ''));
    socket.once('connect_error', reject);
  });
  return { ...client, id };
}

function follow(socket: Socket): Omit<RoomClient, 'id'> {
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  const names = (): string[] => heard.map(([event]) => event);
  socket.onAny((event: string, ...args: unknown[]) => {
    heard.push([event, ...args]);
    for (const look of waiting) look();
  });
  const ended = new Promise<string>((resolve) => {
    socket.once('disconnect', resolve);
  });
  return {
    socket,
    heard,
    ended,
    say(event, ...args) {
      socket.emit(event, ...args);
    },
    ask: (event, ...args) =>
      inTime(`an answer to ${event}`, names, (resolve) => {
        socket.emit(event, ...args, resolve);
      }),
    hears: (event, times = 1) =>
      inTime(`${event}, heard ${times} times`, names, (resolve) => {
        const look = (): void => {
          const found = heard.filter(([name]) => name === event)[times - 1];
          if (!found) return;
          waiting.delete(look);
          resolve(found.slice(1));
        };
        waiting.add(look);
        look();
      }),
    names,
  };
}
