// The steps of a conversation that many browser tests share, and what the book's page writes at each.
import { io, type Socket } from 'socket.io-client';
import { expect } from 'vitest';
import type {
  ClientToServerEvents,
  EnterAnswer,
  ServerToClientEvents,
} from '../../server/protocol/room-events.js';
import type { ChatWindow } from './chat-window.js';

export const ask = {
  name: 'Enter signaling channel name:',
  first: 'Insert message to be sent to your peer:',
  answer: 'Send response to other peer:',
  keepOn: 'Keep on chatting. Write "Bye" to quit conversation',
} as const;

/** Lines of the log, with `T` for each time and `ID` for the id of a connection. */
export const said = {
  created: (channel: string) => [
    `Time: T --> Channel ${channel} has been created!`,
    'Time: T --> This peer is the initiator...',
  ],
  joined: (channel: string) => [
    `Time: T --> You have joined channel ${channel}. Waiting for the first message...`,
  ],
  paired: (channel: string) => [
    `Time: T --> Message from server: request to join channel ${channel}`,
    'Time: T --> Broadcast message from server:',
    `S --> broadcast(): client ID joined channel ${channel}`,
  ],
  message: (text: string) => ['Time: T --> Got message from other peer:', text],
  response: (text: string) => ['Time: T --> Got response from other peer:', text],
  ownBye: ['Time: T --> Sending "Bye" to server...', 'Time: T --> Going to disconnect...'],
  otherBye: [
    'Time: T --> Got "Bye" from other peer!',
    'Time: T --> Sending "Ack" to server',
    'Time: T --> Going to disconnect...',
  ],
  unsent: (text: string) => ['Time: T --> You wrote this, but it was not sent:', text],
  gone: (channel: string) => [
    `Time: T --> The connection of the other peer is gone. Waiting in channel ${channel} for the next one...`,
  ],
  undelivered: (text: string) => ['Time: T --> You wrote this, and it may not have arrived:', text],
  lost: ['Time: T --> The connection to the server is lost. Trying again...'],
  back: ['Time: T --> Connected to the server.'],
  returned: (channel: string) => [`Time: T --> You are back in channel ${channel}.`],
  full: (channel: string) => [
    `Time: T --> channel ${channel} is too crowded! Cannot allow you to enter, sorry :-(`,
  ],
} as const;

/** What the status says while a connection is lost. */
export const status = {
  lost: 'The connection to the server is lost; trying again. What you write waits.',
  lostAlone: 'The connection to the server is lost; trying again.',
  away: 'The connection of the other peer dropped. It has 30 seconds to come back; what you write waits for it.',
  sought: 'You are back in the channel. The other peer is not back yet; what you write waits for it.',
} as const;

/** Waits until the whole log is this, and nothing else. */
export async function expectLog(window: ChatWindow, ...parts: readonly (readonly string[])[]): Promise<void> {
  await expect.poll(() => readLog(window)).toEqual(parts.flat());
}

async function readLog(window: ChatWindow): Promise<string[]> {
  const log = await window.log();
  return log.map((line) => line.replace(/client \S+ joined/, 'client ID joined'));
}

export async function statusOf(window: ChatWindow): Promise<string> {
  return window.read(`document.querySelector('#status').textContent`);
}

export async function expectStatus(window: ChatWindow, sentence: string): Promise<void> {
  await expect.poll(() => statusOf(window)).toBe(sentence);
}

/** The labels of the buttons that can be pressed now. */
export async function buttonsOf(window: ChatWindow): Promise<string[]> {
  return window.read(
    `[...document.querySelectorAll('button')].filter((b) => b.checkVisibility()).map((b) => b.textContent)`,
  );
}

/** The person opens the page and answers its first prompt. */
export async function enter(window: ChatWindow, url: string, channel: string): Promise<void> {
  expect(await replyAfter(window, window.goto(url), channel)).toBe(ask.name);
}

/** Answers the prompt that an action opens. The action may not be over before the prompt is. */
export async function replyAfter(window: ChatWindow, action: Promise<void>, text: string): Promise<string> {
  const [question] = await Promise.all([window.reply(text), action]);
  return question;
}

/** Both enter; the first of them is asked for the first message. */
export async function meet(first: ChatWindow, second: ChatWindow, url: string, channel: string) {
  await enter(first, url, channel);
  await expectLog(first, said.created(channel));
  await enter(second, url, channel);
  await expectLog(second, said.joined(channel));
}

/** Writes in the field on the page, where the browser shows no prompts; waits for the question first. */
export async function writeInField(window: ChatWindow, question: string, text: string): Promise<void> {
  await expect.poll(() => labelOf(window)).toBe(question);
  await window.type(text);
  await window.press('Enter');
}

/** The question at the field, once one can write there. */
export function labelOf(window: ChatWindow): Promise<string> {
  return window.read(
    `document.activeElement.id === 'words' ? document.querySelector('#question').textContent : ''`,
  );
}

export type WirePeer = Socket<ServerToClientEvents, ClientToServerEvents>;

/** A connection without a page. */
export function openWire(url: string): WirePeer {
  return io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
}

export function tryToEnter(peer: WirePeer, channel: string): Promise<EnterAnswer['status']> {
  return new Promise((resolve) => {
    peer.emit('create or join', channel, null, ({ status }) => {
      resolve(status);
    });
  });
}

/** A peer without a page: in the channel once this resolves. */
export async function enterByWire(url: string, channel: string): Promise<WirePeer> {
  const peer = openWire(url);
  expect(['created', 'joined']).toContain(await tryToEnter(peer, channel));
  return peer;
}
