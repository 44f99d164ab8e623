// A client of the calls that keeps everything it hears in order, and a parley to connect it to.
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import type { ParleyOptions } from '../../server/create-parley.js';
import { parseLogin } from '../../server/protocol/parse-login.js';
import { inTime } from './in-time.js';
import { startParley } from './parley.js';

export interface Calls {
  /** Where the calls have a port of their own. */
  url: string;
  /** Where they share the HTTP port. */
  sharedUrl: string;
  port: number;
  callsPort: number;
  close(): Promise<void>;
}

export async function startCalls(options: ParleyOptions = {}): Promise<Calls> {
  const { port, callsPort = 0, parley } = await startParley(options);
  const host = '127.0.0.1';
  return {
    url: `ws://${host}:${callsPort}`,
    sharedUrl: `ws://${host}:${port}/calls`,
    port,
    callsPort,
    close: parley.close,
  };
}

export interface UserClient {
  socket: WebSocket;
  /** Sends a message as JSON, or a text as it is. */
  say(message: object | string): void;
  /** The next frame that nobody has looked at yet. @throws when none comes */
  hears(): Promise<unknown>;
  /** Everything not looked at yet, up to now: what was said before is handled when this resolves. */
  hearsAll(): Promise<unknown[]>;
  /** Resolves with the close code when the connection is over. */
  closed: Promise<number>;
  close(): Promise<void>;
}

/** Is refused in the same words before a login and after one, and changes nothing. */
const mark = { type: 'login', resume: 'a mark' };
const markAnswer = parseLogin(mark);

/** What a login hears whose name somebody else has. */
export function nameTaken(name: string): object {
  return { type: 'login', success: false, reason: 'taken', message: `The name ${name} is taken.` };
}

/** Connects, and takes the greeting. */
export async function connectUser(url: string, options: ClientOptions = {}): Promise<UserClient> {
  const socket = new WebSocket(url, options);
  const heard: unknown[] = [];
  const before: unknown[] = [];
  let wake = (): void => {};
  socket.on('message', (data: Buffer) => {
    heard.push(JSON.parse(data.toString('utf8')));
    wake();
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      resolve(code);
      wake();
    });
  });
  onTestFinished(() => {
    socket.terminate();
  });
  await once(socket, 'open');
  socket.on('error', () => {});

  async function hears(): Promise<unknown> {
    while (heard.length === 0) {
      if (socket.readyState === socket.CLOSED) throw new Error('closed without another word');
      await inTime<void>(
        'another word',
        () => before,
        (resolve) => {
          wake = resolve;
        },
      );
    }
    const next = heard.shift();
    before.push(next);
    return next;
  }

  const client: UserClient = {
    socket,
    say(message) {
      socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    },
    hears,
    async hearsAll() {
      client.say(mark);
      const all: unknown[] = [];
      for (;;) {
        const next = await hears();
        if (isMark(next)) return all;
        all.push(next);
      }
    },
    closed,
    async close() {
      socket.close();
      await closed;
    },
  };
  const greeting = await hears();
  if (greeting !== 'Hello world') throw new Error(`greeted with ${JSON.stringify(greeting)}`);
  return client;
}

/** Asks again when the server could not tell in time; resolves with the answer. */
export async function logIn(
  client: UserClient,
  request: { name: string; resume?: boolean; seat?: string },
): Promise<unknown> {
  for (;;) {
    client.say({ type: 'login', ...request });
    const answer = await client.hears();
    if ((answer as { code?: string }).code !== 'unavailable') return answer;
  }
}

/** Connects and logs in. */
export async function logInUser(url: string, name: string, options?: ClientOptions): Promise<UserClient> {
  const client = await connectUser(url, options);
  const answer = (await logIn(client, { name })) as { success: boolean };
  if (!answer.success) throw new Error(`${name} could not log in`);
  return client;
}

/** Two who talk: ann has called, bob has answered. */
export async function connectPair(
  url: string,
  names: readonly [string, string] = ['ann', 'bob'],
): Promise<UserClient[]> {
  const [first, second] = names;
  const ann = await logInUser(url, first);
  const bob = await logInUser(url, second);
  ann.say({ type: 'offer', name: second, offer: 'shall we talk?' });
  await bob.hears();
  bob.say({ type: 'answer', name: first, answer: 'yes' });
  await ann.hears();
  return [ann, bob];
}

function isMark(message: unknown): boolean {
  return (
    !markAnswer.ok &&
    typeof message === 'object' &&
    message !== null &&
    'message' in message &&
    message.message === markAnswer.refusal.message
  );
}
