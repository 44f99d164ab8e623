// Every sentence of the chat page: the lines of its log, its questions, and its status in each state.
import { describe, expect, it } from 'vitest';
import { asks } from '../../client/pages/chat/chat-asks.js';
import { lines, type Line } from '../../client/pages/chat/chat-lines.js';
import type { Chat, Other, PairedChat, WaitingChat } from '../../client/pages/chat/chat-states.js';
import { viewOf } from '../../client/pages/chat/chat-view.js';

const inside = { channel: 'red', isInitiator: true, isLost: false, leftOver: [] };
const waiting: WaitingChat = { ...inside, phase: 'waiting' };
const bob: Other = { is: 'here', graceMs: 30_000 };
const paired: PairedChat = { ...inside, phase: 'paired', other: bob, asks: [], onTheWay: [], news: [] };
const over = (endedBy: 'me' | 'other' | 'server' | 'another window'): Chat => ({
  phase: 'over',
  channel: 'red',
  endedBy,
  leftOver: [],
});

describe('the log', () => {
  const sentences: Record<keyof typeof lines, [line: Line, text: string, quote?: string]> = {
    created: [lines.created('red'), 'Channel red has been created!'],
    initiator: [lines.initiator(), 'This peer is the initiator...'],
    joined: [lines.joined('red'), 'You have joined channel red. Waiting for the first message...'],
    full: [lines.full('red'), 'channel red is too crowded! Cannot allow you to enter, sorry :-('],
    joinRequest: [lines.joinRequest('red'), 'Message from server: request to join channel red'],
    broadcast: [lines.broadcast('Somebody came.'), 'Broadcast message from server:', 'Somebody came.'],
    got: [lines.got('message', 'Hi'), 'Got message from other peer:', 'Hi'],
    sendingBye: [lines.sendingBye(), 'Sending "Bye" to server...'],
    gotBye: [lines.gotBye(), 'Got "Bye" from other peer!'],
    sendingAck: [lines.sendingAck(), 'Sending "Ack" to server'],
    disconnecting: [lines.disconnecting(), 'Going to disconnect...'],
    peerGone: [
      lines.peerGone('red'),
      'The connection of the other peer is gone. Waiting in channel red for the next one...',
    ],
    unsent: [lines.unsent('Hi'), 'You wrote this, but it was not sent:', 'Hi'],
    undelivered: [lines.undelivered('Hi'), 'You wrote this, and it may not have arrived:', 'Hi'],
    refused: [lines.refused('No.'), 'No.'],
    unreachable: [lines.unreachable(), 'The server cannot be reached. Trying again...'],
    lost: [lines.lost(), 'The connection to the server is lost. Trying again...'],
    returned: [lines.returned('red'), 'You are back in channel red.'],
    endedMeanwhile: [lines.endedMeanwhile(), 'The other peer said "Bye" while you were away.'],
    takenOver: [lines.takenOver(), 'The conversation goes on in another window.'],
    back: [lines.back(), 'Connected to the server.'],
  };

  it.each(Object.entries(sentences))('%s', (_name, [line, text, quote]) => {
    expect([line.text, line.quote]).toEqual([text, quote]);
  });

  it('shows a response of any JSON', () => {
    expect(lines.got('response', { a: 1 })).toMatchObject({
      text: 'Got response from other peer:',
      quote: '{"a":1}',
    });
  });
});

describe('a question', () => {
  const keepOn = 'Keep on chatting. Write "Bye" to quit conversation';
  const questions: Record<keyof typeof asks, string> = {
    name: 'Enter signaling channel name:',
    first: 'Insert message to be sent to your peer:',
    answer: 'Send response to other peer:',
    keepOn,
    anytime: keepOn,
  };

  it.each(Object.entries(questions))('%s', (name, question) => {
    expect(asks[name as keyof typeof asks]().question).toBe(question);
  });
});

describe('the status', () => {
  it.each<[status: string, chat: Chat]>([
    [
      'Write a channel name. Two people who write the same name meet there.',
      { phase: 'naming', ask: asks.name() },
    ],
    ['Entering the channel...', { phase: 'entering', channel: 'red', isUnreachable: false }],
    [
      'The server cannot be reached. This page keeps trying.',
      { phase: 'entering', channel: 'red', isUnreachable: true },
    ],
    [
      'Two people are in this channel already. This page enters by itself when one of them leaves.',
      { phase: 'full', channel: 'red' },
    ],
    [
      'Two people are in this channel, but one of them has lost the connection. You may have the seat in 1 second.',
      { phase: 'full', channel: 'red', freeInMs: 800 },
    ],
    ['No.', { phase: 'refused', channel: 'red', sentence: 'No.', mayRetry: true }],
    ['Waiting for the other person.', waiting],
    ['The connection to the server is lost; trying again.', { ...waiting, isLost: true }],
    [
      'The connection to the server is lost; trying again. What you write waits.',
      { ...paired, isLost: true },
    ],
    [
      'The connection of the other peer dropped. It has 30 seconds to come back; what you write waits for it.',
      { ...paired, other: { ...bob, is: 'away' } },
    ],
    [
      'The connection of the other peer dropped. It has 1 second to come back; what you write waits for it.',
      { ...paired, other: { is: 'away', graceMs: 999 } },
    ],
    [
      'You are back in the channel. The other peer is not back yet; what you write waits for it.',
      { ...paired, other: { ...bob, is: 'sought' } },
    ],
    ['Sending...', { ...paired, asks: [asks.first()], written: 'Hi' }],
    ['It is your turn.', { ...paired, asks: [asks.first()] }],
    [
      'It is your turn again: that was not sent.',
      { ...paired, asks: [{ ...asks.first(), draft: 'Hi', waits: true }] },
    ],
    [
      'You are back in the channel. Write, or wait for the other peer.',
      { ...paired, asks: [asks.anytime()] },
    ],
    [
      'It is the turn of the other peer. You wrote: "Hi"',
      { ...paired, sent: { ask: asks.first(), text: 'Hi' } },
    ],
    ['It is the turn of the other peer. Waiting for the first message...', paired],
    ['You have left the channel.', over('me')],
    ['The other peer has left the channel.', over('other')],
    ['The server has ended the conversation.', over('server')],
    ['The conversation goes on in another window. This one is no longer part of it.', over('another window')],
  ])('%s', (status, chat) => {
    expect(viewOf(chat).status).toBe(status);
  });
});
