// One connection of the calls: its name, whom it is linked with, and what reaches its socket.
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Addressee } from '../protocol/parse-user-message.js';
import type { ServerMessage, UserRefusal } from '../protocol/user-messages.js';
import type { UserParcel } from './user-parcel.js';
import type { Actor, ConnectionId, Link } from './user-rules.js';

/** What it needs of a socket. */
export type UserSocket = Pick<WebSocket, 'readyState' | 'OPEN' | 'close'> & { send(text: string): void };

/** The close code of a connection that broke a rule of the protocol (RFC 6455, section 7.4.1). */
const policyViolation = 1008;

export interface UserConnection {
  readonly id: ConnectionId;
  /** The name it is logged in with, and how it wrote it. */
  readonly user: Addressee | undefined;
  readonly actor: Actor | undefined;
  readonly link: Link | null;
  /** It was cut; what it still says is not heard. */
  readonly isOver: boolean;
  logIn(user: Addressee): void;
  receive(parcel: UserParcel): void;
  send(message: ServerMessage): void;
  refuse(refusal: UserRefusal): void;
  /** Tells why, and closes. */
  cut(refusal: UserRefusal): void;
}

export function createUserConnection(socket: UserSocket): UserConnection {
  const id = randomUUID() as string as ConnectionId;
  let user: Addressee | undefined;
  let link: Link | null = null;
  let isOver = false;

  function send(message: ServerMessage): void {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }

  function refuse(refusal: UserRefusal): void {
    send({ type: 'error', ...refusal });
  }

  return {
    id,
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
    },
    send,
    refuse,
    cut(refusal) {
      isOver = true;
      refuse(refusal);
      socket.close(policyViolation, refusal.code);
    },
  };
}
