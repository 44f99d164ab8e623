// Whose turn it is, and what became of what was written. Pure. Leaves who is there to chat-presence-rules.
import { refusals } from '../../../server/protocol/refusals.js';
import { maxFrameBytes } from '../../../server/protocol/limits.js';
import { asks, type Ask } from './chat-asks.js';
import { lines } from './chat-lines.js';
import type { Chat, ChatEvent, NotArrived, PairedChat, Sent, Step } from './chat-states.js';
import { channelOf, isInside, stay, write } from './chat-step.js';

/** A frame above the transport's cap would end the connection without a word; the rest of it needs room too. */
const maxWrittenBytes = maxFrameBytes - 4096;

/** Answers that somebody may owe; whoever sends more at once is shown, but not each of it asked about. */
const maxAsks = 50;

export function hearMessage(chat: Chat, { as, value }: Extract<ChatEvent, { kind: 'got' }>): Step {
  if (chat.phase !== 'paired') return stay(chat);
  const ask = as === 'message' ? asks.answer() : asks.keepOn();
  const open = chat.asks.filter(({ isOptional }) => !isOptional);
  const due = open.length < maxAsks ? [...open, ask] : open;
  return { chat: { ...chat, asks: due }, deeds: write(lines.got(as, value)) };
}

/** Sent only when everything that was said before is heard: the one it is for may have left meanwhile. */
export function hold(chat: Chat, text: string): Step {
  return chat.phase === 'paired'
    ? { chat: { ...chat, written: text }, deeds: [{ do: 'check' }] }
    : stay(chat);
}

export function sendHeld(chat: PairedChat): Step {
  const { written, ...rest } = chat;
  const [ask, ...later] = chat.asks;
  if (written === undefined || ask?.as === undefined) return stay(chat);
  if (written === 'Bye') return sayBye(chat);
  // Otherwise it would go to the first one who comes, who may be somebody else.
  if (chat.other.is === 'sought') return stay(chat);
  const sent: Sent = { ask, text: written };
  const next: PairedChat = { ...rest, asks: later, sent };
  if (sizeOf(written) > maxWrittenBytes) {
    return takeBack(next, sent, refusals.tooLarge(maxWrittenBytes).message);
  }
  return { chat: { ...next, onTheWay: [...chat.onTheWay, sent] }, deeds: [{ do: 'send', message: sent }] };
}

/** Bytes of a text as it travels, in JSON. */
function sizeOf(text: string): number {
  return new TextEncoder().encode(JSON.stringify(text)).length;
}

export function arrive(chat: Chat, message: Sent): Step {
  return stay(without(chat, message));
}

export function failToArrive(chat: Chat, { message, reason, sentence }: NotArrived): Step {
  const next = without(chat, message);
  if (next === chat) return stay(chat);
  const isOfNow = chat.phase === 'paired' && chat.onTheWay.includes(message);
  if (!isOfNow || next.phase !== 'paired') {
    return { chat: next, deeds: write(lines.undelivered(message.text)) };
  }
  // The same one has reloaded its page: what it may have shown before is no longer there.
  if (reason === 'peer-gone') return { chat, deeds: [{ do: 'send', message }] };
  return takeBack(next, message, sentence);
}

/** The server's "no" to a client without receipts: with them, the message itself fails. */
export function hearRefusal(chat: Chat, event: string, sentence: string): Step {
  const sent = chat.phase === 'paired' ? chat.sent : undefined;
  if (chat.phase !== 'paired' || sent?.ask.as !== event) {
    return { chat, deeds: write(lines.refused(sentence)) };
  }
  return chat.onTheWay.includes(sent) ? stay(chat) : takeBack(chat, sent, sentence);
}

export function sayBye(chat: Chat): Step {
  const leftOver = isInside(chat) ? chat.leftOver : [];
  const onTheWay = chat.phase === 'paired' ? chat.onTheWay : [];
  return {
    chat: {
      phase: 'over',
      channel: channelOf(chat),
      endedBy: 'me',
      leftOver: [...leftOver, ...onTheWay],
    },
    deeds: [...write(lines.sendingBye(), lines.disconnecting()), { do: 'say Bye' }],
  };
}

/** A refused message gives the turn back. */
function takeBack(chat: PairedChat, { ask, text }: Sent, sentence: string): Step {
  const { sent: _, ...rest } = chat;
  const again: Ask = { ...ask, draft: text, waits: true, isOptional: false };
  return { chat: { ...rest, asks: [again, ...chat.asks] }, deeds: write(lines.refused(sentence)) };
}

/** The same chat, when it does not know of the message. */
function without(chat: Chat, message: Sent): Chat {
  const isOther = (other: Sent): boolean => other !== message;
  if (chat.phase === 'paired' && chat.onTheWay.includes(message)) {
    return { ...chat, onTheWay: chat.onTheWay.filter(isOther) };
  }
  if ('leftOver' in chat && chat.leftOver.includes(message)) {
    return { ...chat, leftOver: chat.leftOver.filter(isOther) };
  }
  return chat;
}
