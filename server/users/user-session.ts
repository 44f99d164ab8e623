// One connection of the calls: its name, its call, and everything that is sent to its socket.
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { addressOn, wireId, type NodeId } from '../cluster/address.js';
import { isLost, type Claim, type ClaimEvents, type Lost } from '../kernel/claim.js';
import type { Logger } from '../observability/logger.js';
import { maxUnreadBytes } from '../protocol/limits.js';
import type { Addressee, UserName } from '../protocol/parse-user-name.js';
import type { FailedLogin, ServerMessage, UserRefusal, UserRefusalCode } from '../protocol/user-messages.js';
import { userRefusals } from '../protocol/user-refusals.js';
import type { UserPayload } from './user-record.js';
import { eventsBetween, isSameCall, linkOf, type CallView, type UserView } from './user-view.js';
import type { Actor, ConnectionId } from './user.js';

/** What it needs of a socket. */
export type UserSocket = Pick<WebSocket, 'readyState' | 'OPEN' | 'bufferedAmount' | 'close'> & {
  send(text: string): void;
};

/** The close code of a connection that broke a rule of the protocol (RFC 6455, section 7.4.1). */
const policyViolation = 1008;

/** That of one which may come back at once (the registry of RFC 6455, section 11.7). */
const tryAgainLater = 1013;

export interface UserSession {
  readonly id: ConnectionId;
  /** Where it comes from, for counting failures. */
  readonly address: string;
  readonly claim: Claim<UserView>;
  /** Its own log: each line names the connection. */
  readonly log: Logger;
  /** The name that it is logged in with, and how it wrote it. */
  readonly user: Addressee | undefined;
  readonly actor: Actor | undefined;
  readonly call: CallView | null;
  /** The server has closed it; what it still sends has no effect. */
  readonly isOver: boolean;
  logIn(user: Addressee): void;
  /** From the message bus. */
  receive(payload: UserPayload): void;
  /** Its client has ended this call, and is not told about it. */
  forgetCall(ended: CallView | null): void;
  send(message: ServerMessage): void;
  /** @param event the type of the message that is refused, as far as it has one */
  refuse(refusal: UserRefusal, event?: string): void;
  refuseLogin(reason: FailedLogin['reason'], message: string): void;
  /** Says why, and closes; nothing is sent after it. */
  close(refusal: UserRefusal, closeCode?: number): void;
}

export interface UserSessionParts {
  socket: UserSocket;
  /** The node that holds it; absent on a single node. */
  node?: NodeId | undefined;
  address: string;
  logger: Logger;
  onRefused?: (code: UserRefusalCode | FailedLogin['reason']) => void;
  openClaim: (address: string, events: ClaimEvents<UserView>) => Claim<UserView>;
  /** It has a name of which it does not know: the answer to a login was lost. */
  onUnknownHold: (name: UserName) => void;
  /** A node of the release before says that the record of this name has changed. */
  onLook: (name: UserName) => void;
}

export function createUserSession(parts: UserSessionParts): UserSession {
  const { socket, node, address, logger, onRefused, openClaim, onUnknownHold, onLook } = parts;
  const id = addressOn(node, randomUUID()) as ConnectionId;
  const log = logger.child({ id: wireId(id) });
  let user: Addressee | undefined;
  let link: ConnectionId | null = null;
  let isOver = false;
  const claim = openClaim(id, {
    onChange: change,
    onUnknownHold: (key) => {
      onUnknownHold(key as UserName);
    },
  });

  function change(before: UserView | undefined, after: UserView | Lost): void {
    link = linkOf(isLost(after) ? undefined : after);
    for (const message of eventsBetween(before, after)) send(message);
    if (!isLost(after)) return;
    // [U21]
    if (after.lost === 'taken-over') close(userRefusals.takenOver());
    // It may come back at once, and ask for its name.
    if (after.lost === 'unknown') close(userRefusals.unavailable(), tryAgainLater);
  }

  function deliver(payload: UserPayload): void {
    if (payload.kind === 'state') claim.apply(payload);
    else if (payload.kind === 'relay') {
      if (isFromOther(payload)) sendText(payload.text);
    } else if (claim.key !== undefined) onLook(claim.key as UserName);
  }

  /** Nothing is relayed to a connection but from the one that it is in a call with. [U8] */
  function isFromOther({ from, name }: Extract<UserPayload, { kind: 'relay' }>): boolean {
    if (from !== undefined) return from === link;
    return name !== undefined && name === claim.view?.call?.written;
  }

  function write(text: string): void {
    if (socket.readyState === socket.OPEN) socket.send(text);
  }

  function sendText(text: string): void {
    if (isOver) return;
    // [U24]
    if (socket.bufferedAmount > maxUnreadBytes) close(userRefusals.tooSlow(maxUnreadBytes), tryAgainLater);
    else write(text);
  }

  function send(message: ServerMessage): void {
    sendText(JSON.stringify(message));
  }

  function refuse(refusal: UserRefusal, event?: string): void {
    if (isOver) return;
    onRefused?.(refusal.code);
    log.debug({ event, code: refusal.code }, 'refused');
    send({ type: 'error', ...refusal });
  }

  function close(refusal: UserRefusal, closeCode = policyViolation): void {
    if (isOver) return;
    isOver = true;
    onRefused?.(refusal.code);
    log.debug({ code: refusal.code }, 'refused');
    write(JSON.stringify({ type: 'error', ...refusal }));
    socket.close(closeCode, refusal.code);
  }

  return {
    id,
    address,
    claim,
    log,
    get user() {
      return user;
    },
    get actor() {
      return user && { name: user.name, connection: id };
    },
    get call() {
      return claim.view?.call ?? null;
    },
    get isOver() {
      return isOver;
    },
    logIn(asUser) {
      user = asUser;
    },
    receive(payload) {
      claim.whenSettled(() => {
        deliver(payload);
      });
    },
    forgetCall(ended) {
      const { view } = claim;
      // Another one may ring by now.
      if (view?.call && ended && isSameCall(view.call, ended)) claim.know({ ...view, call: null });
    },
    send,
    refuse,
    refuseLogin(reason, message) {
      onRefused?.(reason);
      log.debug({ event: 'login', code: reason }, 'refused');
      send({ type: 'login', success: false, reason, message });
    },
    close,
  };
}
