// What a call says of itself: for each state of call, server and other side, the words.
import { describe, expect, it } from 'vitest';
import { wordsOf, type CallFacts } from '../../client/pages/call/call-words.js';
import { facts } from '../support/call-says.js';

const lostWords = 'The connection to the server is lost; trying again';

describe('the words of a call', () => {
  it.each<[facts: Partial<CallFacts>, sentence: string]>([
    [{ state: 'starting' }, 'Getting ready'],
    [{ state: 'waiting', peer: 'gone', hasMet: false }, 'Waiting for the other person'],
    [{ state: 'waiting', peer: 'gone', hasMet: false, other: 'bob' }, 'Waiting for bob'],
    [{ state: 'waiting', peer: 'gone' }, 'The other person has left. Waiting for somebody to come'],
    [{ state: 'waiting', peer: 'gone', other: 'bob' }, 'bob has left. Waiting for somebody to come'],
    [{ state: 'waiting', peer: 'away' }, 'Their connection dropped, waiting'],
    [{ state: 'waiting', server: 'reconnecting' }, lostWords],
    [{ state: 'waiting', server: 'closed' }, 'The connection to the server is over'],
    [{ state: 'connecting' }, 'Connecting'],
    [{ state: 'connecting', peer: 'away' }, 'Their connection dropped, waiting'],
    [{ state: 'connecting', server: 'reconnecting' }, lostWords],
    [{}, 'Connected, direct'],
    [{ route: 'relay' }, 'Connected, through a relay'],
    [{ route: undefined }, 'Connected'],
    [{ server: 'reconnecting' }, 'The connection to the server is lost; the call goes on'],
    [{ server: 'closed' }, 'The connection to the server is over; the call goes on'],
    [{ peer: 'away' }, 'Their connection to the server is lost; the call goes on'],
    [{ peer: 'gone' }, 'Their connection to the server is lost; the call goes on'],
    [{ state: 'reconnecting' }, 'Looking for a new path'],
    [{ state: 'reconnecting', peer: 'away' }, 'Their connection dropped, waiting'],
    [{ state: 'reconnecting', peer: 'away', other: 'bob' }, 'The connection of bob dropped, waiting'],
    [{ state: 'reconnecting', peer: 'gone' }, 'The other person has left. Waiting for somebody to come'],
    [{ state: 'reconnecting', server: 'reconnecting' }, 'The connection is lost; trying again'],
    [{ state: 'ended', endedBy: 'me' }, 'You have hung up'],
    [{ state: 'ended', endedBy: 'other' }, 'The other person has hung up'],
    [{ state: 'ended', endedBy: 'other', other: 'bob' }, 'bob has hung up'],
    [{ state: 'ended', endedBy: 'taken-over' }, 'The call goes on in another window'],
    [{ state: 'ended', endedBy: 'other', isExpelled: true }, 'The server has ended the call'],
    [{ state: 'failed', failure: 'No path was found.' }, 'No path was found.'],
    [{ state: 'failed' }, 'The call has failed'],
  ])('%j', (some, sentence) => {
    expect(wordsOf({ ...facts, ...some }).sentence).toBe(sentence);
  });

  it.each<[facts: Partial<CallFacts>, note: string]>([
    [{}, ''],
    [{ isSeen: false }, 'Their camera is off'],
    [{ isHeard: false }, 'Their microphone is off'],
    [{ isSeen: false, isHeard: false }, 'Their camera and microphone are off'],
    [{ isSeen: false, server: 'reconnecting' }, 'Their camera is off'],
    // Before there is a connection nothing can come.
    [{ isSeen: false, isHeard: false, state: 'connecting' }, ''],
    [{ isSeen: false, isHeard: false, state: 'ended' }, ''],
  ])('beside them: %j', (some, note) => {
    expect(wordsOf({ ...facts, ...some }).note).toBe(note);
  });

  it('only a call that stands looks good, and only a failure looks bad', () => {
    expect(wordsOf(facts).tone).toBe('good');
    expect(wordsOf({ ...facts, server: 'reconnecting' }).tone).toBe('busy');
    expect(wordsOf({ ...facts, state: 'failed' }).tone).toBe('bad');
    expect(wordsOf({ ...facts, state: 'ended', endedBy: 'other' }).tone).toBe('calm');
  });
});
