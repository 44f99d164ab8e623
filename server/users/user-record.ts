// A user as it is stored in Redis and as it travels between nodes. Every field is checked: anybody may write into Redis.
import * as v from 'valibot';
import { count, type PayloadCodec } from '../cluster/envelope.js';
import type { Lost, StateChange } from '../kernel/claim.js';
import type { RecordCodec } from '../kernel/record-text.js';
import type { JsonText } from '../protocol/parse-relay.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { TokenHash } from '../protocol/resume-tokens.js';
import type { RelayedMessage } from '../protocol/user-messages.js';
import type { CallView, UserView } from './user-view.js';
import { noCall, offline, type Call, type ConnectionId, type NamedUser, type User } from './user.js';

export type CallRelay = Exclude<RelayedMessage, { type: 'leave' }>;

/** What the message bus delivers to a connection of a user. */
export type UserPayload =
  | StateChange<UserView>
  /**
   * `text`: the message as JSON. A node of the release before does not say `from` with an offer or an answer, but `name`,
   * as the sender wrote its own.
   */
  | { kind: 'relay'; from?: ConnectionId; name?: string; text: string }
  /** A node of the release before has changed something: this node reads it again. */
  | { kind: 'look' };

const text = v.string();
const jsonText = v.custom<JsonText>((value) => typeof value === 'string');
const userName = v.custom<UserName>((value) => typeof value === 'string');
const connectionId = v.custom<ConnectionId>((value) => typeof value === 'string');
const numbers = { id: v.exactOptional(count), rings: v.exactOptional(count) };

const ringing = { ...numbers, ringsUntil: v.exactOptional(v.number()) };

/** Offers and answers are the last field of a record: its `json`. The release before has parsed them. */
const call = v.variant('state', [
  v.object({ state: v.literal('none') }),
  v.object({ state: v.literal('calling'), ...ringing, other: userName }),
  v.object({
    state: v.literal('called'),
    ...ringing,
    other: userName,
    hasLostGlare: v.exactOptional(v.literal(true)),
    offer: v.unknown(),
  }),
  v.object({
    state: v.literal('talking'),
    ...numbers,
    other: userName,
    answer: v.exactOptional(v.unknown()),
  }),
]);

type StoredCall = v.InferOutput<typeof call>;

const holder = {
  connection: connectionId,
  written: text,
  me: v.exactOptional(text),
  attempt: v.exactOptional(count),
  secrets: v.exactOptional(v.array(v.custom<TokenHash>((value) => typeof value === 'string'))),
  leavingAt: v.exactOptional(v.number()),
  call,
};

const namedUser = v.variant('state', [
  v.object({ state: v.literal('online'), ...holder }),
  v.object({
    state: v.literal('away'),
    until: v.number(),
    silentSince: v.exactOptional(v.number()),
    ...holder,
  }),
]);

/** A name that is free is stored for a while, so that a late write fails; to the release before it has expired. */
const freeName: NamedUser = {
  state: 'away',
  until: 0,
  connection: '' as ConnectionId,
  written: '',
  call: noCall,
};

export const userCodec: RecordCodec<User> = {
  schema: v.pipe(
    v.object({ version: count, epoch: count, user: namedUser, json: v.optional(v.string()) }),
    v.transform(({ version, epoch, user, json }) => ({
      version,
      state: user.connection === '' ? offline : { ...user, call: withJson(user.call, json) },
      epochs: new Map<string, number>(user.state === 'online' ? [[user.connection, epoch]] : []),
    })),
  ),
  // Parsed, so that the order of the fields is that of the schema, whatever rule has made them.
  write({ version, state, epochs }) {
    const user = state.state === 'offline' ? freeName : state;
    const stored = v.parse(namedUser, { ...user, call: withoutJson(user.call) });
    const fields = { version, epoch: epochs.get(user.connection) ?? 0, user: stored };
    return { fields, json: jsonOf(user.call) };
  },
};

function jsonOf(of: Call): JsonText | undefined {
  if (of.state === 'called') return of.offer;
  return of.state === 'talking' ? of.answer : undefined;
}

function withoutJson(of: Call): StoredCall {
  if (of.state === 'called') return { ...of, offer: null };
  return of.state === 'talking' && of.answer !== undefined ? { ...of, answer: null } : of;
}

/** @param json undefined: the release before has written it, or there is none */
function withJson(of: StoredCall, json: string | undefined): Call {
  const asText = (value: unknown): JsonText => (json ?? JSON.stringify(value)) as JsonText;
  if (of.state === 'called') return { ...of, offer: asText(of.offer) };
  return of.state === 'talking' && 'answer' in of ? { ...of, answer: asText(of.answer) } : (of as Call);
}

const callView: v.GenericSchema<unknown, CallView> = v.object({
  state: v.picklist(['calling', 'called', 'talking']),
  ...numbers,
  name: userName,
  written: text,
  connection: connectionId,
  presence: v.picklist(['here', 'away']),
  isMuted: v.exactOptional(v.literal(true)),
  offer: v.exactOptional(jsonText),
  answer: v.exactOptional(jsonText),
});

const view: v.GenericSchema<unknown, UserView> = v.object({ name: userName, call: v.nullable(callView) });

const lost: v.GenericSchema<unknown, Lost> = v.object({
  lost: v.picklist(['ended', 'taken-over', 'unknown']),
});

const message: v.GenericSchema<unknown, CallRelay> = v.variant('type', [
  v.object({ type: v.literal('offer'), offer: v.unknown(), name: text }),
  v.object({ type: v.literal('answer'), answer: v.unknown(), name: text }),
  v.object({ type: v.literal('candidate'), candidate: v.unknown(), name: text }),
]);

const payload: v.GenericSchema<unknown, UserPayload> = v.variant('kind', [
  v.object({
    kind: v.literal('state'),
    key: text,
    version: count,
    views: v.pipe(v.array(v.union([view, lost])), v.minLength(1)),
    due: v.exactOptional(v.array(v.tuple([text, v.number()]))),
  }),
  v.object({ kind: v.literal('relay'), from: connectionId, text: v.pipe(text, v.check(isRelay)) }),
]);

const candidateOfFormatOne = v.object({ kind: v.literal('candidate'), from: connectionId, message });

/** The release before relays offers and answers inside a call as notices that change nothing: without a part. */
const relayOfFormatOne = v.object({
  kind: v.literal('notice'),
  notice: v.object({ message, link: v.optional(v.never()), ends: v.optional(v.never()) }),
  part: v.optional(v.never()),
});

const changeOfFormatOne = v.object({ kind: v.picklist(['notice', 'look', 'away']) });

const formatOne = v.union([
  v.pipe(
    candidateOfFormatOne,
    v.transform(({ from, message: relayed }): UserPayload => {
      return { kind: 'relay', from, text: JSON.stringify(relayed) };
    }),
  ),
  v.pipe(
    relayOfFormatOne,
    v.transform(({ notice: { message: relayed } }): UserPayload => {
      return { kind: 'relay', name: relayed.name, text: JSON.stringify(relayed) };
    }),
  ),
  v.pipe(
    changeOfFormatOne,
    v.transform((): UserPayload => ({ kind: 'look' })),
  ),
]);

export const userPayloadCodec: PayloadCodec<UserPayload> = {
  parse: (value) => outputOf(v.safeParse(payload, value)),
  fromFormatOne: (value) => outputOf(v.safeParse(formatOne, value)),
  toFormatOne(sent) {
    // It reads the record again.
    if (sent.kind !== 'relay') return { kind: 'look' };
    const relayed = JSON.parse(sent.text) as CallRelay;
    if (relayed.type === 'candidate') return { kind: 'candidate', from: sent.from, message: relayed };
    // Newer than anything that it has applied, and without a part, so that it is not counted as applied.
    return { kind: 'notice', notice: { to: '', message: relayed }, version: Number.MAX_SAFE_INTEGER };
  },
};

function isRelay(json: string): boolean {
  try {
    return v.is(message, JSON.parse(json));
  } catch {
    return false;
  }
}

function outputOf(result: { success: boolean; output: unknown }): UserPayload | undefined {
  return result.success ? (result.output as UserPayload) : undefined;
}
