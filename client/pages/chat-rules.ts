// What the chat does when something happens: whose turn it is, what is written, what goes to the server. Pure:
// leaves asking to chat-prompts, the wire to chat-connection, and how it looks to chat-view.
import { maxFrameBytes } from '../../server/protocol/limits.js';
import { refusals } from '../../server/protocol/refusals.js';
import { asks, type Ask } from './chat-asks.js';
import type { Chat, ChatEvent, Deed, PairedChat, Step } from './chat-states.js';
import { lines, type Line } from './chat-lines.js';

/** A frame above the transport's cap would end the connection without a word; the rest of it needs room too. */
const maxWrittenBytes = maxFrameBytes - 4096;

export function begin(channel: string): Chat {
  return { phase: 'offline', channel, was: 'starting' };
}

/** @param draft what stands in the field on the page: shown as not sent when the turn ends by itself */
export function happen(chat: Chat, event: ChatEvent, draft: string): Step {
  if (chat.phase === 'over') return { chat, deeds: [] };
  switch (event.kind) {
    case 'connected':
      return connect(chat);
    case 'unreachable':
      return chat.phase === 'offline' && chat.was === 'starting'
        ? { chat: { ...chat, was: 'unreachable' }, deeds: write(lines.unreachable()) }
        : stay(chat);
    case 'lost':
      return {
        chat: { phase: 'offline', channel: channelOf(chat), was: 'lost' },
        deeds: write(lines.lost(), ...unsent(chat, draft)),
      };
    case 'named':
      return enter(event.channel);
    case 'created':
      return {
        chat: { phase: 'waiting', channel: event.channel },
        // After "peer gone" the one who stayed becomes the initiator of a channel that exists already.
        deeds: write(...(chat.phase === 'waiting' ? [] : [lines.created(event.channel)]), lines.initiator()),
      };
    case 'joined':
      return {
        chat: { phase: 'paired', channel: event.channel, asks: [] },
        deeds: write(lines.joined(event.channel)),
      };
    case 'full':
      return { chat: { phase: 'full', channel: event.channel }, deeds: write(lines.full(event.channel)) };
    case 'entry refused': {
      const { code, sentence } = event;
      return {
        chat: { phase: 'refused', channel: channelOf(chat), sentence, mayRetry: code !== 'bad-channel' },
        deeds: write(lines.refused(sentence)),
      };
    }
    case 'join requested':
      return { chat, deeds: write(lines.joinRequest(event.channel)) };
    case 'peer joined':
      return {
        chat: { phase: 'paired', channel: channelOf(chat), asks: [asks.first()] },
        deeds: write(lines.broadcast(event.sentence)),
      };
    case 'got': {
      if (chat.phase !== 'paired') return stay(chat);
      const ask = event.as === 'message' ? asks.answer() : asks.keepOn();
      return {
        chat: { ...chat, asks: [...chat.asks, ask] },
        deeds: write(lines.got(event.as, event.value)),
      };
    }
    case 'wrote':
      return chat.phase === 'paired'
        ? { chat: { ...chat, written: event.text }, deeds: [{ do: 'check' }] }
        : stay(chat);
    case 'checked':
      return chat.phase === 'paired' ? send(chat) : stay(chat);
    case 'refused':
      return takeBack(chat, event.event, event.sentence);
    case 'peer gone':
      return {
        chat: { phase: 'waiting', channel: channelOf(chat) },
        deeds: write(lines.peerGone(channelOf(chat)), ...unsent(chat, draft)),
      };
    case 'got Bye':
      return {
        chat: { phase: 'over', channel: channelOf(chat), endedBy: 'other' },
        deeds: [
          ...write(lines.gotBye(), lines.sendingAck(), lines.disconnecting(), ...unsent(chat, draft)),
          { do: 'acknowledge' },
        ],
      };
    case 'say Bye':
      return sayBye(chat);
    case 'try again':
      return chat.phase === 'offline' ? { chat, deeds: [{ do: 'reconnect' }] } : enter(channelOf(chat));
    case 'other name':
      return { chat: { phase: 'naming', ask: asks.name() }, deeds: [] };
  }
}

function connect(chat: Chat): Step {
  if (chat.phase !== 'offline') return stay(chat);
  const back = chat.was === 'starting' ? [] : write(lines.back());
  const next: Step =
    chat.channel === '' ? { chat: { phase: 'naming', ask: asks.name() }, deeds: [] } : enter(chat.channel);
  return { chat: next.chat, deeds: [...back, ...next.deeds] };
}

function enter(channel: string): Step {
  return { chat: { phase: 'entering', channel }, deeds: [{ do: 'enter', channel }] };
}

function send(chat: PairedChat): Step {
  const { written, ...rest } = chat;
  const [ask, ...later] = chat.asks;
  if (written === undefined || ask?.as === undefined) return stay(chat);
  if (written === 'Bye') return sayBye(chat);
  const next: PairedChat = { ...rest, asks: later, sent: { ask, text: written } };
  if (sizeOf(written) > maxWrittenBytes) {
    return takeBack(next, ask.as, refusals.tooLarge(maxWrittenBytes).message);
  }
  return {
    chat: next,
    deeds: [{ do: 'send', as: ask.as, channel: chat.channel, text: written }],
  };
}

/** Bytes of a text as it travels, in JSON. */
function sizeOf(text: string): number {
  return new TextEncoder().encode(JSON.stringify(text)).length;
}

/** A refused message gives the turn back. */
function takeBack(chat: Chat, event: string, sentence: string): Step {
  const deeds = write(lines.refused(sentence));
  if (chat.phase !== 'paired' || chat.sent?.ask.as !== event) return { chat, deeds };
  const { sent, ...rest } = chat;
  const again: Ask = { ...sent.ask, draft: sent.text, waits: true };
  return { chat: { ...rest, asks: [again, ...chat.asks] }, deeds };
}

function sayBye(chat: Chat): Step {
  const channel = channelOf(chat);
  return {
    chat: { phase: 'over', channel, endedBy: 'me' },
    deeds: [...write(lines.sendingBye(), lines.disconnecting()), { do: 'say Bye', channel }],
  };
}

function unsent(chat: Chat, draft: string): Line[] {
  const text = chat.phase === 'paired' ? (chat.written ?? draft) : '';
  return text === '' || text === 'Bye' ? [] : [lines.unsent(text)];
}

function write(...written: Line[]): Deed[] {
  return written.map((line) => ({ do: 'write', line }));
}

function stay(chat: Chat): Step {
  return { chat, deeds: [] };
}

function channelOf(chat: Chat): string {
  return chat.phase === 'naming' ? '' : chat.channel;
}
