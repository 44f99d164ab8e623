// What the phone says, in whole sentences. Pure. When it says which stands in the rules and in phone-view.
import { seconds } from '../in-words.js';
import type { ChannelFailureReason } from '../../index.js';
import type { Way } from './phone-states.js';

/** Signs that turn the direction of the text after them, so that a name could turn our sentences around. */
const directionSigns = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** A name as part of a sentence. */
export function shown(name: string): string {
  return name.replace(directionSigns, '');
}

export const wayLabels: Record<Way, string> = {
  camera: 'With camera',
  sound: 'Sound only',
  watch: 'Only listen and watch',
};

/** What the caller sends. */
export const callerWays: Record<Way, string> = {
  camera: 'With camera and sound.',
  sound: 'With sound only.',
  watch: 'Without camera and microphone: your caller only listens and watches.',
};

export const words = {
  noName: 'Write a name first.',
  taken: (name: string) =>
    `Somebody is logged in as ${shown(name)}. If that was you, in a window that is closed now: the name will be free again soon.`,
  freeSoon: (name: string, freeInMs: number) =>
    `Whoever was logged in as ${shown(name)} has lost the connection. The name may be yours in ${seconds(freeInMs)}.`,
  nobodyToCall: 'Write the name of the person you want to call.',
  noServerNow: 'There is no connection to the server right now. Call again when it is back.',
  loadedAgain: (other: string) => `This page was loaded again, so the call with ${shown(other)} is over.`,
  noAnswer: (other: string) => `${shown(other)} did not answer.`,
  missed: (other: string) => `You missed a call from ${shown(other)}.`,
  foreign: (other: string) =>
    `${shown(other)} called with another kind of program, which this page cannot answer. You can call back from here.`,
  over: (other: string) => `The call with ${shown(other)} is over.`,
  hungUp: (other: string) => `${shown(other)} has ended the call.`,
  failed: (other: string, sentence: string) => `The call with ${shown(other)} did not work out: ${sentence}`,
} as const;

/** Why a call was not taken, where we know better words than the failure's own. */
const notTakenWords: Partial<Record<ChannelFailureReason, (other: string) => string>> = {
  'not-online': (other) => `${other} is not online.`,
  busy: (other) => `${other} is in another call.`,
  declined: (other) => `${other} did not take the call.`,
  ended: (other) => `${other} did not take the call.`,
};

export function notTaken(other: string, reason: ChannelFailureReason, sentence: string): string {
  return notTakenWords[reason]?.(shown(other)) ?? sentence;
}

const lineOverWords: Partial<Record<ChannelFailureReason, (name: string) => string>> = {
  'taken-over': (name) => `You are logged in as ${name} in another window now. This one is logged out.`,
  taken: (name) => `While the connection was lost, somebody else has logged in as ${name}.`,
  expelled: () => 'The server has logged you out.',
};

/** Why one is no longer logged in. */
export function lineOver(name: string, reason: ChannelFailureReason, sentence: string): string {
  return lineOverWords[reason]?.(shown(name)) ?? sentence;
}
