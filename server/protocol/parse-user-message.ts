// Reads what somebody who is logged in says: a typed message, or the refusal. Values to be relayed stay unread. [U15]
import { findFlaw } from './find-flaw.js';
import { parseAddressee, type Addressee } from './parse-addressee.js';
import type { Frame } from './parse-frame.js';
import { accept, refuse, type Parsed } from './parsed.js';
import type { IceServersMessage, RelayedMessage, UserRefusal, UsersMessage } from './user-messages.js';
import { userRefusals } from './user-refusals.js';

/** An offer, answer or candidate: whom it is for, and what is handed on. */
export interface CheckedSignal {
  type: Exclude<RelayedMessage['type'], 'leave'>;
  to: Addressee;
  value: unknown;
}

/** A message that has been checked. A login is read by parse-login. */
export type UserMessage = CheckedSignal | { type: 'leave'; to: Addressee } | UsersMessage | IceServersMessage;

type ParsedMessage = Parsed<UserMessage, UserRefusal>;

/** @param maxBytes the most that a relayed value may have, in bytes; 0: no limit of its own */
export function parseUserMessage(frame: Frame, maxBytes: number): ParsedMessage {
  const { type } = frame;
  switch (type) {
    case 'offer':
    case 'answer':
    case 'candidate':
      return parseSignal(type, frame, maxBytes);
    case 'leave': {
      const to = parseAddressee(frame['name']);
      return to ? accept({ type, to }) : refuse(userRefusals.badName());
    }
    case 'users':
      return parseUsers(frame);
    case 'iceServers':
      return accept({ type });
    default:
      return refuse(userRefusals.unknownType(type));
  }
}

function parseSignal(type: CheckedSignal['type'], frame: Frame, maxBytes: number): ParsedMessage {
  const to = parseAddressee(frame['name']);
  if (!to) return refuse(userRefusals.badName());
  if (!Object.hasOwn(frame, type)) {
    return refuse(userRefusals.badMessage(`"${type}" is missing: it may be any JSON value.`));
  }
  const value = frame[type];
  switch (findFlaw(value, maxBytes)) {
    case 'too-deep':
      return refuse(userRefusals.tooDeep());
    case 'too-large':
      return refuse(userRefusals.tooLarge(maxBytes));
    case 'binary':
      return refuse(userRefusals.binary());
    case undefined:
      return accept({ type, to, value });
  }
}

function parseUsers({ watch }: Frame): ParsedMessage {
  if (watch === undefined) return accept({ type: 'users' });
  if (typeof watch !== 'boolean') return refuse(userRefusals.badMessage('watch is true or false.'));
  return accept({ type: 'users', watch });
}
