// What the phone shows in each state.
import { describe, expect, it } from 'vitest';
import { readMemory } from '../../client/pages/phone/phone-memory.js';
import { begin, happen } from '../../client/pages/phone/phone-rules.js';
import type { Doing, Online } from '../../client/pages/phone/phone-states.js';
import { viewOf } from '../../client/pages/phone/phone-view.js';
import { callerWays, words } from '../../client/pages/phone/phone-words.js';
import { aboutOf, isForeign, wayOf } from '../../client/pages/phone/ring-about.js';

const online: Online = {
  phase: 'online',
  way: 'camera',
  name: 'ann',
  isLost: false,
  people: [],
  missed: [],
  doing: { is: 'free' },
};
const ring = { id: 7, name: 'bob', at: 1000 };

const whileDoing = (doing: Doing) => viewOf({ ...online, doing });

describe('the view of the phone', () => {
  it('asks for a name, and says what is wrong with one', () => {
    const { phone } = begin({ way: 'camera' });
    expect(viewOf(phone)).toEqual({
      title: 'Phone · parley',
      who: '',
      status: '',
      way: 'camera',
      screen: { is: 'sign in', draft: '', problem: '', isTrying: false },
    });
    expect(viewOf(happen(phone, { kind: 'log in', name: '' }).phone)).toMatchObject({
      screen: { problem: words.noName },
    });
  });

  it('says that it logs in, and that it keeps trying', () => {
    const { phone } = begin({ way: 'camera', name: 'ann' });
    expect(viewOf(phone)).toMatchObject({ status: 'Logging in as ann...', screen: { isTrying: true } });
    expect(viewOf(happen(phone, { kind: 'lost' }).phone)).toMatchObject({
      status: 'The server cannot be reached. This page keeps trying.',
    });
    expect(viewOf(happen(phone, { kind: 'taken already', freeInMs: 900 }).phone)).toMatchObject({
      status: words.freeSoon('ann', 900),
      screen: { isTrying: true },
    });
  });

  it('lists people by name, and marks who is busy', () => {
    const people = [
      { name: 'cy', busy: true },
      { name: 'bob', busy: false },
    ];
    expect(viewOf({ ...online, people })).toMatchObject({
      who: 'You are ann',
      status: 'You are logged in. Others can call you now.',
      screen: {
        is: 'people',
        people: [
          { key: 'bob', name: 'bob', remark: '', isBusy: false },
          { key: 'cy', name: 'cy', remark: 'in a call', isBusy: true },
        ],
        hint: '',
        invites: false,
      },
    });
  });

  it.each([
    ['unknown', 'Looking who is here...', false],
    [
      'hidden',
      'This server does not show who is here. Ask the other person for the name, and call it below.',
      false,
    ],
    [
      [],
      'Nobody else is here yet. Send the address of this page to somebody, or open it in another window. Whoever logs in appears here.',
      true,
    ],
    [
      Array.from({ length: 100 }, (_, at) => ({ name: `user ${at}`, busy: false })),
      'Only the first 100 are shown. Others you can call by name.',
      false,
    ],
  ] as const)('an odd list has a hint', (people, hint, invites) => {
    expect(viewOf({ ...online, people }).screen).toMatchObject({ hint, invites });
  });

  it('says what became of the last call, and that the server is away', () => {
    const news = { text: 'Bob is asleep.', again: 'bob' };
    expect(viewOf({ ...online, isLost: true, news })).toMatchObject({
      status: 'The connection to the server is lost; trying again. Bob is asleep.',
      screen: { again: 'bob' },
    });
  });

  it('calls: first it asks for the camera, then it rings there', () => {
    const preparing = { is: 'preparing', id: 3, to: 'bob', way: 'camera' } as const;
    expect(whileDoing(preparing)).toMatchObject({
      title: 'Calling bob · parley',
      screen: {
        headline: 'Calling bob...',
        detail:
          'Your browser may ask whether this page may use the camera and the microphone. Then it rings.',
        choices: ['take-back'],
      },
    });
    expect(whileDoing(preparing)).not.toHaveProperty('ring');
    expect(whileDoing({ is: 'calling', id: 3, to: 'bob' })).toMatchObject({
      ring: { id: 3, where: 'there' },
      screen: {
        headline: 'Calling bob...',
        detail: 'It rings there.',
        choices: ['take-back'],
        isUrgent: false,
      },
    });
  });

  it.each([
    ['camera', ['watch-only', 'sound-only', 'try-again', 'never-mind']],
    ['sound', ['watch-only', 'try-again', 'never-mind']],
  ] as const)('without the %s, offers to go on with less', (way, choices) => {
    expect(whileDoing({ is: 'preparing', id: 3, to: 'bob', way, trouble: 'There is none.' })).toMatchObject({
      screen: {
        headline: 'bob is not called yet',
        detail: 'There is none. You can go on without it.',
        choices,
      },
    });
  });

  it('rings: who calls and how, and two ways out', () => {
    expect(whileDoing({ is: 'ringing', ring: { ...ring, way: 'sound' } })).toMatchObject({
      title: 'bob is calling · parley',
      ring: { id: 7, where: 'here' },
      screen: {
        headline: 'bob is calling',
        detail: callerWays.sound,
        isUrgent: true,
        choosesWay: true,
        choices: ['take', 'decline'],
      },
    });
    expect(whileDoing({ is: 'ringing', ring })).toMatchObject({ screen: { detail: '' } });
  });

  it('is quiet while the call is being taken, and one may still decline', () => {
    expect(whileDoing({ is: 'taking', ring, way: 'watch' })).toMatchObject({
      ring: { id: 7, where: 'there' },
      screen: { detail: 'Then you talk.', choices: ['decline'] },
    });
  });

  it('leaves the words of a call to the screen of the call', () => {
    expect(viewOf({ ...online, isLost: true, doing: { is: 'talking', id: 3, with: 'bob' } })).toEqual({
      title: 'Call with bob · parley',
      who: 'Call with bob',
      status: '',
      way: 'camera',
      screen: { is: 'talking', other: 'bob' },
    });
  });

  it('a name cannot turn a sentence around', () => {
    expect(whileDoing({ is: 'ringing', ring: { ...ring, name: '\u202Ebob\u2066' } })).toMatchObject({
      title: 'bob is calling · parley',
      screen: { headline: 'bob is calling' },
    });
  });
});

describe('what a ring says', () => {
  it('how the caller talks, if its program says so', () => {
    expect(wayOf(aboutOf('sound'))).toBe('sound');
    for (const about of [undefined, null, 'lunch?', 5, {}, { way: 'loud' }, ['sound']]) {
      expect(wayOf(about)).toBeUndefined();
    }
  });

  it('an offer of a client without the library is known as one', () => {
    expect(isForeign({ type: 'offer', sdp: 'v=0' })).toBe(true);
    for (const about of [aboutOf('camera'), undefined, null, 'offer', { type: 'offer' }, { sdp: 'v=0' }]) {
      expect(isForeign(about)).toBe(false);
    }
  });
});

describe('what a tab remembers', () => {
  it('is read with care', () => {
    expect(readMemory({ name: 'ann', with: 'bob', way: 'watch' })).toEqual({
      name: 'ann',
      with: 'bob',
      way: 'watch',
    });
    for (const odd of [null, undefined, 'ann', 5, [], {}, { name: 5, with: {}, way: 'loud' }]) {
      expect(readMemory(odd)).toEqual({ way: 'camera' });
    }
  });
});
