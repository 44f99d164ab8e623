// What one asks of the server, and what the server says by itself. Pure.
import { isRecord } from '../../../server/protocol/parsed.js';
import type { Step } from './ladder-row.js';
import { preview, words } from './preview.js';

type Talk = Omit<Step, 'from' | 'to'>;

/** Names of the list that are shown. */
const maxNames = 5;

export function readQuestion(event: string, args: readonly unknown[]): Talk {
  const [about] = args;
  switch (event) {
    case 'create or join':
      return { kind: event, words: `channel ${words(about)}` };
    case 'leave':
      return { kind: event, words: `gives up its seat in ${words(about)}` };
    case 'check':
      return { kind: event, words: 'is the server there?', isThin: true, gathersAs: event };
    case 'users':
      return { kind: event, words: 'who is there?', isThin: true, gathersAs: `${event}?` };
    case 'login':
      return { kind: event, words: isRecord(about) ? `as ${words(about['name'])}` : '' };
    case 'ice servers':
    case 'iceServers':
      return { kind: 'ice servers', words: 'asks for fresh ones' };
    case 'Ack':
      return { kind: event, words: 'has heard the goodbye' };
    default:
      return { kind: words(event), words: args.map(preview).filter(Boolean).join(', ') };
  }
}

export function readAnswer(event: string, args: readonly unknown[]): Talk {
  const [about] = args;
  const fields = isRecord(about) ? about : {};
  switch (event) {
    case 'create or join':
      return readEntry(fields);
    case 'leave':
      return readLeaving(fields);
    case 'login':
      return readLogin(fields);
    case 'refused':
    case 'error':
      return { kind: event, words: refusal(fields), mark: 'refused' };
    case 'full':
      return { kind: event, words: `two people are in ${words(about)}`, mark: 'refused' };
    case 'peer back':
      return { kind: event, words: 'the other is in its seat again', mark: 'resumed' };
    case 'taken-over':
      return { kind: event, words: 'another window has this seat now', mark: 'refused' };
    case 'users':
      return { kind: event, words: listUsers(fields['users']), isThin: true, gathersAs: event };
    case 'ice servers':
    case 'iceServers':
      return readIceServers(fields);
    case 'log':
      return { kind: event, words: Array.isArray(about) ? about.map(words).join(' ') : '', isThin: true };
    default:
      return { kind: words(event), words: plainWords.get(event) ?? args.map(words).join(', ') };
  }
}

const plainWords = new Map([
  ['created', 'you are the initiator'],
  ['joined', 'you are the joiner'],
  ['remotePeerJoining', 'somebody is joining'],
  ['join', 'the same, as chapter 5 of the book has it'],
  ['ready', 'you are two'],
  ['peer away', 'the other’s connection dropped, its seat is kept'],
  ['peer gone', 'the other has left, or did not come back'],
  ['bye', 'the same, as the codelab has it'],
  ['draining', 'the server closes this connection; come back'],
  ['Bye', 'the server ends the conversation'],
]);

function readEntry(answer: Readonly<Record<string, unknown>>): Talk {
  const { status, role, peer } = answer;
  const kind = 'create or join';
  if (status === 'full' || status === 'refused') {
    return { kind, words: said(status, refusal(answer)), mark: 'refused' };
  }
  const presence = isRecord(peer) ? `the other is ${words(peer['presence'])}` : 'nobody else is there';
  const talk = { kind, words: said(status, role, presence, iceWords(answer)) };
  return status === 'resumed' ? { ...talk, mark: 'resumed' } : talk;
}

function readLeaving(answer: Readonly<Record<string, unknown>>): Talk {
  const kind = 'leave';
  return answer['status'] === 'left'
    ? { kind, words: 'the seat is free' }
    : { kind, words: said(answer['status'], refusal(answer)), mark: 'refused' };
}

function readLogin(answer: Readonly<Record<string, unknown>>): Talk {
  const { success, resumed, reason, message } = answer;
  const kind = 'login';
  if (success !== true) return { kind, words: said(reason, message), mark: 'refused' };
  const ice = iceWords(answer);
  return resumed === true
    ? { kind, words: said('the name is yours again', ice), mark: 'resumed' }
    : { kind, words: said('the name is yours', ice) };
}

function readIceServers(answer: Readonly<Record<string, unknown>>): Talk {
  const kind = 'ice servers';
  return answer['code'] === undefined
    ? { kind, words: iceWords(answer) || 'there are none' }
    : { kind, words: refusal(answer), mark: 'refused' };
}

function iceWords({ iceServers }: Readonly<Record<string, unknown>>): string {
  if (!Array.isArray(iceServers) || iceServers.length === 0) return '';
  return iceServers.length === 1 ? '1 ICE server' : `${iceServers.length} ICE servers`;
}

function listUsers(users: unknown): string {
  if (!Array.isArray(users) || users.length === 0) return 'nobody';
  const names = users.slice(0, maxNames).map((user: unknown) => {
    if (!isRecord(user)) return words(user);
    return user['busy'] === true ? `${words(user['name'])} (busy)` : words(user['name']);
  });
  const rest = users.length - names.length;
  return [...names, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

/** "message: A message has at most 65536 bytes. (too-large)". */
function refusal({ event, message, code }: Readonly<Record<string, unknown>>): string {
  const about = event === undefined ? '' : `${words(event)}: `;
  return `${about}${words(message)}${code === undefined ? '' : ` (${words(code)})`}`;
}

/** What is there, with commas. */
function said(...parts: unknown[]): string {
  return parts.map(words).filter(Boolean).join(', ');
}
