// A client that keeps its seat by hand, as PROTOCOL.md says [R20] [R21]: no library between the test and the wire.
import { randomBytes } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { EnterAnswer, EnterOptions } from '../../server/protocol/room-events.js';

/** Every client of the test in one list, so that it can be closed with one listener and not with thousands. */
const open = new Set<Socket>();

/** Closes, when the test is over, every connection that was opened in it. */
export function closeSocketsAfterTest(): void {
  onTestFinished(() => {
    for (const socket of open) socket.disconnect();
  });
}

/** A connection of a client written for the book: it has no secret and does not reconnect. */
export async function connectSocket(url: string): Promise<Socket> {
  const socket = startSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

/** As `connectSocket`, but does not wait for the connection. */
export function startSocket(url: string): Socket {
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
  open.add(socket);
  socket.once('disconnect', () => open.delete(socket));
  return socket;
}

/** What a stranger with a fresh connection is told: the event, then the connection is closed. */
export async function askAsStranger(url: string, channel: string): Promise<string> {
  const socket = await connectSocket(url);
  const { status } = await ask(socket, channel, {});
  socket.disconnect();
  return status;
}

export function ask(socket: Socket, channel: string, options: EnterOptions): Promise<EnterAnswer> {
  return new Promise((resolve) => {
    socket.emit('create or join', channel, options, resolve);
  });
}

export interface SeatClient {
  /** The connection of now; undefined before the first entry. */
  readonly socket: Socket | undefined;
  /** The names of the events heard on all its connections. */
  readonly heard: string[];
  /** The secret that counts for now. */
  readonly secret: string;
  /** Enters on a fresh connection; the one before is left as it is. */
  enter(url: string): Promise<EnterAnswer>;
  /** The same, but the client never learns of the answer: its old secret still counts for it. */
  enterUnanswered(url: string): Promise<EnterAnswer>;
  /** Asks on a connection that is open already, and does not wait: the answer may come late, or never. */
  askOn(socket: Socket): void;
  /** The connection is cut without a word of Socket.IO. */
  drop(): void;
}

export function createSeatClient(channel: string): SeatClient {
  const me = newSecret();
  const heard: string[] = [];
  let secret = newSecret();
  let socket: Socket | undefined;
  let attempt = 0;

  const optionsWith = (next: string): EnterOptions => ({
    resume: true,
    seat: secret,
    next,
    me,
    attempt: ++attempt,
  });

  async function enterWith(url: string, next: string): Promise<EnterAnswer> {
    const fresh = await connectSocket(url);
    fresh.onAny((event: string) => heard.push(event));
    const answer = await ask(fresh, channel, optionsWith(next));
    socket = fresh;
    return answer;
  }

  return {
    get socket() {
      return socket;
    },
    heard,
    get secret() {
      return secret;
    },
    async enter(url) {
      const next = newSecret();
      const answer = await enterWith(url, next);
      secret = next;
      return answer;
    },
    enterUnanswered: (url) => enterWith(url, newSecret()),
    askOn(given) {
      given.emit('create or join', channel, optionsWith(newSecret()));
    },
    drop() {
      socket?.io.engine.close();
    },
  };
}

/** 128 bits. */
export function newSecret(): string {
  return randomBytes(16).toString('hex');
}
