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
  /** Its socket is closed; what it said before is still heard, and then its name is given up. */
  isGone(): boolean;
  end(): void;
  /**
   * It has a name, and is told so next.
   * @param version of what was kept then: notices of older decisions are over
   */
  logIn(user: Addressee, version: number): void;
  /** Whatever comes before it is logged in waits until `hearEarly`. [U27] */
  receive(parcel: ConnectionParcel): void;
  /** It has been told of its login, and whatever came with that. */
  hearEarly(): void;
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

/** What is for the connection itself. */
export type ConnectionParcel = Exclude<UserParcel, { kind: 'away' }>;

export interface UserPlace {
  /** Absent on one node alone. */
  node?: NodeId | undefined;
  /** Hears of each new link. */
  onLink?: (link: Link | null) => void;
  /** It may have missed something: what is kept has to be read again. */
  onLook?: () => void;
}

/** As much as a callee can be told before its own login is answered, if nobody means it ill. */
const maxEarly = 100;

export function createUserConnection(
  socket: UserSocket,
  logger: Logger,
  { node, onLink, onLook }: UserPlace = {},
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
  let isGone = false;
  let early: ConnectionParcel[] = [];

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

  function take(parcel: ConnectionParcel): void {
    if (parcel.kind === 'notice') heed(parcel);
    else if (parcel.kind === 'look') onLook?.();
    // [U8] Nothing reaches a connection but from the one it is linked with.
    else if (parcel.from === link?.connection) send(parcel.message);
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
    isGone: () => isGone,
    end() {
      isGone = true;
    },
    logIn(asUser, version) {
      user = asUser;
      heard = { version, part: -1 };
    },
    receive(parcel) {
      if (user) take(parcel);
      else if (early.length < maxEarly) early.push(parcel);
    },
    hearEarly() {
      const waiting = early;
      early = [];
      // It may be about another name, which it asked for before.
      const isOwn = doubts.size === 0;
      if (isOwn) for (const parcel of waiting) take(parcel);
      if (waiting.length === maxEarly || (waiting.length > 0 && !isOwn)) onLook?.();
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
