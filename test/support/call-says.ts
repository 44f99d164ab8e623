// What the page /call says, taken from its own words: a test of the page compares the state, and one test the sentence.
import type { CallFailureReason } from '../../client/call/call-failure.js';
import type { CallPage } from '../../client/pages/call/call-page-states.js';
import { viewOf } from '../../client/pages/call/call-page-view.js';
import { wordsOf, type CallFacts } from '../../client/pages/call/call-words.js';
import { firstChoice, joinLabel, settle } from '../../client/pages/call/media-choice.js';

/** Of a call that is connected, with everything as one wishes it. */
export const facts: CallFacts = {
  state: 'connected',
  route: 'direct',
  server: 'open',
  peer: 'here',
  isExpelled: false,
  hasMet: true,
  isSeen: true,
  isHeard: true,
};

function sentence(some: Partial<CallFacts>): string {
  return wordsOf({ ...facts, ...some }).sentence;
}

function note(some: Partial<CallFacts>): string {
  return wordsOf({ ...facts, ...some }).note;
}

export const callSays = {
  direct: sentence({ route: 'direct' }),
  relayed: sentence({ route: 'relay' }),
  waiting: sentence({ state: 'waiting', peer: 'gone', hasMet: false }),
  otherLeft: sentence({ state: 'waiting', peer: 'gone' }),
  otherDropped: sentence({ state: 'waiting', peer: 'away' }),
  ownServerLost: sentence({ server: 'reconnecting' }),
  otherServerLost: sentence({ peer: 'away' }),
  newPath: sentence({ state: 'reconnecting' }),
  hungUp: sentence({ state: 'ended', endedBy: 'me' }),
  otherHungUp: sentence({ state: 'ended', endedBy: 'other' }),
  otherWindow: sentence({ state: 'ended', endedBy: 'taken-over' }),
} as const;

/** Beside the sentence: what does not come from the other side. */
export const callNotes = {
  noCamera: note({ isSeen: false }),
  noMicrophone: note({ isHeard: false }),
  neither: note({ isSeen: false, isHeard: false }),
} as const;

/** Before a call, and where it does not come about. */
export const lobbySays = {
  naming: statusOf({ phase: 'naming', draft: '', problem: '' }),
  asking: statusOf({ phase: 'ready', channel: 'red' }),
  unreachable: statusOf({ phase: 'joining', channel: 'red', isReturn: false, isUnreachable: true }),
  full: (channel: string) =>
    statusOf({
      phase: 'joining',
      channel,
      isReturn: false,
      isUnreachable: false,
      line: { freeInMs: undefined },
    }),
  problem: (reason: CallFailureReason, missing: 'camera' | 'both' = 'both') =>
    settle(firstChoice, { hasCamera: false, hasMicrophone: missing === 'camera' }, reason).problem,
} as const;

function statusOf(page: CallPage): string {
  return viewOf(page, { is: 'asking' }, firstChoice).status;
}

/** The label of the button Join where something is missing. */
export const joinLabels = {
  withoutCamera: labelWith({ hasCamera: false, hasMicrophone: true }),
  withoutBoth: labelWith({ hasCamera: false, hasMicrophone: false }),
} as const;

function labelWith(got: { hasCamera: boolean; hasMicrophone: boolean }): string {
  return joinLabel(firstChoice, settle(firstChoice, got, 'permission'));
}
