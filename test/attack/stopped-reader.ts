// A client that enters and then stops reading; whenever the server has cut it off, it comes back and stops again.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { newSecret } from '../support/seat-client.js';

const flooder = fileURLToPath(new URL('steady-flooder.mjs', import.meta.url));

export interface Flood {
  /** Begins; resolves when everything is sent. */
  run(): Promise<void>;
  /** How often the reader was cut off. */
  cuts(): number;
}

export interface FloodSettings {
  port: number;
  /** How many messages of 1 KiB. */
  count: number;
  perMs: number;
  /** Whether the other peer reads them, or stops reading as soon as it has entered. */
  isRead: boolean;
}

export async function prepareFlood({ port, count, perMs, isRead }: FloodSettings): Promise<Flood> {
  const seat = newSecret();
  const channel = `flood ${isRead ? 'read' : 'unread'}`;
  const child = fork(flooder, [port, channel, count, perMs].map(String));
  const enter = (): WebSocket => openReader(port, channel, seat, isRead);
  let reader: WebSocket | undefined;
  let cuts = 0;
  let tellReady = (): void => {};
  let tellSent = (): void => {};
  onTestFinished(() => {
    child.kill('SIGKILL');
    reader?.terminate();
  });
  child.on('message', (event) => {
    if (event === 'created') reader = enter();
    else if (event === 'ready') tellReady();
    else if (event === 'sent') tellSent();
    else if (event === 'peer away') {
      cuts++;
      reader?.terminate();
      reader = enter();
    }
  });
  await new Promise<void>((resolve) => {
    tellReady = resolve;
  });
  return {
    cuts: () => cuts,
    run: () =>
      new Promise((resolve) => {
        tellSent = resolve;
        child.send('go');
      }),
  };
}

function openReader(port: number, channel: string, seat: string, isRead: boolean): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  socket.on('error', () => {});
  socket.on('message', (data: Buffer) => {
    const text = data.toString('utf8', 0, 3);
    if (text === '2') socket.send('3');
    else if (text.startsWith('0')) socket.send('40');
    else if (text.startsWith('40')) {
      socket.send(`42${JSON.stringify(['create or join', channel, { resume: true, seat }])}`);
      if (!isRead) socket.pause();
    }
  });
  return socket;
}
