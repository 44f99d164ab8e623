// The sentence of every failure of the library. Other tests compare reasons, or take the sentence from a failure.
import { describe, expect, it } from 'vitest';
import { CallFailure, type CallFailureReason } from '../../client/call/call-failure.js';
import { ChannelFailure, type ChannelFailureReason } from '../../client/transport/channel-failure.js';
import { parseServerUrl } from '../../client/transport/page.js';
import { readText } from '../support/source-files.js';

const ofChannels: Record<ChannelFailureReason, string> = {
  aborted: 'The program called it off.',
  'bad-name': 'This name cannot be used.',
  'bad-value': 'A message is text or JSON: no binary data, nothing that JSON cannot write.',
  busy: 'The other person is in another call.',
  closed: 'This side has closed the conversation.',
  declined: 'The other person did not take the call.',
  ended: 'The other person has ended the conversation.',
  expelled: 'The server has ended the conversation.',
  full: 'There are two people in this channel already.',
  'in-call': 'There is a call already. Close it first.',
  'not-online': 'The other person is not online.',
  overflow: 'Too many messages are waiting to be sent.',
  'peer-gone': 'The other person left before the message arrived.',
  refused: 'The server refused.',
  taken: 'Somebody else has this name.',
  'taken-over': 'The conversation goes on in another window.',
  'too-deep': 'The message is nested too deep.',
  'too-large': 'The message is too large.',
  unreachable: 'The server cannot be reached.',
};

const ofCalls: Record<CallFailureReason, string> = {
  ended: 'The connection to the server ended before the call began.',
  'in-use': 'The camera or microphone is in use by another program.',
  insecure: 'A camera needs a safe address: open this page by https, or on localhost.',
  'no-answer': 'The other person’s page did not answer.',
  'no-device': 'There is no camera or microphone.',
  'no-media': 'The camera or microphone could not be started.',
  'no-route': 'No path between the two networks was found.',
  permission: 'This page is not allowed to use the camera or microphone.',
  unsupported: 'This browser cannot make calls.',
};

describe('a channel or a line', () => {
  it.each(Object.entries(ofChannels))('that fails with %s says why', (reason, sentence) => {
    expect(new ChannelFailure(reason as ChannelFailureReason).message).toBe(sentence);
  });

  it('says what the server said, where that is better', () => {
    const message = 'User bob went home.';
    expect(new ChannelFailure('refused', { message }).message).toBe(message);
  });

  it('names an address that is none', () => {
    expect(() => parseServerUrl('http://', 'ws')).toThrow(
      new ChannelFailure('unreachable', { message: 'This is no address of a server: http://' }),
    );
  });
});

describe('a call', () => {
  it.each(Object.entries(ofCalls))('that fails with %s says why', (reason, sentence) => {
    expect(new CallFailure(reason as CallFailureReason).message).toBe(sentence);
  });
});

it('docs/client.md says of every reason when it comes, and what to do about it', () => {
  const [, chapter = ''] = readText('docs/client.md').split('\n## Failures, and what to do\n');
  const [channels = '', calls = ''] = (chapter.split('\n## ')[0] ?? '').split('`CallFailure`');
  const reasonsIn = (text: string): unknown[] =>
    [...text.matchAll(/^\| `([\w-]+)` +\| \S.* \| \S.* \|$/gm)].map(([, reason]) => reason).sort();
  expect([reasonsIn(channels), reasonsIn(calls)]).toEqual([
    Object.keys(ofChannels).sort(),
    Object.keys(ofCalls).sort(),
  ]);
});
