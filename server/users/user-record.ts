// A user as text, for a store that compares texts: equal users are equal texts, and what is read is checked.
import { isCount } from '../protocol/is-count.js';
import { isRecord } from '../protocol/is-record.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { SecretHash } from '../protocol/secrets.js';
import type { Call, ConnectionId, NamedUser } from './user-rules.js';

export interface UserRecord {
  /** Only goes up, also when the name was free in between. */
  version: number;
  /** In which epoch of its node the connection holds the name. */
  epoch: number;
  user: NamedUser;
}

/** The order of the fields is fixed. */
export function writeUserRecord({ version, epoch, user }: UserRecord): string {
  const { state, connection, written, me, attempt, secrets, call } = user;
  const until = user.state === 'away' ? user.until : undefined;
  const own = { state, until, connection, written, me, attempt, secrets, call: inOrder(call) };
  return JSON.stringify({ version, epoch, user: own });
}

/** Whether nothing but the version is different. */
export function isSameUser(one: UserRecord, other: UserRecord): boolean {
  return writeUserRecord({ ...one, version: 0 }) === writeUserRecord({ ...other, version: 0 });
}

/** @returns undefined when the text is no record */
export function parseUserRecord(text: string): UserRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !isCount(value['version']) || !isCount(value['epoch'])) return undefined;
  const user = parseUser(value['user']);
  return user && { version: value['version'], epoch: value['epoch'], user };
}

function parseUser(value: unknown): NamedUser | undefined {
  if (!isRecord(value)) return undefined;
  const { state, until, connection, written, me, attempt, secrets } = value;
  const call = parseCall(value['call']);
  if (!call || typeof connection !== 'string' || typeof written !== 'string') return undefined;
  if (me !== undefined && typeof me !== 'string') return undefined;
  if (attempt !== undefined && !isCount(attempt)) return undefined;
  if (secrets !== undefined && !isTexts(secrets)) return undefined;
  const holder = {
    connection: connection as ConnectionId,
    written,
    ...(me !== undefined && { me }),
    ...(attempt !== undefined && { attempt }),
    ...(secrets !== undefined && { secrets }),
    call,
  };
  if (state === 'online') return { ...holder, state };
  if (state === 'away' && typeof until === 'number') return { ...holder, state, until };
  return undefined;
}

function parseCall(value: unknown): Call | undefined {
  if (!isRecord(value)) return undefined;
  const { state, other: name, hasLostGlare } = value;
  if (state === 'none') return { state };
  if (typeof name !== 'string') return undefined;
  const other = name as UserName;
  if (state === 'calling') return { state, other };
  if (state === 'talking') {
    return { state, other, ...(Object.hasOwn(value, 'answer') && { answer: value['answer'] }) };
  }
  if (state !== 'called' || !Object.hasOwn(value, 'offer')) return undefined;
  return {
    state,
    other,
    offer: value['offer'],
    ...(hasLostGlare === true && { hasLostGlare }),
  };
}

function inOrder(call: Call): Call {
  if (call.state === 'none') return { state: call.state };
  const { state, other } = call;
  if (state === 'calling') return { state, other };
  if (state === 'talking') return { state, other, ...('answer' in call && { answer: call.answer }) };
  return { state, other, offer: call.offer, ...(call.hasLostGlare && { hasLostGlare: true }) };
}

function isTexts(value: unknown): value is SecretHash[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
