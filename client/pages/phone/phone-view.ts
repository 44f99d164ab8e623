// What the page shows in each state of the phone. Pure. Leaves the elements to phone-panel.
import { peopleScreen, type PeopleScreen } from './directory-view.js';
import type { Doing, Online, Phone, Ring, SigningIn, Way } from './phone-states.js';
import { callerWays, shown, words } from './phone-words.js';

export interface View {
  title: string;
  /** Beside the name of the program: who one is, or with whom one talks. */
  who: string;
  /** One or two sentences for everybody, read out when they change. */
  status: string;
  way: Way;
  screen: Screen;
  /** It rings. Another number: another call. */
  ring?: { id: number; where: 'here' | 'there' };
}

export type Screen =
  | { is: 'sign in'; draft: string; problem: string; isTrying: boolean }
  | PeopleScreen
  /** A call that does not talk yet. */
  | {
      is: 'card';
      /** Of the other. */
      name: string;
      headline: string;
      detail: string;
      isUrgent: boolean;
      choosesWay: boolean;
      /** One sees oneself while it rings there. */
      showsSelf: boolean;
      choices: readonly Choice[];
    }
  | { is: 'talking'; other: string };

export type Choice =
  | 'take'
  | 'decline'
  | 'try-again'
  | 'sound-only'
  | 'watch-only'
  | 'take-back'
  | 'never-mind';

const ownTitle = 'Phone · parley';

export function viewOf(phone: Phone): View {
  const { way } = phone;
  switch (phone.phase) {
    case 'signed out':
      return {
        title: ownTitle,
        who: '',
        status: phone.news ?? '',
        way,
        screen: { is: 'sign in', draft: phone.draft, problem: phone.problem ?? '', isTrying: false },
      };
    case 'signing in':
      return {
        title: ownTitle,
        who: '',
        status: signingInStatus(phone),
        way,
        screen: { is: 'sign in', draft: phone.name, problem: '', isTrying: true },
      };
    case 'online': {
      const status = [lostSentence(phone), phone.news?.text ?? idleSentence(phone)].filter(Boolean).join(' ');
      return { title: ownTitle, who: `You are ${shown(phone.name)}`, status, way, ...viewDoing(phone) };
    }
  }
}

function signingInStatus({ name, isUnreachable, freeInMs }: SigningIn): string {
  if (isUnreachable) return 'The server cannot be reached. This page keeps trying.';
  return freeInMs === undefined ? `Logging in as ${shown(name)}...` : words.freeSoon(name, freeInMs);
}

type DoingView = Pick<View, 'screen' | 'ring'> & Partial<Pick<View, 'title' | 'who'>>;

function viewDoing(phone: Online): DoingView {
  const { doing } = phone;
  switch (doing.is) {
    case 'free':
      return { screen: peopleScreen(phone) };
    case 'preparing': {
      const detail = mediaDetail(doing, 'Then it rings.');
      return doing.trouble === undefined
        ? viewCalling(doing.to, { detail, choices: ['take-back'] })
        : viewTrouble(doing.to, { detail, choices: [...waysOn(doing), 'never-mind'] });
    }
    case 'calling':
      return {
        ...viewCalling(doing.to, { detail: 'It rings there.', showsSelf: true, choices: ['take-back'] }),
        ring: { id: doing.id, where: 'there' },
      };
    case 'ringing': {
      const { id, way } = doing.ring;
      return {
        ...viewCalled(doing.ring, {
          detail: way === undefined ? '' : callerWays[way],
          choosesWay: true,
          choices: ['take', 'decline'],
        }),
        ring: { id, where: 'here' },
      };
    }
    case 'taking':
      return {
        ...viewCalled(doing.ring, {
          detail: mediaDetail(doing, 'Then you talk.'),
          choices: [...waysOn(doing), 'decline'],
        }),
        // It rings on over there; here it has been heard.
        ring: { id: doing.ring.id, where: 'there' },
      };
    case 'talking': {
      const who = `Call with ${shown(doing.with)}`;
      return { title: `${who} · parley`, who, screen: { is: 'talking', other: doing.with } };
    }
  }
}

interface CardParts {
  detail: string;
  choosesWay?: boolean;
  showsSelf?: boolean;
  choices: readonly Choice[];
}

function viewCalling(other: string, parts: CardParts): DoingView {
  const name = shown(other);
  return {
    title: `Calling ${name} · parley`,
    screen: { ...calm, ...parts, name, headline: `Calling ${name}...`, isUrgent: false },
  };
}

/** It does not ring there yet. */
function viewTrouble(other: string, parts: CardParts): DoingView {
  const name = shown(other);
  return {
    title: `Calling ${name} · parley`,
    screen: { ...calm, ...parts, name, headline: `${name} is not called yet`, isUrgent: false },
  };
}

function viewCalled(ring: Ring, parts: CardParts): DoingView {
  const name = shown(ring.name);
  const headline = `${name} is calling`;
  return {
    title: `${headline} · parley`,
    screen: { ...calm, ...parts, name, headline, isUrgent: true },
  };
}

const calm = { is: 'card', choosesWay: false, showsSelf: false } as const;

function idleSentence({ isLost, doing }: Online): string {
  return doing.is === 'free' && !isLost ? 'You are logged in. Others can call you now.' : '';
}

/** Inside a call, the call's own screen says it. */
function lostSentence({ isLost, doing }: Online): string {
  return isLost && doing.is !== 'talking' ? 'The connection to the server is lost; trying again.' : '';
}

type Asking = Extract<Doing, { is: 'preparing' | 'taking' }>;

function mediaDetail({ way, trouble }: Asking, then: string): string {
  if (trouble !== undefined) return `${trouble} You can go on without it.`;
  const what = way === 'camera' ? 'the camera and the microphone' : 'the microphone';
  return way === 'watch' ? then : `Your browser may ask whether this page may use ${what}. ${then}`;
}

function waysOn({ way, trouble }: Asking): Choice[] {
  if (trouble === undefined) return [];
  return way === 'camera' ? ['watch-only', 'sound-only', 'try-again'] : ['watch-only', 'try-again'];
}
