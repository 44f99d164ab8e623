// One connection of the calls: its name, whom it is linked with, and what reaches its socket.
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { addressOn, wireId, type NodeId } from '../cluster/address.js';
import type { Logger } from '../platform/logger.js';
import { maxBacklogBytes } from '../protocol/limits.js';
import type { Addressee } from '../protocol/parse-addressee.js';
import type { UserName } from '../protocol/parse-user-name.js';
import type { FailedLogin, ServerMessage, UserRefusal } from '../protocol/user-messages.js';
import { userRefusals } from '../protocol/user-refusals.js';
import type { NoticeParcel, UserParcel } from './user-parcel.js';
import { differenceOf, type Standing } from './user-resync-rules.js';
import type { Actor, ConnectionId, Link } from './user-rules.js';

/** What it needs of a socket. */
export type UserSocket = Pick<WebSocket, 'readyState' | 'OPEN' | 'bufferedAmount' | 'close'> & {
  send(text: string): void;
};

/** The close code of a connection that broke a rule of the protocol (RFC 6455, section 7.4.1). */
const policyViolation = 1008;

/** That of one which may come back at once (the registry of RFC 6455, section 11.7). */
const tryAgainLater = 1013;

export interface UserConnection {
  readonly id: ConnectionId;
  /** Its own log: each line names the connection. */
  readonly log: Logger;
  /** The name it is logged in with, and how it wrote it. */
  readonly user: Addressee | undefined;
  readonly actor: Actor | undefined;
  readonly link: Link | null;
  /** Names that may have been given to it without its hearing so: a store did not answer. */
  readonly doubts: Set<UserName>;
  /** It was cut; what it still says is not heard. */
  readonly isOver: boolean;
  logIn(user: Addressee): void;
  receive(parcel: Extract<UserParcel, { kind: 'notice' | 'candidate' }>): void;
  /**
   * Hears what it has missed, by what is kept of its name. [U28]
   * @param isSure what was heard last does not count, whatever its version
   * @returns false when it has heard of something newer meanwhile
   */
  catchUp(standing: Standing, version: number, isSure?: boolean): boolean;
  send(message: ServerMessage): void;
  /** @param event the type of the message that is refused, as far as it has one */
  refuse(refusal: UserRefusal, event?: string): void;
  refuseLogin(reason: FailedLogin['reason'], message: string): void;
  /** Tells why, and closes; nothing is sent after it. */
  cut(refusal: UserRefusal, closeCode?: number): void;
}

export interface UserPlace {
  /** Absent on one node alone. */
  node?: NodeId | undefined;
  /** Hears of each new link. */
  onLink?: (link: Link | null) => void;
}

export function createUserConnection(
  socket: UserSocket,
  logger: Logger,
  { node, onLink }: UserPlace = {},
): UserConnection {
  const id = addressOn(node, randomUUID()) as ConnectionId;
  const log = logger.child({ id: wireId(id) });
  const doubts = new Set<UserName>();
  /** The notice that it heard last. */
  let heard = { version: 0, part: -1 };
  /** It has heard an answer since it was linked. */
  let hasAnswer = false;
  let user: Addressee | undefined;
  let link: Link | null = null;
  let isOver = false;

  function setLink(next: Link | null): void {
    if (next?.name !== link?.name) hasAnswer = false;
    link = next;
    onLink?.(next);
  }

  /** What is told of an older decision is over. */
  function isNews({ version, part }: NoticeParcel): boolean {
    if (version !== heard.version) return version > heard.version;
    return part === undefined || part > heard.part;
  }

  function heed(parcel: NoticeParcel): void {
    if (!isNews(parcel)) return;
    const { notice, version, part } = parcel;
    if (part !== undefined) heard = { version, part };
    if (notice.first !== undefined && link?.name !== notice.link?.name) send(notice.first);
    if (notice.link !== undefined) setLink(notice.link);
    if (notice.message !== undefined) tell(notice.message);
    if (notice.ends) cut(notice.ends);
  }

  function tell(message: ServerMessage): void {
    if (typeof message === 'object' && message.type === 'answer') hasAnswer = true;
    send(message);
  }

  function write(message: ServerMessage): void {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }

  function send(message: ServerMessage): void {
    if (isOver) return;
    // [U24]
    if (socket.bufferedAmount > maxBacklogBytes) cut(userRefusals.tooSlow(maxBacklogBytes), tryAgainLater);
    else write(message);
  }

  function refuse(refusal: UserRefusal, event?: string): void {
    if (isOver) return;
    log.debug({ event, code: refusal.code }, 'refused');
    send({ type: 'error', ...refusal });
  }

  function cut(refusal: UserRefusal, closeCode = policyViolation): void {
    if (isOver) return;
    isOver = true;
    log.debug({ code: refusal.code }, 'refused');
    write({ type: 'error', ...refusal });
    socket.close(closeCode, refusal.code);
  }

  return {
    id,
    log,
    get user() {
      return user;
    },
    get actor() {
      return user && { name: user.name, connection: id };
    },
    get link() {
      return link;
    },
    doubts,
    get isOver() {
      return isOver;
    },
    logIn(asUser) {
      user = asUser;
    },
    receive(parcel) {
      if (parcel.kind === 'notice') heed(parcel);
      // [U8] Nothing reaches a connection but from the one it is linked with.
      else if (parcel.from === link?.connection) send(parcel.message);
    },
    catchUp(standing, version, isSure = false) {
      if (standing.status === 'held' && version < heard.version && !isSure) return false;
      if (standing.status === 'taken') cut(userRefusals.takenOver());
      // It may come back at once, and ask for its name.
      if (standing.status === 'lost') cut(userRefusals.unavailable(), tryAgainLater);
      if (standing.status !== 'held') return true;
      const missed = differenceOf(link, standing.call, { isNews: version > heard.version, hasAnswer });
      heard = { version, part: Infinity };
      setLink(standing.call?.link ?? null);
      for (const message of missed) tell(message);
      return true;
    },
    send,
    refuse,
    refuseLogin(reason, message) {
      log.debug({ event: 'login', code: reason }, 'refused');
      send({ type: 'login', success: false, reason, message });
    },
    cut,
  };
}
