// A client that speaks just enough of Socket.IO to sit in a room and talk, so that thousands fit into one process and what
// is measured is the server.
import { WebSocket } from 'ws';
import { onTestFinished } from 'vitest';
import type { EnterOptions } from '../../server/protocol/room-events.js';

export interface LightClient {
  /** Resolves with the status of the answer. @param options as the protocol has them, such as a secret */
  enter(channel: string, options?: EnterOptions): Promise<string>;
  /** Resolves at the first `ready`: before it, nobody hears what is said. */
  readonly ready: Promise<void>;
  /** Hears every message. */
  onMessage: () => void;
  /** Says 64 characters. */
  say(): void;
  /** Asks whether the server is there. */
  check(): void;
  /** Hears each answer to that. */
  onChecked: () => void;
  /** From now on it asks at every heartbeat whether the server is there, as the library does. */
  looksAfterServer(): void;
  close(): void;
}

const text = `42${JSON.stringify(['message', 'x'.repeat(64)])}`;
const question = '421["check"]';
/** Of a server that is told nothing else, and of the library. */
export const heartbeatMs = 10_000;
const open = new Set<WebSocket>();

/** Closes, when the test is over, every client that was opened in it. */
export function closeLightClientsAfterTest(): void {
  onTestFinished(() => {
    for (const socket of open) socket.terminate();
    open.clear();
  });
}

/** Resolves when it is connected. */
export async function openLightClient(port: number): Promise<LightClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  open.add(socket);
  let later: NodeJS.Timeout | undefined;
  let tellConnected = (): void => {};
  let tellReady = (): void => {};
  let tellAnswer: (status: string) => void = () => {};
  const connected = new Promise<void>((resolve, reject) => {
    tellConnected = resolve;
    socket.once('error', reject);
  });
  const client: LightClient = {
    enter: (channel, options = {}) =>
      new Promise((resolve) => {
        tellAnswer = resolve;
        socket.send(`420${JSON.stringify(['create or join', channel, options])}`);
      }),
    ready: new Promise((resolve) => {
      tellReady = resolve;
    }),
    onMessage: () => {},
    say: () => socket.send(text),
    check: () => socket.send(question),
    onChecked: () => {},
    looksAfterServer() {
      // Not all at the same moment.
      later = setTimeout(() => {
        later = setInterval(client.check, heartbeatMs);
      }, Math.random() * heartbeatMs);
    },
    close() {
      open.delete(socket);
      socket.terminate();
    },
  };
  socket.on('close', () => {
    clearInterval(later);
  });
  socket.on('message', (data: Buffer) => {
    const frame = data.toString('utf8');
    if (frame.startsWith('42["message"')) client.onMessage();
    else if (frame.startsWith('42["ready"')) tellReady();
    else if (frame.startsWith('431')) client.onChecked();
    else if (frame.startsWith('430')) tellAnswer(statusOf(frame));
    else if (frame.startsWith('40')) tellConnected();
    else if (frame.startsWith('0')) socket.send('40');
    else if (frame === '2') socket.send('3');
  });
  await connected;
  return client;
}

function statusOf(frame: string): string {
  const [answer] = JSON.parse(frame.slice(3)) as [{ status: string }];
  return answer.status;
}
