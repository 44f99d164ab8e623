// What the page shows in each state of the chat: the status sentence, the question, the buttons. Pure.
import type { Ask } from './chat-asks.js';
import { seconds } from '../in-words.js';
import type { Chat, PairedChat } from './chat-states.js';

/** Characters of one's own text in the status. */
const longestEcho = 80;

export type Action = 'try-again' | 'other-name' | 'new-conversation' | 'bye';

export interface View {
  status: string;
  /** The channel that the page is in, or wants to be in. */
  channel: string;
  /** Show the link that brings the other person here. */
  invites: boolean;
  ask?: Ask;
  actions: readonly Action[];
}

export function viewOf(chat: Chat): View {
  switch (chat.phase) {
    case 'naming':
      return {
        ...plain('', 'Write a channel name. Two people who write the same name meet there.'),
        ask: chat.ask,
      };
    case 'entering':
      return plain(
        chat.channel,
        chat.isUnreachable
          ? 'The server cannot be reached. This page keeps trying.'
          : 'Entering the channel...',
      );
    case 'full':
      return {
        ...plain(chat.channel, lineStatus(chat.freeInMs)),
        actions: ['other-name'],
      };
    case 'refused':
      return {
        ...plain(chat.channel, chat.sentence),
        actions: chat.mayRetry ? ['try-again', 'other-name'] : ['other-name'],
      };
    case 'waiting':
      return {
        ...plain(
          chat.channel,
          chat.isLost
            ? 'The connection to the server is lost; trying again.'
            : 'Waiting for the other person.',
        ),
        invites: true,
        actions: ['bye'],
      };
    case 'paired': {
      const [ask] = chat.asks;
      const view: View = { ...plain(chat.channel, pairedStatus(chat)), actions: ['bye'] };
      return ask && chat.written === undefined ? { ...view, ask } : view;
    }
    case 'over':
      return { ...plain(chat.channel, overStatus[chat.endedBy]), actions: ['new-conversation'] };
  }
}

const overStatus = {
  me: 'You have left the channel.',
  other: 'The other peer has left the channel.',
  server: 'The server has ended the conversation.',
  'another window': 'The conversation goes on in another window. This one is no longer part of it.',
} as const;

function lineStatus(freeInMs: number | undefined): string {
  return freeInMs === undefined
    ? 'Two people are in this channel already. This page enters by itself when one of them leaves.'
    : `Two people are in this channel, but one of them has lost the connection. You may have the seat in ${seconds(freeInMs)}.`;
}

function pairedStatus(chat: PairedChat): string {
  if (chat.isLost) return 'The connection to the server is lost; trying again. What you write waits.';
  switch (chat.other.is) {
    case 'here':
      return turnStatus(chat);
    case 'away':
      return `The connection of the other peer dropped. It has ${seconds(chat.other.graceMs)} to come back; what you write waits for it.`;
    case 'sought':
      return 'You are back in the channel. The other peer is not back yet; what you write waits for it.';
  }
}

function turnStatus({ asks: [ask], written, sent }: PairedChat): string {
  if (written !== undefined) return 'Sending...';
  if (ask?.isOptional) return 'You are back in the channel. Write, or wait for the other peer.';
  if (ask?.waits) return 'It is your turn again: that was not sent.';
  if (ask) return 'It is your turn.';
  return sent
    ? `It is the turn of the other peer. You wrote: "${shorten(sent.text)}"`
    : 'It is the turn of the other peer. Waiting for the first message...';
}

function shorten(text: string): string {
  return text.length > longestEcho ? `${text.slice(0, longestEcho).trimEnd()}...` : text;
}

function plain(channel: string, status: string): View {
  return { status, channel, invites: false, actions: [] };
}
