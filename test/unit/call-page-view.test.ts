// What the page /call shows before and after a call: words, buttons, and what can be sent.
import { describe, expect, it } from 'vitest';
import { readMemory } from '../../client/pages/call/call-memory.js';
import type { CallPage } from '../../client/pages/call/call-page-states.js';
import { viewOf } from '../../client/pages/call/call-page-view.js';
import {
  attemptsFor,
  deviceLabel,
  firstChoice,
  isHalfPossible,
  joinLabel,
  settle,
  type Media,
  type SettledMedia,
} from '../../client/pages/call/media-choice.js';

const both: SettledMedia = {
  is: 'settled',
  hasCamera: true,
  hasMicrophone: true,
  canCall: true,
  problem: '',
  mayAskAgain: false,
};
const ready: CallPage = { phase: 'ready', channel: 'red' };
const soundOnly = { hasCamera: false, hasMicrophone: true };
const nothing = { hasCamera: false, hasMicrophone: false };
const cameraless = { ...firstChoice, withCamera: false };

describe('what is shown', () => {
  it.each<[what: string, page: CallPage, actions: string[], screen: string]>([
    ['without a name', { phase: 'naming', draft: '', problem: '' }, [], 'nothing'],
    ['before joining', ready, ['join'], 'preview'],
    [
      'on the way in',
      { phase: 'joining', channel: 'red', isReturn: false, isUnreachable: false },
      ['cancel'],
      'preview',
    ],
    [
      'when the channel is full',
      { phase: 'refused', channel: 'red', sentence: 'Full', mayRetry: true },
      ['try-again', 'other-name'],
      'preview',
    ],
    [
      'when the name is bad',
      { phase: 'refused', channel: 'red', sentence: 'Bad', mayRetry: false },
      ['other-name'],
      'preview',
    ],
    ['in a call', { phase: 'inside', channel: 'red', isAlone: true }, [], 'call'],
    [
      'after a call',
      { phase: 'over', channel: 'red', sentence: '', mayCallAgain: true },
      ['call-again', 'new-call'],
      'call',
    ],
    [
      'when it goes on elsewhere',
      { phase: 'over', channel: 'red', sentence: 'Elsewhere', mayCallAgain: false },
      ['new-call'],
      'nothing',
    ],
  ])('%s', (_, page, actions, screen) => {
    expect(viewOf(page, both, firstChoice)).toMatchObject({ actions, screen });
  });

  it('the link is there before joining, and in the call while nobody else is', () => {
    const invites = (page: CallPage): boolean => viewOf(page, both, firstChoice).invites;
    expect(invites(ready)).toBe(true);
    expect(invites({ phase: 'inside', channel: 'red', isAlone: true })).toBe(true);
    expect(invites({ phase: 'inside', channel: 'red', isAlone: false })).toBe(false);
  });

  it('what is wrong stands out', () => {
    const naming: CallPage = { phase: 'naming', draft: 'x', problem: 'Bad name.' };
    expect(viewOf(naming, both, firstChoice)).toMatchObject({ status: 'Bad name.', isBad: true });
    const media = settle(firstChoice, nothing, 'insecure');
    expect(viewOf(ready, media, firstChoice)).toMatchObject({ isBad: true, actions: ['join'] });
  });

  it('a problem that a person can mend can be tried again', () => {
    const media = settle(firstChoice, nothing, 'permission');
    expect(viewOf(ready, media, firstChoice).actions).toEqual(['join', 'ask-again']);
  });

  it('where there are no calls nobody can join', () => {
    expect(viewOf(ready, settle(firstChoice, nothing, 'unsupported'), firstChoice).actions).toEqual([]);
  });

  it('a switch that would change nothing is not there', () => {
    const shown = (media: Media) => viewOf(ready, media, firstChoice).switches;
    expect(shown(both)).toEqual({ muted: true, cameraless: true });
    expect(shown({ is: 'asking' })).toEqual({ muted: true, cameraless: true });
    expect(shown(settle(firstChoice, nothing, 'permission'))).toEqual({ muted: false, cameraless: false });
    const without = viewOf(ready, settle(cameraless, nothing, 'permission'), cameraless).switches;
    expect(without.cameraless).toBe(true);
  });
});

describe('camera and microphone', () => {
  it.each<[reason: Parameters<typeof settle>[2], got: typeof nothing, sentence: RegExp, label: string]>([
    [undefined, { hasCamera: true, hasMicrophone: true }, /^$/, 'Join'],
    ['permission', nothing, /may not use your camera and microphone/, 'Join without camera and microphone'],
    ['permission', soundOnly, /may not use your camera\./, 'Join without a camera'],
    ['no-device', nothing, /no camera and no microphone/, 'Join without camera and microphone'],
    ['no-device', soundOnly, /This device has no camera\./, 'Join without a camera'],
    [
      'no-device',
      { hasCamera: true, hasMicrophone: false },
      /has no microphone\./,
      'Join without a microphone',
    ],
    ['in-use', soundOnly, /another program may be using it/, 'Join without a camera'],
    ['insecure', nothing, /https or localhost/, 'Join without camera and microphone'],
    ['unsupported', nothing, /cannot make calls/, 'Join without camera and microphone'],
    ['no-media', nothing, /could not be started/, 'Join without camera and microphone'],
  ])('%s, %j', (reason, got, sentence, label) => {
    const media = settle(firstChoice, got, reason);
    expect(media.problem).toMatch(sentence);
    expect(joinLabel(firstChoice, media)).toBe(label);
  });

  it('whoever wants no camera misses none', () => {
    expect(joinLabel(cameraless, settle(cameraless, soundOnly))).toBe('Join');
    expect(settle(cameraless, nothing, 'no-device').problem).toMatch(/has no microphone\./);
  });

  it('half is asked for when both cannot be had, unless somebody said no', () => {
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    expect(attemptsFor(firstChoice)).toEqual([
      { audio: {}, video: size },
      { audio: {}, video: false },
      { audio: false, video: size },
    ]);
    expect(attemptsFor(cameraless)).toEqual([{ audio: {}, video: false }]);
    expect(isHalfPossible('in-use')).toBe(true);
    expect(isHalfPossible('permission')).toBe(false);
  });

  it('a chosen device is asked for first, and any other if it was unplugged, which is no problem', () => {
    const choice = { ...cameraless, camera: 'c', microphone: 'm' };
    expect(attemptsFor(choice)).toEqual([
      { audio: { deviceId: { exact: 'm' } }, video: false },
      { audio: {}, video: false },
    ]);
    expect(settle(choice, soundOnly, 'no-device')).toMatchObject({ problem: '', mayAskAgain: false });
  });

  it('a device without a name has a number', () => {
    expect(deviceLabel('', 'Camera', 2)).toBe('Camera 2');
    expect(deviceLabel('Front', 'Camera', 2)).toBe('Front');
  });
});

describe('what a tab remembers', () => {
  it.each([{}, null, 'text', 7, [], { channel: 7, choice: 'x' }, { choice: { camera: {}, isMuted: 'yes' } }])(
    'is nothing where there is no sense in it: %j',
    (kept) => {
      expect(readMemory(kept)).toEqual({ channel: '', choice: firstChoice });
    },
  );

  it('comes back as it was', () => {
    const memory = { channel: 'red', choice: { ...cameraless, camera: 'c', isMuted: true } };
    expect(readMemory(JSON.parse(JSON.stringify(memory)))).toEqual(memory);
  });
});
