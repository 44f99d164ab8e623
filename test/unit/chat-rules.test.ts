// The rules of the chat page as tables: in this state, when this happens, that is written and done, and this is next.
import { describe, expect, it } from 'vitest';
import { asks } from '../../client/pages/chat/chat-asks.js';
import { lines, type Line } from '../../client/pages/chat/chat-lines.js';
import { begin, happen } from '../../client/pages/chat/chat-rules.js';
import type {
  Chat,
  ChatEvent,
  Entered,
  Other,
  PairedChat,
  Sent,
  WaitingChat,
} from '../../client/pages/chat/chat-states.js';
import { viewOf } from '../../client/pages/chat/chat-view.js';
import type { ChannelFailureReason } from '../../client/transport/channel-failure.js';

const bob: Other = { is: 'here', me: 'bob', graceMs: 30_000 };
const cy: Other = { ...bob, me: 'cy' };
const hello: Sent = { ask: asks.first(), text: 'Hello' };
const before: Sent = { ask: asks.first(), text: 'To one who left' };

const naming: Chat = { phase: 'naming', ask: asks.name() };
const entering: Chat = { phase: 'entering', channel: 'red', isUnreachable: false };
const waiting: WaitingChat = {
  phase: 'waiting',
  channel: 'red',
  isInitiator: true,
  isLost: false,
  leftOver: [],
};
const paired: PairedChat = {
  phase: 'paired',
  channel: 'red',
  isInitiator: true,
  isLost: false,
  leftOver: [],
  other: bob,
  asks: [],
  onTheWay: [],
  news: [],
};
const asked: PairedChat = { ...paired, asks: [asks.first()] };
const sent: PairedChat = { ...paired, sent: hello, onTheWay: [hello] };
const lost: PairedChat = { ...asked, isLost: true };
const away: PairedChat = { ...asked, other: { ...bob, is: 'away' } };
const sought: PairedChat = { ...asked, other: { ...bob, is: 'sought' }, news: [lines.joined('red')] };
const over: Chat = { phase: 'over', channel: 'red', endedBy: 'me', leftOver: [hello] };

const sentAndAsked: PairedChat = { ...sent, asks: [asks.answer()] };
const states = { naming, entering, waiting, paired, asked, sent, sentAndAsked, lost, away, sought, over };
type StateName = keyof typeof states;

const created: Entered = { kind: 'entered', how: 'created', role: 'initiator', other: undefined };
const joined: Entered = { kind: 'entered', how: 'joined', role: 'joiner', other: bob };
const resumed: Entered = { kind: 'entered', how: 'resumed', role: 'initiator', other: bob };
const resumedAlone: Entered = { ...resumed, other: undefined };

/** What is written and done, in short: the text of a line and its quote, or the name of a deed. */
function shortly(chat: Chat, event: ChatEvent, draft = ''): { next: Chat; does: string[] } {
  const step = happen(chat, event, draft);
  const does = step.deeds.map((deed) => {
    if (deed.do === 'write') return textOf(deed.line);
    if (deed.do === 'send') return `send ${deed.message.text}`;
    return deed.do === 'enter' ? `enter ${deed.channel}` : deed.do;
  });
  return { next: step.chat, does };
}

const gone = textOf(lines.peerGone('red'));
const back = textOf(lines.back());
const joinedLine = textOf(lines.joined('red'));
const otherBye = [lines.gotBye(), lines.sendingAck(), lines.disconnecting()].map(textOf);
const mayBeLost = (text: string): string => textOf(lines.undelivered(text));
const unsent = (text: string): string => textOf(lines.unsent(text));

describe('the rules of the chat', () => {
  it('a page enters the channel of its address, or asks for one', () => {
    expect(begin('red')).toEqual({ chat: entering, deeds: [{ do: 'enter', channel: 'red' }] });
    expect(begin('')).toEqual({ chat: naming, deeds: [] });
  });

  type Row = [state: StateName, event: ChatEvent, next: Partial<PairedChat | WaitingChat>, does: string[]];

  it.each<Row>([
    // Entering, and the server out of reach.
    ['entering', { kind: 'lost' }, {}, [textOf(lines.unreachable())]],
    ['entering', created, waiting, [lines.created('red'), lines.initiator()].map(textOf)],
    ['entering', joined, { ...paired, isInitiator: false }, [joinedLine]],
    ['entering', resumed, { ...paired, asks: [asks.anytime()] }, [textOf(lines.returned('red'))]],
    ['entering', resumedAlone, waiting, [textOf(lines.returned('red'))]],
    // Alone.
    ['waiting', { kind: 'created' }, waiting, []],
    ['waiting', { kind: 'join requested' }, waiting, [textOf(lines.joinRequest('red'))]],
    [
      'waiting',
      { kind: 'peer joined', sentence: 'S --> b' },
      { phase: 'paired', asks: [asks.first()] },
      [textOf(lines.broadcast('S --> b'))],
    ],
    // One's own drop: the turn stays.
    ['asked', { kind: 'lost' }, lost, [textOf(lines.lost())]],
    ['lost', { kind: 'lost' }, lost, []],
    ['lost', resumed, asked, [back]],
    ['lost', resumedAlone, waiting, [back, gone]],
    ['lost', created, { other: { ...bob, is: 'sought' }, isLost: false }, [back]],
    // After a restart of the server: the same one again, or another.
    ['sought', { kind: 'ready', me: 'bob' }, { ...asked, other: { ...bob, graceMs: 0 } }, []],
    ['sought', { kind: 'ready', me: 'cy' }, { ...asked, other: { ...cy, graceMs: 0 } }, [joinedLine]],
    ['sought', { kind: 'ready' }, { other: { is: 'here', me: undefined, graceMs: 0 } }, [joinedLine]],
    ['sought', { kind: 'join requested' }, { other: sought.other }, []],
    // The other's drop.
    ['asked', { kind: 'peer away', graceMs: 30_000 }, away, []],
    ['away', { kind: 'peer back', me: 'bob' }, { ...asked, other: { ...bob, graceMs: 0 } }, []],
    ['away', { kind: 'peer gone' }, waiting, [gone]],
    ['sent', { kind: 'peer gone' }, { ...waiting, leftOver: [hello] }, [gone]],
    // Turns.
    ['asked', { kind: 'wrote', text: 'Hi' }, { ...asked, written: 'Hi' }, ['check']],
    [
      'paired',
      { kind: 'got', as: 'message', value: 'Hi' },
      { asks: [asks.answer()] },
      [textOf(lines.got('message', 'Hi'))],
    ],
    [
      'paired',
      { kind: 'got', as: 'response', value: { a: 1 } },
      { asks: [asks.keepOn()] },
      [textOf(lines.got('response', { a: 1 }))],
    ],
    // What became of what was written.
    ['sent', { kind: 'arrived', message: hello }, { onTheWay: [] }, []],
    ['sent', failure('peer-gone'), { onTheWay: [hello] }, ['send Hello']],
    [
      'sent',
      failure('too-large'),
      { onTheWay: [], asks: [{ ...hello.ask, draft: 'Hello', waits: true }] },
      ['No.'],
    ],
    ['sent', { kind: 'refused', event: 'message', sentence: 'No.' }, sent, []],
    ['paired', failure('ended'), paired, []],
    [
      'sentAndAsked',
      failure('too-large'),
      { onTheWay: [], asks: [{ ...hello.ask, draft: 'Hello', waits: true }, asks.answer()] },
      ['No.'],
    ],
  ])('%s, %o', (state, event, next, does) => {
    const result = shortly(states[state], event);
    expect(result.does).toEqual(does);
    expect(result.next).toMatchObject(next);
  });

  it.each<[StateName, ChatEvent, next: object, does: string[]]>([
    ['sent', { kind: 'got Bye' }, { endedBy: 'other' }, [...otherBye, mayBeLost('Hello')]],
    ['lost', closed('ended'), { endedBy: 'other' }, [textOf(lines.endedMeanwhile())]],
    ['asked', closed('taken-over'), { endedBy: 'another window' }, [textOf(lines.takenOver())]],
    ['asked', closed('expelled'), { endedBy: 'server' }, ['No.']],
    ['lost', closed('full'), { phase: 'entering', channel: 'red' }, ['enter red']],
    ['entering', closed('refused'), { phase: 'refused', sentence: 'No.' }, ['No.']],
    [
      'asked',
      { kind: 'say Bye' },
      { endedBy: 'me' },
      [...[lines.sendingBye(), lines.disconnecting()].map(textOf), 'say Bye'],
    ],
  ])('%s is ended by %o', (state, event, next, does) => {
    const result = shortly(states[state], event);
    expect(result.does).toEqual(does);
    expect(result.next).toMatchObject(next);
  });

  it('what was written is sent once everything before it has been heard', () => {
    const held: PairedChat = { ...asked, written: 'Hi' };
    const { next, does } = shortly(held, { kind: 'checked' });
    expect(does).toEqual(['send Hi']);
    const message = { ask: asks.first(), text: 'Hi' };
    expect(next).toEqual({ ...paired, sent: message, onTheWay: [message] });
    expect(shortly({ ...held, written: 'Bye' }, { kind: 'checked' }).does).toContain('say Bye');
    expect(shortly(held, { kind: 'peer gone' }).does).toEqual([gone, unsent('Hi')]);
    expect(shortly(asked, { kind: 'got Bye' }, 'Half a sen').does).toEqual([
      ...otherBye,
      unsent('Half a sen'),
    ]);
  });

  it('what was for one who left is not sent to the next; it is shown once it is known to be lost', () => {
    const next: PairedChat = { ...asked, leftOver: [before] };
    const failed: ChatEvent = { kind: 'not arrived', message: before, reason: 'peer-gone', sentence: '' };
    expect(shortly(next, failed)).toEqual({ next: asked, does: [mayBeLost('To one who left')] });
    expect(shortly(next, { kind: 'arrived', message: before })).toEqual({ next: asked, does: [] });
    expect(shortly(over, failure('closed')).does).toEqual([mayBeLost('Hello')]);
  });

  it('another one than before on the return: what was for the first is not for this one', () => {
    const result = shortly({ ...sent, isLost: true }, { ...resumed, other: cy });
    expect(result.next).toMatchObject({ other: cy, onTheWay: [], leftOver: [hello] });
  });

  it('somebody who came while the connection was dead is met, once nothing more is to be heard of it', () => {
    const returned = shortly({ ...waiting, isLost: true }, resumed);
    expect(returned.does).toEqual([back, 'check']);
    expect(shortly(returned.next, { kind: 'checked' }).next).toEqual(asked);
    const heard = shortly(returned.next, { kind: 'peer joined', sentence: 'S --> b' }).next;
    expect(shortly(heard, { kind: 'checked' })).toEqual({ next: heard, does: [] });
    const { next } = shortly(returned.next, { kind: 'got', as: 'message', value: 'Hi' });
    expect(next).toMatchObject({ asks: [...asked.asks, asks.answer()] });
  });

  it('what is written to one who is sought waits for that one, and nobody else gets it', () => {
    const writing: PairedChat = { ...sought, written: 'For Bob only' };
    expect(happen(writing, { kind: 'checked' }, '').chat).toBe(writing);
    for (const event of [{ kind: 'ready', me: 'bob' } as const, resumed]) {
      const found = shortly(writing, event);
      expect(found.does).toContain('check');
      expect(shortly(found.next, { kind: 'checked' }).does).toEqual(['send For Bob only']);
    }
    const { next, does } = shortly(writing, { kind: 'ready', me: 'cy' });
    expect(does).toEqual([unsent('For Bob only'), joinedLine]);
    expect(shortly(next, { kind: 'checked' }).does).toEqual([]);
  });

  it('a message takes the place of the question that one need not answer', () => {
    const got: ChatEvent = { kind: 'got', as: 'message', value: 'Hi' };
    expect(shortly({ ...paired, asks: [asks.anytime()] }, got).next).toMatchObject({ asks: [asks.answer()] });
  });

  it.each<StateName>(['lost', 'away', 'sought', 'asked', 'sent', 'paired'])(
    '%s: one can say Bye',
    (state) => {
      expect(viewOf(states[state]).actions).toEqual(['bye']);
    },
  );

  it('once it is over, nothing else happens', () => {
    const events: ChatEvent[] = [
      created,
      { kind: 'lost' },
      { kind: 'got Bye' },
      { kind: 'checked' },
      { kind: 'peer gone' },
      { kind: 'got', as: 'message', value: 'late' },
      closed('closed'),
    ];
    for (const event of events) expect(happen(over, event, 'draft')).toEqual({ chat: over, deeds: [] });
  });
});

/** A line of the log in short; what it says in full stands in chat-words.test. */
function textOf({ text, quote = '' }: Line): string {
  return `${text} ${quote}`.trim();
}

function failure(reason: ChannelFailureReason): ChatEvent {
  return { kind: 'not arrived', message: hello, reason, sentence: 'No.' };
}

function closed(reason: ChannelFailureReason): ChatEvent {
  return { kind: 'over', reason, sentence: 'No.' };
}
