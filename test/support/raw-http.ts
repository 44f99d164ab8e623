// HTTP by hand over TCP, for what no client library does: many requests in one write, answers that nobody reads.
import { readdirSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawHttp {
  readonly socket: Socket;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
  /** Begins to read; without it a connection that the server closes stays open here. @returns what has come so far */
  read(): () => string;
}

export function openRawHttp(port: number, { allowHalfOpen = false } = {}): RawHttp {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen });
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  return {
    socket,
    closed,
    read() {
      let text = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk;
      });
      return () => text;
    },
  };
}

export function getOf(path: string, headers = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`;
}

/** How many files in these folders this process has open. */
export function countOpenFiles(...folders: string[]): number {
  const paths = readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      // The descriptor with which the folder was read.
      return '';
    }
  });
  return paths.filter((path) => folders.some((folder) => path.startsWith(folder))).length;
}
