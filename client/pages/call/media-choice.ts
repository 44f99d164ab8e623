// What a person wants to send, what came of it, and the words for both. Pure: leaves the devices to own-media.
import type { CallFailureReason } from '../../index.js';

export interface MediaChoice {
  /** A device's id; empty: whichever the browser gives. */
  camera: string;
  microphone: string;
  withCamera: boolean;
  isMuted: boolean;
}

export const firstChoice: MediaChoice = { camera: '', microphone: '', withCamera: true, isMuted: false };

export type Media = { is: 'asking' } | SettledMedia;

export interface SettledMedia {
  is: 'settled';
  hasCamera: boolean;
  hasMicrophone: boolean;
  /** Why something is missing, as a sentence; empty: nothing is. */
  problem: string;
  /** Whether one can join at all. */
  canCall: boolean;
  /** The person can do something about it, and then have the page ask again. */
  mayAskAgain: boolean;
}

interface Kinds {
  audio: boolean;
  video: boolean;
}

/**
 * What to ask for, one after the other, until something comes: another device is better than one that was unplugged, and
 * half is better than nothing.
 */
export function attemptsFor(choice: MediaChoice): readonly MediaStreamConstraints[] {
  const sound = { audio: true, video: false };
  const all = choice.withCamera
    ? [{ audio: true, video: true }, sound, { audio: false, video: true }]
    : [sound];
  const anyDevice = { ...choice, camera: '', microphone: '' };
  return all.flatMap((kinds) => {
    const any = constraintsFor(anyDevice, kinds);
    const isChosen = (kinds.audio && choice.microphone !== '') || (kinds.video && choice.camera !== '');
    return isChosen ? [constraintsFor(choice, kinds), any] : [any];
  });
}

/** Whether half of it may come: not when a person or the browser said no to all. */
export function isHalfPossible(reason: CallFailureReason): boolean {
  return reason === 'no-device' || reason === 'in-use' || reason === 'no-media';
}

function constraintsFor({ camera, microphone }: MediaChoice, kinds: Kinds): MediaStreamConstraints {
  return {
    audio: kinds.audio && device(microphone),
    video: kinds.video && { ...device(camera), width: { ideal: 1280 }, height: { ideal: 720 } },
  };
}

/** As a mere wish, Chromium gives the default microphone all the same. */
function device(id: string): MediaTrackConstraints {
  return id === '' ? {} : { deviceId: { exact: id } };
}

/** @param reason of the first attempt that failed */
export function settle(
  choice: MediaChoice,
  got: { hasCamera: boolean; hasMicrophone: boolean },
  reason?: CallFailureReason,
): SettledMedia {
  const isComplete = got.hasMicrophone && got.hasCamera === choice.withCamera;
  if (reason === undefined || isComplete) {
    return { is: 'settled', ...got, canCall: true, problem: '', mayAskAgain: false };
  }
  return {
    is: 'settled',
    ...got,
    canCall: reason !== 'unsupported',
    problem: problemOf(reason, missing(choice, got)),
    mayAskAgain: reason !== 'insecure' && reason !== 'unsupported',
  };
}

function missing(
  { withCamera }: MediaChoice,
  { hasCamera, hasMicrophone }: { hasCamera: boolean; hasMicrophone: boolean },
): string {
  if (hasMicrophone) return 'camera';
  return hasCamera || !withCamera ? 'microphone' : 'camera and microphone';
}

function problemOf(reason: CallFailureReason, what: string): string {
  switch (reason) {
    case 'permission':
      return `This page may not use your ${what}. Allow it beside the page’s address and try again, or join without.`;
    case 'no-device':
      return `This device has no ${what.replace(' and ', ' and no ')}. You can join all the same.`;
    case 'in-use':
      return `Your ${what} cannot be started: another program may be using it. Close that and try again, or join without.`;
    case 'insecure':
      return 'A camera needs https or localhost, and this page has come by plain http. You can join, to see and hear the other person.';
    case 'unsupported':
      return 'This browser cannot make calls. Use a current Firefox, Chrome, Edge or Safari.';
    case 'no-media':
    case 'ended':
    case 'no-answer':
    case 'no-route':
      return `Your ${what} could not be started. Try again, or join without.`;
  }
}

export function joinLabel({ withCamera }: MediaChoice, media: Media): string {
  if (media.is === 'asking' || (media.hasMicrophone && media.hasCamera === withCamera)) return 'Join';
  if (media.hasMicrophone) return 'Join without a camera';
  return media.hasCamera ? 'Join without a microphone' : 'Join without camera and microphone';
}

/** A label for a device whose name the browser keeps to itself. */
export function deviceLabel(label: string, kind: 'Camera' | 'Microphone', place: number): string {
  return label === '' ? `${kind} ${place}` : label;
}
