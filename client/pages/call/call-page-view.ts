// What the page `/call` shows in each state: title, status, fields, buttons. Pure. A call's own words are in call-words.
import { seconds } from '../in-words.js';
import type { CallPage } from './call-page-states.js';
import { joinLabel, type Media, type MediaChoice } from './media-choice.js';

export type Action = 'join' | 'ask-again' | 'cancel' | 'try-again' | 'other-name' | 'call-again' | 'new-call';

export interface CallPageView {
  title: string;
  /** Empty: the call screen says what is happening. */
  status: string;
  isBad: boolean;
  /** The channel that the page is in, or wants to be in. */
  channel: string;
  fields: 'name' | 'devices' | 'none';
  /** A name that cannot be used, to be mended. */
  draft: string;
  /** Which of the switches make a difference. */
  switches: { muted: boolean; cameraless: boolean };
  /** Show the link that brings the other person here. */
  invites: boolean;
  /** What the call screen shows. */
  screen: 'nothing' | 'preview' | 'call';
  actions: readonly Action[];
  joinLabel: string;
}

const base = {
  title: '',
  status: '',
  isBad: false,
  fields: 'none',
  draft: '',
  switches: { muted: false, cameraless: false },
  invites: false,
  screen: 'preview',
  actions: [],
  joinLabel: 'Join',
} as const;

export function viewOf(page: CallPage, media: Media, choice: MediaChoice): CallPageView {
  switch (page.phase) {
    case 'naming':
      return {
        ...base,
        title: 'Start a call',
        status:
          page.problem === ''
            ? 'Choose a name, and send the link to one other person. There is room for two.'
            : page.problem,
        isBad: page.problem !== '',
        channel: '',
        fields: 'name',
        draft: page.draft,
        screen: 'nothing',
      };
    case 'ready':
      return {
        ...base,
        title: 'Ready to join?',
        ...mediaStatus(media, choice),
        channel: page.channel,
        fields: 'devices',
        switches: {
          muted: media.is === 'asking' || media.hasMicrophone,
          cameraless: media.is === 'asking' || media.hasMicrophone || !choice.withCamera,
        },
        invites: true,
        actions: readyActions(media),
        joinLabel: joinLabel(choice, media),
      };
    case 'joining':
      return {
        ...base,
        title: page.isReturn ? 'Going back into the call' : 'Joining',
        status: joiningStatus(page),
        channel: page.channel,
        actions: ['cancel'],
      };
    case 'refused':
      return {
        ...base,
        title: 'Not in the call',
        status: page.sentence,
        isBad: true,
        channel: page.channel,
        actions: page.mayRetry ? ['try-again', 'other-name'] : ['other-name'],
      };
    case 'inside':
      return { ...base, channel: page.channel, invites: page.isAlone, screen: 'call' };
    case 'over':
      return {
        ...base,
        title: 'The call is over',
        status: page.sentence,
        channel: page.channel,
        screen: page.sentence === '' ? 'call' : 'nothing',
        actions: page.mayCallAgain ? ['call-again', 'new-call'] : ['new-call'],
      };
  }
}

function joiningStatus({ channel, isUnreachable, line }: Extract<CallPage, { phase: 'joining' }>): string {
  if (isUnreachable) return 'The server cannot be reached; trying again';
  if (line === undefined) return `Entering channel ${channel}`;
  return line.freeInMs === undefined
    ? `Channel ${channel} already has two people in it. This page joins by itself when one of them leaves`
    : `Channel ${channel} has two people in it, but one of them has lost the connection. You may join in ${seconds(line.freeInMs)}`;
}

function readyActions(media: Media): Action[] {
  if (media.is === 'settled' && !media.canCall) return [];
  return media.is === 'settled' && media.mayAskAgain ? ['join', 'ask-again'] : ['join'];
}

function mediaStatus(media: Media, { withCamera }: MediaChoice): { status: string; isBad: boolean } {
  if (media.is === 'asking') {
    const what = withCamera ? 'camera and microphone' : 'microphone';
    return {
      status: `Starting your ${what}. The browser may ask whether this page may use them.`,
      isBad: false,
    };
  }
  if (media.problem !== '') return { status: media.problem, isBad: true };
  return {
    status: withCamera
      ? 'This is how the other person will see you. Nothing is sent before you join.'
      : 'The other person will hear you, but not see you. Nothing is sent before you join.',
    isBad: false,
  };
}
