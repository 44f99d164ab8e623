// Every refusal of the user protocol: its code, and a sentence for a person. [U15]
import { maxDepth, maxEchoLength, maxQueuedEvents, maxUserNameLength } from './limits.js';
import type { JsonText } from './parse-relay.js';
import { refusalsOfBoth } from './refusals-of-both.js';
import type { UserRefusal } from './user-messages.js';

const badName = `A user name has 1 to ${maxUserNameLength} characters, at least one of them visible, and no control characters.`;

/** A name is repeated as the sender wrote it. */
export const userRefusals = {
  ...refusalsOfBoth,
  alreadyLoggedIn: (name: string): UserRefusal => ({
    code: 'already-logged-in',
    message: `This connection is logged in as ${name}. Open another one for another name.`,
  }),
  badMessage: (why: string): UserRefusal => ({ code: 'bad-message', message: why }),
  badName: (): UserRefusal => ({ code: 'bad-name', message: badName, limit: maxUserNameLength }),
  binary: (): UserRefusal => ({
    code: 'binary',
    message: 'Messages are JSON as text; this one was a binary frame.',
  }),
  busy: (name: string): UserRefusal => ({ code: 'busy', message: `User ${name} is busy` }),
  /** Its `offer` is added when it is sent. */
  glare: (name: string): UserRefusal => ({
    code: 'glare',
    message: `User ${name} called you first. Answer that offer.`,
    name,
  }),
  hidden: (): UserRefusal => ({
    code: 'hidden',
    message: 'This server does not show who is online. Ask the other for the name.',
  }),
  idle: (): UserRefusal => ({
    code: 'idle',
    message: 'Nobody logged in on this connection for 10 minutes, so it is closed.',
  }),
  inCall: (name: string): UserRefusal => ({
    code: 'in-call',
    message: `In a call with ${name}. Leave that one first.`,
  }),
  invalidJson: (): UserRefusal => ({ code: 'invalid-json', message: 'Invalid JSON' }),
  notInCall: (name: string): UserRefusal => ({ code: 'not-in-call', message: `Not in a call with ${name}` }),
  notLoggedIn: (): UserRefusal => ({ code: 'not-logged-in', message: 'Not logged in' }),
  notOnline: (name: string): UserRefusal => ({ code: 'not-online', message: `User ${name} is not online` }),
  selfCall: (): UserRefusal => ({ code: 'self-call', message: 'You cannot call yourself.' }),
  takenOver: (): UserRefusal => ({
    code: 'taken-over',
    message: 'Another connection has taken this name back, so this one is closed.',
  }),
  tooDeep: (): UserRefusal => ({
    code: 'too-deep',
    message: `A value may nest at most ${maxDepth} levels deep.`,
    limit: maxDepth,
  }),
  tooLarge: (limit: number): UserRefusal => ({
    code: 'too-large',
    message: `A value may have at most ${limit} bytes.`,
    limit,
  }),
  tooMany: (): UserRefusal => ({
    code: 'too-many',
    message: `More than ${maxQueuedEvents} messages, or 4 MiB of them, were waiting, so this connection is closed.`,
    limit: maxQueuedEvents,
  }),
  unknownType: (type: unknown): UserRefusal => ({
    code: 'unknown-type',
    message: `Command not found: ${echoType(type)}`,
  }),
} as const;

/** @param offer of the user that called first */
export function refusalText(refusal: UserRefusal, offer?: JsonText): string {
  const text = JSON.stringify({ type: 'error', ...refusal });
  return offer === undefined ? text : `${text.slice(0, -1)},"offer":${offer}}`;
}

/** What every type of the protocol is. */
const word = /^[a-zA-Z]{1,20}$/;

/**
 * A type in a form that is safe to repeat: shortened, and without control characters, which could harm a terminal or a
 * log. An object is not shown, since it may be nested deep.
 */
export function echoType(type: unknown): string {
  if (typeof type === 'object' && type !== null) return Array.isArray(type) ? 'a list' : 'an object';
  if (typeof type === 'string' && word.test(type)) return type;
  const text = String(type).slice(0, maxEchoLength).toWellFormed();
  return text.replaceAll(/\p{Cc}/gu, '\u{FFFD}');
}
