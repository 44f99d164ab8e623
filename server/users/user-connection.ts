// One connection of the calls: its name, whom it is linked with, and what reaches its socket.
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Logger } from '../platform/logger.js';
import { maxBacklogBytes } from '../protocol/limits.js';
import type { Addressee } from '../protocol/parse-addressee.js';
import type { FailedLogin, ServerMessage, UserRefusal } from '../protocol/user-messages.js';
import { userRefusals } from '../protocol/user-refusals.js';
import type { UserParcel } from './user-parcel.js';
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
  /** It was cut; what it still says is not heard. */
  readonly isOver: boolean;
  logIn(user: Addressee): void;
  receive(parcel: UserParcel): void;
  send(message: ServerMessage): void;
  /** @param event the type of the message that is refused, as far as it has one */
  refuse(refusal: UserRefusal, event?: string): void;
  refuseLogin(reason: FailedLogin['reason'], message: string): void;
  /** Tells why, and closes; nothing is sent after it. */
  cut(refusal: UserRefusal, closeCode?: number): void;
}

export function createUserConnection(socket: UserSocket, logger: Logger): UserConnection {
  const id = randomUUID() as string as ConnectionId;
  const log = logger.child({ id });
  let user: Addressee | undefined;
  let link: Link | null = null;
  let isOver = false;

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
    get isOver() {
      return isOver;
    },
    logIn(asUser) {
      user = asUser;
    },
    receive(parcel) {
      if (parcel.kind === 'candidate') {
        // [U8] Nothing reaches a connection but from the one it is linked with.
        if (parcel.from === link?.connection) send(parcel.message);
        return;
      }
      const { notice } = parcel;
      if (notice.link !== undefined) link = notice.link;
      if (notice.message !== undefined) send(notice.message);
      if (notice.ends) cut(notice.ends);
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
