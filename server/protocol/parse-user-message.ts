// Reads one text frame of the user protocol: a typed message, or the refusal. Values to be relayed stay unread. [U15]
import { findFlaw } from './find-flaw.js';
import { maxTokenLength } from './limits.js';
import { isToken } from './parse-enter.js';
import { parseUserName, type UserName } from './parse-user-name.js';
import type { LoginMessage, UserRefusal } from './user-messages.js';
import { userRefusals } from './user-refusals.js';

/** Whom a message is for: the name, and how the sender wrote it, which is how the sender hears it back. */
export interface Addressee {
  name: UserName;
  written: string;
}

/** A message that has been checked. A login keeps a bad name, because a login has an answer of its own. */
export type UserMessage =
  | ({ type: 'login'; user: Addressee | undefined } & Pick<LoginMessage, 'resume' | 'seat'>)
  | { type: 'offer'; to: Addressee; value: unknown }
  | { type: 'answer'; to: Addressee; value: unknown }
  | { type: 'candidate'; to: Addressee; value: unknown }
  | { type: 'leave'; to: Addressee }
  | { type: 'users'; watch?: boolean };

export type ParsedUserMessage = { ok: true; message: UserMessage } | { ok: false; refusal: UserRefusal };

type Fields = Readonly<Record<string, unknown>>;

/** @param maxBytes the most that a relayed value may have, in bytes; 0: no limit of its own */
export function parseUserMessage(text: string, maxBytes: number): ParsedUserMessage {
  const parsed = parseJson(text);
  if (!parsed.ok) return refuse(userRefusals.invalidJson());
  const fields = isFields(parsed.value) ? parsed.value : {};
  const { type } = fields;
  switch (type) {
    case 'login':
      return parseLogin(fields);
    case 'offer':
    case 'answer':
    case 'candidate':
      return parseRelayed(type, fields, maxBytes);
    case 'leave': {
      const to = parseAddressee(fields);
      return to ? accept({ type, to }) : refuse(userRefusals.badName());
    }
    case 'users':
      return parseUsers(fields);
    default:
      return refuse(userRefusals.unknownType(type));
  }
}

function parseLogin(fields: Fields): ParsedUserMessage {
  const { resume, seat } = fields;
  if (resume !== undefined && typeof resume !== 'boolean') return refuseField('resume is true or false.');
  if (seat !== undefined && !isToken(seat)) {
    return refuseField(`seat is a text of 1 to ${maxTokenLength} characters.`);
  }
  return accept({
    type: 'login',
    user: parseAddressee(fields),
    ...(resume !== undefined && { resume }),
    ...(seat !== undefined && { seat }),
  });
}

function parseRelayed(
  type: 'offer' | 'answer' | 'candidate',
  fields: Fields,
  maxBytes: number,
): ParsedUserMessage {
  const to = parseAddressee(fields);
  if (!to) return refuse(userRefusals.badName());
  if (!Object.hasOwn(fields, type)) return refuseField(`"${type}" is missing: it may be any JSON value.`);
  const value = fields[type];
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

function parseUsers({ watch }: Fields): ParsedUserMessage {
  if (watch === undefined) return accept({ type: 'users' });
  if (typeof watch !== 'boolean') return refuseField('watch is true or false.');
  return accept({ type: 'users', watch });
}

function parseAddressee({ name: written }: Fields): Addressee | undefined {
  const name = parseUserName(written);
  return name === undefined ? undefined : { name, written: written as string };
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false };
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function accept(message: UserMessage): ParsedUserMessage {
  return { ok: true, message };
}

function refuse(refusal: UserRefusal): ParsedUserMessage {
  return { ok: false, refusal };
}

function refuseField(why: string): ParsedUserMessage {
  return refuse(userRefusals.badMessage(why));
}
