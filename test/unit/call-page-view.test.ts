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
      'when the server cannot be reached',
      { phase: 'refused', channel: 'red', sentence: 'No.', mayRetry: true },
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

  it.each<[title: string, status: string, page: CallPage, media?: Media]>([
    [
      'Start a call',
      'Choose a name, and send the link to one other person. There is room for two.',
      { phase: 'naming', draft: '', problem: '' },
    ],
    [
      'Ready to join?',
      'Starting your camera and microphone. The browser may ask whether this page may use them.',
      ready,
      { is: 'asking' },
    ],
    ['Ready to join?', 'This is how the other person will see you. Nothing is sent before you join.', ready],
    [
      'Joining',
      'Entering channel red',
      { phase: 'joining', channel: 'red', isReturn: false, isUnreachable: false },
    ],
    [
      'Going back into the call',
      'The server cannot be reached; trying again',
      { phase: 'joining', channel: 'red', isReturn: true, isUnreachable: true },
    ],
    [
      'Joining',
      'Channel red already has two people in it. This page joins by itself when one of them leaves',
      {
        phase: 'joining',
        channel: 'red',
        isReturn: false,
        isUnreachable: false,
        line: { freeInMs: undefined },
      },
    ],
    [
      'Joining',
      'Channel red has two people in it, but one of them has lost the connection. You may join in 4 seconds',
      { phase: 'joining', channel: 'red', isReturn: false, isUnreachable: false, line: { freeInMs: 3001 } },
    ],
    ['Not in the call', 'No.', { phase: 'refused', channel: 'red', sentence: 'No.', mayRetry: true }],
    ['', '', { phase: 'inside', channel: 'red', isAlone: true }],
    ['The call is over', 'Bye.', { phase: 'over', channel: 'red', sentence: 'Bye.', mayCallAgain: true }],
  ])('says %j and %j', (title, status, page, media = both) => {
    expect(viewOf(page, media, firstChoice)).toMatchObject({ title, status });
  });

  it('says what goes without a camera', () => {
    expect(viewOf(ready, { is: 'asking' }, cameraless).status).toBe(
      'Starting your microphone. The browser may ask whether this page may use them.',
    );
    expect(viewOf(ready, both, cameraless).status).toBe(
      'The other person will hear you, but not see you. Nothing is sent before you join.',
    );
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
  it.each<[reason: Parameters<typeof settle>[2], got: typeof nothing, sentence: string, label: string]>([
    [undefined, { hasCamera: true, hasMicrophone: true }, '', 'Join'],
    [
      'permission',
      nothing,
      'This page may not use your camera and microphone. Allow it beside the page’s address and try again, or join without.',
      'Join without camera and microphone',
    ],
    [
      'permission',
      soundOnly,
      'This page may not use your camera. Allow it beside the page’s address and try again, or join without.',
      'Join without a camera',
    ],
    [
      'no-device',
      nothing,
      'This device has no camera and no microphone. You can join all the same.',
      'Join without camera and microphone',
    ],
    [
      'no-device',
      { hasCamera: true, hasMicrophone: false },
      'This device has no microphone. You can join all the same.',
      'Join without a microphone',
    ],
    [
      'in-use',
      soundOnly,
      'Your camera cannot be started: another program may be using it. Close that and try again, or join without.',
      'Join without a camera',
    ],
    [
      'insecure',
      nothing,
      'A camera needs https or localhost, and this page has come by plain http. You can join, to see and hear the other person.',
      'Join without camera and microphone',
    ],
    [
      'unsupported',
      nothing,
      'This browser cannot make calls. Use a current Firefox, Chrome, Edge or Safari.',
      'Join without camera and microphone',
    ],
    [
      'no-media',
      nothing,
      'Your camera and microphone could not be started. Try again, or join without.',
      'Join without camera and microphone',
    ],
  ])('%s, %j', (reason, got, sentence, label) => {
    const media = settle(firstChoice, got, reason);
    expect(media.problem).toBe(sentence);
    expect(joinLabel(firstChoice, media)).toBe(label);
  });

  it('whoever wants no camera misses none', () => {
    expect(joinLabel(cameraless, settle(cameraless, soundOnly))).toBe('Join');
    expect(settle(cameraless, nothing, 'no-device').problem).toBe(
      'This device has no microphone. You can join all the same.',
    );
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
