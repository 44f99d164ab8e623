// Every sentence that the phone takes from its words. What it says in one state only stands in phone-view.test.
import { describe, expect, it } from 'vitest';
import {
  callerWays,
  lineOver,
  notTaken,
  shown,
  wayLabels,
  words,
} from '../../client/pages/phone/phone-words.js';
import type { ChannelFailureReason } from '../../client/transport/channel-failure.js';

/** A name with a sign that would turn the rest of a sentence around. */
const bob = 'bob\u202E';

describe('the phone says', () => {
  const sentences: Record<keyof typeof words, [given: string, expected: string]> = {
    noName: [words.noName, 'Write a name first.'],
    taken: [
      words.taken(bob),
      'Somebody is logged in as bob. If that was you, in a window that is closed now: the name will be free again soon.',
    ],
    freeSoon: [
      words.freeSoon(bob, 1500),
      'Whoever was logged in as bob has lost the connection. The name may be yours in 2 seconds.',
    ],
    nobodyToCall: [words.nobodyToCall, 'Write the name of the person you want to call.'],
    noServerNow: [
      words.noServerNow,
      'There is no connection to the server right now. Call again when it is back.',
    ],
    loadedAgain: [words.loadedAgain(bob), 'This page was loaded again, so the call with bob is over.'],
    noAnswer: [words.noAnswer(bob), 'bob did not answer.'],
    missed: [words.missed(bob), 'You missed a call from bob.'],
    foreign: [
      words.foreign(bob),
      'bob called with another kind of program, which this page cannot answer. You can call back from here.',
    ],
    over: [words.over(bob), 'The call with bob is over.'],
    hungUp: [words.hungUp(bob), 'bob has ended the call.'],
    failed: [words.failed(bob, 'No path.'), 'The call with bob did not work out: No path.'],
  };

  it.each(Object.entries(sentences))('%s', (_name, [given, expected]) => {
    expect(given).toBe(expected);
  });

  it.each<[ChannelFailureReason, string]>([
    ['not-online', 'bob is not online.'],
    ['busy', 'bob is in another call.'],
    ['declined', 'bob did not take the call.'],
    ['ended', 'bob did not take the call.'],
    ['refused', 'The server’s own words.'],
  ])('why a call was not taken: %s', (reason, sentence) => {
    expect(notTaken(bob, reason, 'The server’s own words.')).toBe(sentence);
  });

  it.each<[ChannelFailureReason, string]>([
    ['taken-over', 'You are logged in as bob in another window now. This one is logged out.'],
    ['taken', 'While the connection was lost, somebody else has logged in as bob.'],
    ['expelled', 'The server has logged you out.'],
    ['refused', 'The server’s own words.'],
  ])('why one is no longer logged in: %s', (reason, sentence) => {
    expect(lineOver(bob, reason, 'The server’s own words.')).toBe(sentence);
  });

  it('how one talks, and how the caller does', () => {
    expect(wayLabels).toEqual({
      camera: 'With camera',
      sound: 'Sound only',
      watch: 'Only listen and watch',
    });
    expect(callerWays).toEqual({
      camera: 'With camera and sound.',
      sound: 'With sound only.',
      watch: 'Without camera and microphone: your caller only listens and watches.',
    });
  });

  it('a name without the signs that turn a sentence around', () => {
    expect(shown('\u2066bob\u202E')).toBe('bob');
  });
});
