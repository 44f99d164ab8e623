// Small pieces of which all rules of the chat are made: steps that only write, that change nothing, what was lost.
import { lines, type Line } from './chat-lines.js';
import type { Chat, Deed, OverChat, PairedChat, Step, WaitingChat } from './chat-states.js';

export function stay(chat: Chat): Step {
  return { chat, deeds: [] };
}

export function write(...written: Line[]): Deed[] {
  return written.map((line) => ({ do: 'write', line }));
}

export function channelOf(chat: Chat): string {
  return chat.phase === 'naming' ? '' : chat.channel;
}

export function isInside(chat: Chat): chat is WaitingChat | PairedChat {
  return chat.phase === 'waiting' || chat.phase === 'paired';
}

/** What was written or half-written when the turn ended by itself. */
export function unsent(chat: Chat, draft: string): Line[] {
  const text = chat.phase === 'paired' ? (chat.written ?? draft) : '';
  return text === '' || text === 'Bye' ? [] : [lines.unsent(text)];
}

/** What was sent and will never be known to have arrived. */
export function undelivered(chat: Chat): Line[] {
  if (!isInside(chat)) return [];
  const onTheWay = chat.phase === 'paired' ? chat.onTheWay : [];
  return [...chat.leftOver, ...onTheWay].map(({ text }) => lines.undelivered(text));
}

/** The end by somebody else than oneself. */
export function end(chat: Chat, endedBy: OverChat['endedBy'], draft: string, ...why: Line[]): Step {
  return {
    chat: { phase: 'over', channel: channelOf(chat), endedBy, leftOver: [] },
    deeds: write(...why, ...unsent(chat, draft), ...undelivered(chat)),
  };
}
