// The steps of a conversation that many browser tests share, and what the page says at each, in its own words.
import { io, type Socket } from 'socket.io-client';
import { expect } from 'vitest';
import { asks } from '../../client/pages/chat/chat-asks.js';
import { lines, type Line } from '../../client/pages/chat/chat-lines.js';
import type { Chat, Other, PairedChat, WaitingChat } from '../../client/pages/chat/chat-states.js';
import { viewOf } from '../../client/pages/chat/chat-view.js';
import type {
  ClientToServerEvents,
  EnterAnswer,
  ServerToClientEvents,
} from '../../server/protocol/room-events.js';
import type { Browser, BrowserWindow } from './browser-window.js';
import { broadcastOf } from './entering.js';

/** The questions to the person. */
export const ask = {
  name: asks.name().question,
  first: asks.first().question,
  answer: asks.answer().question,
  keepOn: asks.keepOn().question,
} as const;

/** Lines of the log, with `T` for each time and `ID` for the id of a connection. */
export const said = {
  created: (channel: string) => logged(lines.created(channel), lines.initiator()),
  initiator: logged(lines.initiator()),
  joined: (channel: string) => logged(lines.joined(channel)),
  paired: (channel: string) =>
    logged(lines.joinRequest(channel), lines.broadcast(broadcastOf('ID', channel))),
  message: (text: string) => logged(lines.got('message', text)),
  response: (text: string) => logged(lines.got('response', text)),
  ownBye: logged(lines.sendingBye(), lines.disconnecting()),
  otherBye: logged(lines.gotBye(), lines.sendingAck(), lines.disconnecting()),
  unsent: (text: string) => logged(lines.unsent(text)),
  gone: (channel: string) => logged(lines.peerGone(channel)),
  undelivered: (text: string) => logged(lines.undelivered(text)),
  unreachable: logged(lines.unreachable()),
  lost: logged(lines.lost()),
  back: logged(lines.back()),
  returned: (channel: string) => logged(lines.returned(channel)),
  endedMeanwhile: logged(lines.endedMeanwhile()),
  takenOver: logged(lines.takenOver()),
  full: (channel: string) => logged(lines.full(channel)),
} as const;

function logged(...written: readonly Line[]): readonly string[] {
  return written.flatMap(({ text, quote }) => [
    `Time: T --> ${text}`,
    ...(quote === undefined ? [] : [quote]),
  ]);
}

const inside = { channel: 'red', isInitiator: true, isLost: false, leftOver: [] };
const waiting: WaitingChat = { ...inside, phase: 'waiting' };
const bob: Other = { is: 'here', graceMs: 30_000 };
const paired: PairedChat = { ...inside, phase: 'paired', other: bob, asks: [], onTheWay: [], news: [] };

/** What the status says. */
export const status = {
  unreachable: sentenceOf({ phase: 'entering', channel: 'red', isUnreachable: true }),
  inLine: sentenceOf({ phase: 'full', channel: 'red' }),
  waiting: sentenceOf(waiting),
  lostAlone: sentenceOf({ ...waiting, isLost: true }),
  lost: sentenceOf({ ...paired, isLost: true }),
  away: sentenceOf({ ...paired, other: { ...bob, is: 'away' } }),
  sought: sentenceOf({ ...paired, other: { ...bob, is: 'sought' } }),
  yourTurn: sentenceOf({ ...paired, asks: [asks.first()] }),
  yourTurnAgain: sentenceOf({ ...paired, asks: [{ ...asks.first(), waits: true }] }),
  unsure: sentenceOf({ ...paired, asks: [asks.anytime()] }),
  othersTurn: sentenceOf(paired),
  wrote: (text: string) => sentenceOf({ ...paired, sent: { ask: asks.first(), text } }),
  left: sentenceOf({ phase: 'over', channel: 'red', endedBy: 'me', leftOver: [] }),
  otherLeft: sentenceOf({ phase: 'over', channel: 'red', endedBy: 'other', leftOver: [] }),
  takenOver: sentenceOf({ phase: 'over', channel: 'red', endedBy: 'another window', leftOver: [] }),
} as const;

function sentenceOf(chat: Chat): string {
  return viewOf(chat).status;
}

/** Waits until the whole log is this, and nothing else. */
export async function expectLog(
  window: BrowserWindow,
  ...parts: readonly (readonly string[])[]
): Promise<void> {
  await expect.poll(() => readLog(window)).toEqual(parts.flat());
}

async function readLog(window: BrowserWindow): Promise<string[]> {
  const log = await window.log();
  return log.map((line) => line.replace(/client \S+ joined/, 'client ID joined'));
}

export async function statusOf(window: BrowserWindow): Promise<string> {
  return window.read(`document.querySelector('#status').textContent`);
}

export async function expectStatus(window: BrowserWindow, sentence: string): Promise<void> {
  await expect.poll(() => statusOf(window)).toBe(sentence);
}

/** The labels of the buttons that can be pressed now. */
export async function buttonsOf(window: BrowserWindow): Promise<string[]> {
  return window.read(
    `[...document.querySelectorAll('button')].filter((b) => b.checkVisibility()).map((b) => b.textContent)`,
  );
}

/** The person opens the page and answers its first prompt. */
export async function enter(window: BrowserWindow, url: string, channel: string): Promise<void> {
  expect(await replyAfter(window, window.goto(url), channel)).toBe(ask.name);
}

/** Answers the prompt that an action opens. The action may not be over before the prompt is. */
export async function replyAfter(
  window: BrowserWindow,
  action: Promise<void>,
  text: string,
): Promise<string> {
  const [question] = await Promise.all([window.reply(text), action]);
  return question;
}

export async function openBoth(
  annsBrowser: Browser,
  bobsBrowser: Browser,
): Promise<{ ann: BrowserWindow; bob: BrowserWindow }> {
  return { ann: await annsBrowser.openWindow(), bob: await bobsBrowser.openWindow() };
}

/** Both enter; the first of them is asked for the first message. */
export async function meet(first: BrowserWindow, second: BrowserWindow, url: string, channel: string) {
  await enter(first, url, channel);
  await expectLog(first, said.created(channel));
  await enter(second, url, channel);
  await expectLog(second, said.joined(channel));
}

/** Writes in the field on the page, where the browser shows no prompts; waits for the question first. */
export async function writeInField(window: BrowserWindow, question: string, text: string): Promise<void> {
  await expect.poll(() => labelOf(window)).toBe(question);
  await window.type(text);
  await window.press('Enter');
}

/** The question at the field, once one can write there. */
export function labelOf(window: BrowserWindow): Promise<string> {
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
