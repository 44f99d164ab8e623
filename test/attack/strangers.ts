// Connections that an attacker opens and does nothing with, over TCP by hand: as many as there can be.
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Stranger {
  /** Of the answer: 101 or 200 where it was let in; 0: it was cut off without an answer. */
  status: number;
  retryAfter: string | undefined;
  socket: Socket;
}

export interface StrangerOptions {
  /** Default: 127.0.0.1. */
  localAddress?: string;
  headers?: Record<string, string>;
}

const webSocketHeaders = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

/** Resolves with the answer; the connection stays open. */
export function openStranger(port: number, path: string, options: StrangerOptions = {}): Promise<Stranger> {
  return send(port, path, { ...options, headers: { ...webSocketHeaders, ...options.headers } });
}

/** One request, such as the first one of long-polling. */
export function send(
  port: number,
  path: string,
  { localAddress = '127.0.0.1', headers = {} }: StrangerOptions = {},
): Promise<Stranger> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  onTestFinished(() => {
    socket.destroy();
  });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${lines.join('')}\r\n`);
  return new Promise((resolve) => {
    let head = '';
    const end = (): void => {
      const [, status = '0'] = /^HTTP\/1\.1 (\d+)/.exec(head) ?? [];
      resolve({ status: Number(status), retryAfter: /^retry-after: (.*?)\r?$/im.exec(head)?.[1], socket });
    };
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      if (head.includes('\r\n\r\n')) return;
      head += text;
      if (head.includes('\r\n\r\n')) end();
    });
    socket.on('error', end);
    socket.on('close', end);
  });
}

/** Opens so many, some at the same time. @returns what they were answered: how often each status */
export async function openMany(
  count: number,
  open: (number: number) => Promise<Stranger>,
  atOnce = 100,
): Promise<{ strangers: Stranger[]; statuses: Record<number, number> }> {
  const strangers: Stranger[] = [];
  for (let first = 0; first < count; first += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, count - first) }, (_, index) => open(first + index));
    strangers.push(...(await Promise.all(some)));
  }
  const statuses: Record<number, number> = {};
  for (const { status } of strangers) statuses[status] = (statuses[status] ?? 0) + 1;
  return { strangers, statuses };
}
