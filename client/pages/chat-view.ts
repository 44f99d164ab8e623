// What the page shows in each state of the chat: the status sentence, the question, the buttons. Pure.
import type { Ask } from './chat-asks.js';
import type { Chat } from './chat-states.js';

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
    case 'offline':
      return {
        ...plain(chat.channel, offlineStatus[chat.was]),
        actions: chat.was === 'starting' ? [] : ['try-again'],
      };
    case 'naming':
      return {
        ...plain('', 'Write a channel name. Two people who write the same name meet there.'),
        ask: chat.ask,
      };
    case 'entering':
      return plain(chat.channel, 'Entering the channel...');
    case 'full':
      return {
        ...plain(chat.channel, 'Two people are in this channel already.'),
        actions: ['try-again', 'other-name'],
      };
    case 'refused':
      return {
        ...plain(chat.channel, chat.sentence),
        actions: chat.mayRetry ? ['try-again', 'other-name'] : ['other-name'],
      };
    case 'waiting':
      return {
        ...plain(chat.channel, 'Waiting for the other person.'),
        invites: true,
        actions: ['bye'],
      };
    case 'paired': {
      const [ask] = chat.asks;
      const view: View = { ...plain(chat.channel, pairedStatus(chat)), actions: ['bye'] };
      return ask && chat.written === undefined ? { ...view, ask } : view;
    }
    case 'over':
      return {
        ...plain(
          chat.channel,
          chat.endedBy === 'me' ? 'You have left the channel.' : 'The other peer has left the channel.',
        ),
        actions: ['new-conversation'],
      };
  }
}

const offlineStatus = {
  starting: 'Connecting to the server...',
  unreachable: 'The server cannot be reached. This page keeps trying.',
  lost: 'The connection to the server is lost. This page keeps trying.',
} as const;

function pairedStatus({ asks, written, sent }: Extract<Chat, { phase: 'paired' }>): string {
  if (written !== undefined) return 'Sending...';
  if (asks[0]?.waits) return 'It is your turn again: that was not sent.';
  if (asks.length > 0) return 'It is your turn.';
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
