// The page `/` in line for a seat: it is told once, and enters by itself.
import { expect, it } from 'vitest';
import { asks } from '../../client/pages/chat/chat-asks.js';
import { lines, type Line } from '../../client/pages/chat/chat-lines.js';
import { happen } from '../../client/pages/chat/chat-rules.js';
import type { Chat, ChatEvent, Deed } from '../../client/pages/chat/chat-states.js';

const entering: Chat = { phase: 'entering', channel: 'red', isUnreachable: false };
const full: Chat = { phase: 'full', channel: 'red', freeInMs: 900 };
const inside = { channel: 'red', isLost: false, leftOver: [] };
const waiting: Chat = { ...inside, phase: 'waiting', isInitiator: true };
const bob = { is: 'here', me: 'bob', graceMs: 30_000 } as const;
const paired: Chat = {
  ...inside,
  phase: 'paired',
  isInitiator: false,
  other: bob,
  asks: [],
  onTheWay: [],
  news: [],
};

function writing(...written: Line[]): Deed[] {
  return written.map((line) => ({ do: 'write', line }));
}

it.each<[what: string, chat: Chat, event: ChatEvent, next: Chat, deeds: Deed[]]>([
  ['the channel is full', entering, { kind: 'full', freeInMs: 900 }, full, writing(lines.full('red'))],
  ['it still is', full, { kind: 'full', freeInMs: undefined }, { ...full, freeInMs: undefined }, []],
  [
    'the server is away',
    full,
    { kind: 'lost' },
    { ...entering, isUnreachable: true },
    writing(lines.unreachable()),
  ],
  [
    'both have left',
    full,
    { kind: 'entered', how: 'created', role: 'initiator', other: undefined },
    waiting,
    writing(lines.created('red'), lines.initiator()),
  ],
  [
    'one has left',
    full,
    { kind: 'entered', how: 'joined', role: 'joiner', other: bob },
    paired,
    writing(lines.joined('red')),
  ],
  [
    'another name is wanted',
    full,
    { kind: 'other name' },
    { phase: 'naming', ask: asks.name() },
    [{ do: 'stop entering' }],
  ],
  ['what an old answer says is not heard inside', waiting, { kind: 'full', freeInMs: 900 }, waiting, []],
])('%s', (_what, chat, event, next, deeds) => {
  expect(happen(chat, event, '')).toEqual({ chat: next, deeds });
});
