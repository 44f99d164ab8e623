// Behaves as the client of the book's chapter 4 does, with answers from a script where that one prompts.
import { io } from 'socket.io-client';
import type { Transport } from '../room-client.js';

export interface ChapterFour {
  /** What the page would show, line by line. */
  readonly log: string[];
  /** Resolves when the client is disconnected. */
  readonly ended: Promise<void>;
  /** Resolves when the page shows the line. */
  shows(line: string): Promise<void>;
}

/** @param answers what the person types into the prompts, one after the other */
export function openChapterFour(
  url: string,
  transport: Transport,
  channel: string,
  answers: readonly string[],
): ChapterFour {
  const log: string[] = [];
  const waiting = new Set<() => void>();
  const toType = [...answers];
  const socket = io(url, { transports: [transport], forceNew: true, reconnection: false });

  function show(line: string): void {
    log.push(line);
    for (const look of waiting) look();
  }
  function prompt(): string {
    const answer = toType.shift();
    if (answer === undefined) throw new Error(`nobody types into the prompt after:\n${log.join('\n')}`);
    return answer;
  }

  const ended = new Promise<void>((resolve) => {
    socket.on('disconnect', () => resolve());
  });
  socket.emit('create or join', channel);
  socket.on('created', (name: string) => {
    show(`Channel ${name} has been created!`);
    show('This peer is the initiator...');
  });
  socket.on('full', (name: string) => show(`Channel ${name} is too crowded!`));
  socket.on('remotePeerJoining', (name: string) => {
    show(`Request to join ${name}`);
    show('You are the initiator!');
  });
  socket.on('joined', () => show('Message from server: joined'));
  socket.on('broadcast: joined', (sentence: string) => {
    show(`Broadcast message from server: ${sentence.replace(/client \S+/, 'client ID')}`);
    socket.emit('message', { channel, message: prompt() });
  });
  socket.on('message', (text: string) => {
    show(`Got message from other peer: ${text}`);
    socket.emit('response', { channel, message: prompt() });
  });
  socket.on('response', (text: string) => {
    show(`Got response from other peer: ${text}`);
    const answer = prompt();
    if (answer !== 'Bye') {
      socket.emit('response', { channel, message: answer });
      return;
    }
    show('Sending "Bye" to server...');
    socket.emit('Bye', channel);
    show('Going to disconnect...');
    socket.disconnect();
  });
  socket.on('Bye', () => {
    show('Got "Bye" from other peer!');
    show('Sending "Ack" to server');
    socket.emit('Ack');
    show('Going to disconnect...');
    socket.disconnect();
  });

  return {
    log,
    ended,
    shows: (line) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!log.includes(line)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
