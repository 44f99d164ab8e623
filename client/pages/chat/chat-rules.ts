// What the chat does when something happens: whose turn it is, what is written, what goes to the other. Pure: leaves
// asking to chat-prompts, the channel to chat-connection, and how it looks to chat-view.
import { asks } from './chat-asks.js';
import { lines } from './chat-lines.js';
import {
  enter,
  hearAway,
  hearBack,
  hearEntered,
  hearFull,
  hearGone,
  hearJoined,
  hearJoinRequest,
  hearReady,
  inherit,
  lose,
  meetUnheard,
} from './chat-presence-rules.js';
import type { Chat, ChatEvent, Step } from './chat-states.js';
import { channelOf, end, stay, undelivered, unsent, write } from './chat-step.js';
import { arrive, failToArrive, hearMessage, hearRefusal, hold, sayBye, sendHeld } from './chat-turn-rules.js';

/** @param channel of the page's address; without one, the person is asked */
export function begin(channel: string): Step {
  return channel === '' ? stay({ phase: 'naming', ask: asks.name() }) : enter(channel);
}

/** @param draft what stands in the field on the page: shown as not sent when the turn ends by itself */
export function happen(chat: Chat, event: ChatEvent, draft: string): Step {
  if (chat.phase === 'over' && event.kind !== 'arrived' && event.kind !== 'not arrived') return stay(chat);
  switch (event.kind) {
    case 'named':
      return enter(event.channel);
    case 'entered':
      return hearEntered(chat, event, draft);
    case 'lost':
      return lose(chat);
    case 'full':
      return hearFull(chat, event.freeInMs);
    case 'over':
      return hearOver(chat, event, draft);
    case 'created':
      return inherit(chat);
    case 'join requested':
      return hearJoinRequest(chat);
    case 'peer joined':
      return hearJoined(chat, event.sentence);
    case 'ready':
      return hearReady(chat, event.me, draft);
    case 'peer away':
      return hearAway(chat, event.graceMs);
    case 'peer back':
      return hearBack(chat, event.me);
    case 'peer gone':
      return hearGone(chat, draft);
    case 'got':
      return hearOther(chat, event);
    case 'wrote':
      return hold(chat, event.text);
    case 'checked':
      if (chat.phase === 'waiting') return meetUnheard(chat);
      return chat.phase === 'paired' ? sendHeld(chat) : stay(chat);
    case 'arrived':
      return arrive(chat, event.message);
    case 'not arrived':
      return failToArrive(chat, event);
    case 'refused':
      return hearRefusal(chat, event.event, event.sentence);
    case 'got Bye':
      return end(chat, 'other', draft, lines.gotBye(), lines.sendingAck(), lines.disconnecting());
    case 'say Bye':
      return sayBye(chat);
    case 'try again':
      return enter(channelOf(chat));
    case 'other name':
      return {
        chat: { phase: 'naming', ask: asks.name() },
        deeds: chat.phase === 'full' ? [{ do: 'stop entering' }] : [],
      };
  }
}

/** Whoever speaks is there, also where the news of that one was lost with a connection. */
function hearOther(chat: Chat, event: Extract<ChatEvent, { kind: 'got' }>): Step {
  if (chat.phase !== 'waiting') return hearMessage(chat, event);
  const met = meetUnheard(chat);
  const { chat: next, deeds } = hearMessage(met.chat, event);
  return { chat: next, deeds: [...met.deeds, ...deeds] };
}

/** The channel has not opened, or is closed for good, and not by this person. */
function hearOver(chat: Chat, event: Extract<ChatEvent, { kind: 'over' }>, draft: string): Step {
  const { reason, code, sentence } = event;
  const channel = channelOf(chat);
  const losses = [...unsent(chat, draft), ...undelivered(chat)];
  if (reason === 'ended') return end(chat, 'other', draft, lines.endedMeanwhile());
  if (reason === 'taken-over') return end(chat, 'another window', draft, lines.takenOver());
  if (reason === 'expelled') return end(chat, 'server', draft, lines.refused(sentence));
  if (reason === 'full') {
    // Somebody else has got the seat while the connection was lost: it waits in line, like any other.
    const again = enter(channel);
    return { chat: again.chat, deeds: [...write(...losses), ...again.deeds] };
  }
  return {
    chat: { phase: 'refused', channel, sentence, mayRetry: code !== 'bad-channel' },
    deeds: write(lines.refused(sentence), ...losses),
  };
}
