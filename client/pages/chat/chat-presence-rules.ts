// Who is there: entering, losing the connection, coming back; the other's arrival, drop, return. Pure.
// Leaves turns to chat-turn-rules. A drop, even a restart of the server, does not end a conversation: it goes on when
// the same incarnation is met again.
import { asks } from './chat-asks.js';
import { lines, type Line } from './chat-lines.js';
import type { Chat, Deed, Entered, Other, PairedChat, Sent, Step, WaitingChat } from './chat-states.js';
import { isInside, stay, unsent, write } from './chat-step.js';

export function enter(channel: string): Step {
  return {
    chat: { phase: 'entering', channel, isUnreachable: false },
    deeds: [{ do: 'enter', channel }],
  };
}

export function lose(chat: Chat): Step {
  if (chat.phase === 'entering' && !chat.isUnreachable) {
    return { chat: { ...chat, isUnreachable: true }, deeds: write(lines.unreachable()) };
  }
  if (chat.phase === 'full') {
    return {
      chat: { phase: 'entering', channel: chat.channel, isUnreachable: true },
      deeds: write(lines.unreachable()),
    };
  }
  if (isInside(chat) && !chat.isLost) {
    return { chat: { ...chat, isLost: true }, deeds: write(lines.lost()) };
  }
  return stay(chat);
}

/** In line, which is told once. */
export function hearFull(chat: Chat, freeInMs: number | undefined): Step {
  if (chat.phase !== 'entering' && chat.phase !== 'full') return stay(chat);
  const { channel } = chat;
  return {
    chat: { phase: 'full', channel, freeInMs },
    deeds: chat.phase === 'full' ? [] : write(lines.full(channel)),
  };
}

export function hearEntered(chat: Chat, event: Entered, draft: string): Step {
  if (chat.phase === 'entering') {
    const before = chat.isUnreachable ? [lines.back()] : [];
    return begin(chat.channel, event, [], ...before, ...arrivalLines(chat.channel, event));
  }
  if (chat.phase === 'full') return begin(chat.channel, event, [], ...arrivalLines(chat.channel, event));
  if (chat.phase === 'waiting') return comeBackAlone(chat, event);
  if (chat.phase !== 'paired') return stay(chat);
  return event.how === 'resumed' ? resume(chat, event, draft) : enterAnew(chat, event);
}

function begin(channel: string, { how, role, other }: Entered, leftOver: Sent[], ...news: Line[]): Step {
  const inside = { channel, isInitiator: role === 'initiator', isLost: false, leftOver };
  const deeds = write(...news);
  if (!other) return { chat: { ...inside, phase: 'waiting' }, deeds };
  // After a reload, nobody remembers whose turn it is.
  const open = how === 'resumed' ? [asks.anytime()] : [];
  return { chat: { ...inside, phase: 'paired', other, asks: open, onTheWay: [], news: [] }, deeds };
}

function arrivalLines(channel: string, { how }: Pick<Entered, 'how'>): Line[] {
  switch (how) {
    case 'created':
      return [lines.created(channel), lines.initiator()];
    case 'joined':
      return [lines.joined(channel)];
    case 'resumed':
      return [lines.returned(channel)];
  }
}

function comeBackAlone(chat: WaitingChat, event: Entered): Step {
  if (event.how === 'joined') {
    return begin(chat.channel, event, chat.leftOver, lines.back(), lines.joined(chat.channel));
  }
  const isInitiator = event.role === 'initiator';
  const heir = isInitiator && !chat.isInitiator ? [lines.initiator()] : [];
  const next: WaitingChat = { ...chat, isInitiator, isLost: false };
  const deeds = write(lines.back(), ...heir);
  if (!event.other) return { chat: next, deeds };
  // Somebody has joined. The news may be on its way, or lost with the connection.
  return { chat: { ...next, unheard: event.other }, deeds: [...deeds, { do: 'check' }] };
}

/** Everything has been heard, and nothing of the one who is there. */
export function meetUnheard(chat: WaitingChat): Step {
  const { unheard, ...rest } = chat;
  if (!unheard) return stay(chat);
  return {
    chat: pair(rest, unheard),
    deeds: write(lines.joinRequest(chat.channel)),
  };
}

function resume(chat: PairedChat, { role, other }: Entered, draft: string): Step {
  const isInitiator = role === 'initiator';
  const back = { ...chat, isInitiator, isLost: false };
  if (chat.other.is === 'sought' && other?.me !== chat.other.me) {
    return { chat: back, deeds: write(lines.back()) };
  }
  if (!other) {
    const step = leave(back, draft);
    const heir = isInitiator && !chat.isInitiator ? write(lines.initiator()) : [];
    return { chat: step.chat, deeds: [...write(lines.back()), ...step.deeds, ...heir] };
  }
  // Another incarnation: reloaded, or somebody else. What was for the one before is not for this one.
  const isSame = other.me === chat.other.me;
  const next: PairedChat = isSame
    ? { ...back, other }
    : { ...back, other, onTheWay: [], leftOver: [...chat.leftOver, ...chat.onTheWay] };
  return { chat: next, deeds: [...write(lines.back()), ...checkAgain(chat)] };
}

/** The server has forgotten everything. */
function enterAnew(chat: PairedChat, event: Entered): Step {
  const next: PairedChat = {
    ...chat,
    isInitiator: event.role === 'initiator',
    isLost: false,
    other: { ...chat.other, is: 'sought' },
    news: arrivalLines(chat.channel, event),
  };
  return { chat: next, deeds: write(lines.back()) };
}

/** The news for an initiator whose joiner is gone. */
export function inherit(chat: Chat): Step {
  return chat.phase === 'waiting' && !chat.isInitiator
    ? { chat: { ...chat, isInitiator: true }, deeds: write(lines.initiator()) }
    : stay(chat);
}

export function hearJoinRequest(chat: Chat): Step {
  if (chat.phase === 'waiting') return { chat, deeds: write(lines.joinRequest(chat.channel)) };
  if (chat.phase !== 'paired') return stay(chat);
  const news = [...chat.news, lines.joinRequest(chat.channel)];
  return stay({ ...chat, isInitiator: true, news });
}

export function hearJoined(chat: Chat, sentence: string): Step {
  if (chat.phase === 'waiting') {
    const { unheard: _, ...rest } = chat;
    return { chat: pair(rest, here()), deeds: write(lines.broadcast(sentence)) };
  }
  if (chat.phase !== 'paired') return stay(chat);
  return stay({ ...chat, news: [...chat.news, lines.broadcast(sentence)] });
}

/** Two are there. Either it is the other one again, or a new conversation. */
export function hearReady(chat: Chat, me: string | undefined, draft: string): Step {
  if (chat.phase !== 'paired') return stay(chat);
  const other = here(me);
  const isSought = chat.other.is === 'sought';
  if (!isSought && chat.news.length === 0) return stay({ ...chat, other });
  if (isSought && me !== undefined && me === chat.other.me) {
    return { chat: { ...chat, other, news: [] }, deeds: checkAgain(chat) };
  }
  const { channel, isInitiator, isLost, leftOver, onTheWay } = chat;
  const next = { channel, isInitiator, isLost, leftOver: [...leftOver, ...onTheWay] };
  return { chat: pair(next, other), deeds: write(...unsent(chat, draft), ...chat.news) };
}

/** What was written to one who was sought has waited. */
function checkAgain({ other, written }: PairedChat): Deed[] {
  return other.is === 'sought' && written !== undefined ? [{ do: 'check' }] : [];
}

export function hearAway(chat: Chat, graceMs: number): Step {
  if (chat.phase !== 'paired' || chat.other.is === 'sought') return stay(chat);
  return stay({ ...chat, other: { ...chat.other, is: 'away', graceMs } });
}

export function hearBack(chat: Chat, me: string | undefined): Step {
  if (chat.phase !== 'paired' || chat.other.is === 'sought') return stay(chat);
  return stay({ ...chat, other: here(me) });
}

export function hearGone(chat: Chat, draft: string): Step {
  return chat.phase === 'paired' ? leave(chat, draft) : stay(chat);
}

function leave(chat: PairedChat, draft: string): Step {
  const { channel, isInitiator, isLost, leftOver, onTheWay } = chat;
  return {
    chat: { phase: 'waiting', channel, isInitiator, isLost, leftOver: [...leftOver, ...onTheWay] },
    deeds: write(lines.peerGone(channel), ...unsent(chat, draft)),
  };
}

function pair(inside: Omit<WaitingChat, 'phase' | 'unheard'>, other: Other): PairedChat {
  const open = inside.isInitiator ? [asks.first()] : [];
  return { ...inside, phase: 'paired', other, asks: open, onTheWay: [], news: [] };
}

function here(me?: string): Other {
  return { is: 'here', me, graceMs: 0 };
}
