// What the courier takes to a connection of the calls, and how it is read when it comes from another node.
import { isCount } from '../protocol/is-count.js';
import { isRecord } from '../protocol/is-record.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { RelayedMessage, UserRefusal } from '../protocol/user-messages.js';
import type { ConnectionId, Link, Notice } from './user-rules.js';

export type UserParcel =
  | NoticeParcel
  | { kind: 'candidate'; from: ConnectionId; message: Extract<RelayedMessage, { type: 'candidate' }> }
  /** Something may have been decided about this connection that it was never told: its node reads it again. */
  | { kind: 'look' }
  /** The other of the call is away: its name is looked at again then, here too, should its own node die. */
  | { kind: 'away'; name: UserName; dueInMs: number };

export interface NoticeParcel {
  kind: 'notice';
  notice: Notice;
  /** Of the decision that the notice tells of. One that is older than what a connection knows already is dropped. */
  version: number;
  /** Numbers the notices of one decision. Absent: nothing was changed, so what it says is nowhere kept. */
  part?: number;
}

/** @returns undefined when it is none */
export function parseUserParcel(value: unknown): UserParcel | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, from, name, dueInMs, version, part } = value;
  switch (kind) {
    case 'look':
      return { kind };
    case 'away':
      if (typeof name !== 'string' || typeof dueInMs !== 'number') return undefined;
      return { kind, name: name as UserName, dueInMs };
    case 'candidate': {
      const message = parseRelayed(value['message']);
      if (typeof from !== 'string' || message?.type !== 'candidate') return undefined;
      return { kind, from: from as ConnectionId, message };
    }
    case 'notice': {
      const notice = parseNotice(value['notice']);
      if (!notice || !isCount(version) || !(part === undefined || isCount(part))) return undefined;
      return { kind, notice, version, ...(part !== undefined && { part }) };
    }
    default:
      return undefined;
  }
}

function parseNotice(value: unknown): Notice | undefined {
  if (!isRecord(value) || typeof value['to'] !== 'string') return undefined;
  const notice: Notice = { to: value['to'] as ConnectionId };
  for (const field of ['first', 'message'] as const) {
    if (value[field] === undefined) continue;
    const message = parseRelayed(value[field]);
    if (!message) return undefined;
    notice[field] = message;
  }
  if (value['link'] !== undefined) {
    const link = parseLink(value['link']);
    if (link === undefined) return undefined;
    notice.link = link;
  }
  if (value['ends'] !== undefined) {
    if (!isRefusal(value['ends'])) return undefined;
    notice.ends = value['ends'];
  }
  return notice;
}

function parseRelayed(value: unknown): RelayedMessage | undefined {
  if (!isRecord(value) || typeof value['name'] !== 'string') return undefined;
  const { type, name } = value;
  if (type === 'leave') return { type, name };
  if (type !== 'offer' && type !== 'answer' && type !== 'candidate') return undefined;
  if (!Object.hasOwn(value, type)) return undefined;
  if (type === 'offer') return { type, offer: value[type], name };
  if (type === 'answer') return { type, answer: value[type], name };
  return { type, candidate: value[type], name };
}

function parseLink(value: unknown): Link | null | undefined {
  if (value === null) return null;
  if (!isRecord(value)) return undefined;
  const { name, connection, isMuted } = value;
  if (typeof name !== 'string' || typeof connection !== 'string' || typeof isMuted !== 'boolean')
    return undefined;
  return { name: name as UserName, connection: connection as ConnectionId, isMuted };
}

function isRefusal(value: unknown): value is UserRefusal {
  return isRecord(value) && typeof value['code'] === 'string' && typeof value['message'] === 'string';
}
