// Parses a text frame of the user protocol, and the fields of every message but `login`. Does not interpret relayed
// values. [U5] [U15]
import { findFlaw } from './json-value.js';
import type { CheckedSignal, JsonText } from './parse-relay.js';
import { parseAddressee, type Addressee } from './parse-user-name.js';
import { accept, refuse, type Parsed, isRecord } from './parsed.js';
import type { IceServersMessage, UserRefusal, UsersMessage } from './user-messages.js';
import { userRefusals } from './user-refusals.js';

/** A checked message of a client that is logged in. */
export type UserMessage = CheckedSignal | { type: 'leave'; to: Addressee } | UsersMessage | IceServersMessage;

type ParsedMessage = Parsed<UserMessage, UserRefusal>;

/** @param maxBytes maximum size of a relayed value, in bytes of UTF-8; 0: unlimited */
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
  const flaw = findFlaw(value, maxBytes);
  if (flaw === undefined) return accept({ type, to, value: JSON.stringify(value) as JsonText });
  // JSON has no binary data.
  return refuse(flaw === 'too-deep' ? userRefusals.tooDeep() : userRefusals.tooLarge(maxBytes));
}

function parseUsers({ watch }: Frame): ParsedMessage {
  if (watch === undefined) return accept({ type: 'users' });
  if (typeof watch !== 'boolean') return refuse(userRefusals.badMessage('watch is true or false.'));
  return accept({ type: 'users', watch });
}

/** An object whose fields are not checked yet. */
export type Frame = Readonly<Record<string, unknown>>;

export function parseFrame(text: string): Parsed<Frame, UserRefusal> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? accept(value) : refuse(userRefusals.unknownType(undefined));
  } catch {
    return refuse(userRefusals.invalidJson());
  }
}
