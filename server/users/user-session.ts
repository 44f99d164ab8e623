// One connection of the calls: its name, its call, and everything that is sent to its socket.
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { addressOn, wireId, type NodeId } from '../cluster/address.js';
import { isLost, type Claim, type ClaimEvents, type Lost } from '../kernel/claim.js';
import type { Logger } from '../observability/logger.js';
import { maxUnreadBeforeRingBytes, maxUnreadBytes, maxUnreadWhileRingingBytes } from '../protocol/limits.js';
import type { Addressee, UserName } from '../protocol/parse-user-name.js';
import type { FailedLogin, ServerMessage, UserRefusal, UserRefusalCode } from '../protocol/user-messages.js';
import { refusalText, userRefusals } from '../protocol/user-refusals.js';
import { closeCodes } from '../transport/closing.js';
import type { UserPayload } from './user-record.js';
import { eventsBetween, isSameCall, linkOf, textOf, type CallView, type UserView } from './user-view.js';
import type { Actor, ConnectionId } from './user.js';

/** What it needs of a socket. */
export type UserSocket = Pick<WebSocket, 'readyState' | 'OPEN' | 'bufferedAmount' | 'close'> & {
  send(text: string): void;
  /** @param onSent all that was sent before it has left this process */
  ping(data: undefined, mask: undefined, onSent: () => void): void;
};

export interface UserSessionParts {
  socket: UserSocket;
  /** The node that holds it; absent on a single node. */
  node?: NodeId | undefined;
  address: string | undefined;
  logger: Logger;
  onRefused?: (code: UserRefusalCode | FailedLogin['reason']) => void;
  openClaim: (address: string, events: ClaimEvents<UserView>) => Claim<UserView>;
  /** It has a name of which it does not know: the answer to a login was lost. */
  onUnknownHold: (name: UserName) => void;
  /** A node of the release before says that the record of this name has changed. */
  onLook: (name: UserName) => void;
}

/** A class: there is one for each connection, and methods cost no memory there. */
export class UserSession {
  readonly id: ConnectionId;
  /** Where it comes from, for counting failures; undefined: not known. */
  readonly address: string | undefined;
  readonly claim: Claim<UserView>;
  hasFailed = false;
  /** Its own log: each line names the connection. */
  readonly log: Logger;
  private loggedIn: Addressee | undefined = undefined;
  private isDone = false;
  private link: ConnectionId | null = null;
  /** An offer waits until the client has read: the view that it was told last. */
  private ringWaits: { told: UserView | undefined } | undefined = undefined;
  private isWaitingForRead = false;
  private releaseOffer: (() => void) | undefined = undefined;
  private readonly socket: UserSocket;
  private readonly parts: UserSessionParts;

  constructor(parts: UserSessionParts) {
    const { socket, node, address, logger, openClaim, onUnknownHold } = parts;
    this.parts = parts;
    this.socket = socket;
    this.id = addressOn(node, randomUUID()) as ConnectionId;
    this.address = address;
    this.log = logger.child({ id: wireId(this.id) });
    this.claim = openClaim(this.id, {
      onChange: (before, after) => {
        this.change(before, after);
      },
      onUnknownHold: (key) => {
        onUnknownHold(key as UserName);
      },
    });
  }

  /** The name that it is logged in with, and how it wrote it. */
  get user(): Addressee | undefined {
    return this.loggedIn;
  }

  /** The server has closed it; what it still sends has no effect. */
  get isOver(): boolean {
    return this.isDone;
  }

  get actor(): Actor | undefined {
    return this.user && { name: this.user.name, connection: this.id };
  }

  get call(): CallView | null {
    return this.claim.view?.call ?? null;
  }

  /** So much waits for its client to read that it is sent no more than it has to be. [U14] [U24] */
  get isCongested(): boolean {
    return this.socket.bufferedAmount > maxUnreadBeforeRingBytes;
  }

  logIn(asUser: Addressee): void {
    this.loggedIn = asUser;
  }

  /** From the message bus. */
  receive(payload: UserPayload): void {
    this.claim.whenSettled(() => {
      this.deliver(payload);
    }, payload.kind !== 'state');
  }

  /** Its client has ended this call, and is not told about it. */
  forgetCall(ended: CallView | null): void {
    const { view } = this.claim;
    // Another one may ring by now.
    if (view?.call && ended && isSameCall(view.call, ended)) this.claim.know({ ...view, call: null });
  }

  /** @param release is called when the call that it makes rings no more; not if it loses its name before that */
  keepWhileCalling(release: () => void): void {
    this.releaseOffer?.();
    this.releaseOffer = release;
  }

  send(message: ServerMessage): void {
    this.sendText(JSON.stringify(message));
  }

  /** @param event the type of the message that is refused @param offer a part of the refusal */
  refuse(refusal: UserRefusal, event?: string, offer?: CallView['offer']): void {
    if (this.isOver) return;
    this.parts.onRefused?.(refusal.code);
    this.log.debug({ event, code: refusal.code }, 'refused');
    this.sendText(refusalText(refusal, offer));
  }

  refuseLogin(reason: FailedLogin['reason'], message: string, more: { retryInMs?: number } = {}): void {
    this.parts.onRefused?.(reason);
    this.log.debug({ event: 'login', code: reason }, 'refused');
    this.send({ type: 'login', success: false, reason, message, ...more });
  }

  /** Says why, and closes; nothing is sent after it. */
  close(refusal: UserRefusal, closeCode: number = closeCodes.policyViolation): void {
    if (this.isOver) return;
    this.isDone = true;
    this.parts.onRefused?.(refusal.code);
    this.log.debug({ code: refusal.code }, 'refused');
    this.write(refusalText(refusal));
    this.socket.close(closeCode, refusal.code);
  }

  /** [U17] */
  closeUnseated(reason: 'idle' | 'pressure'): void {
    if (reason === 'idle') this.close(userRefusals.idle());
    else this.close(userRefusals.unavailable(), closeCodes.tryAgainLater);
  }

  private change(before: UserView | undefined, after: UserView | Lost): void {
    this.link = linkOf(isLost(after) ? undefined : after);
    if (!isLost(after) && after.call?.state !== 'calling') {
      this.releaseOffer?.();
      this.releaseOffer = undefined;
    }
    const told = this.ringWaits ? this.ringWaits.told : before;
    const messages = eventsBetween(told, after);
    // [U24] The last of them is an offer that rings.
    if (messages.length > 0 && this.isRinging && this.isCongested) return this.ringLater(told);
    this.ringWaits = undefined;
    for (const message of messages) this.sendText(textOf(message));
    if (!isLost(after)) return;
    // [U21]
    if (after.lost === 'taken-over') this.close(userRefusals.takenOver());
    // It may come back at once, and ask for its name.
    if (after.lost === 'unknown') this.close(userRefusals.unavailable(), closeCodes.tryAgainLater);
  }

  private get isRinging(): boolean {
    return this.call?.state === 'called';
  }

  /** When its client has read what waits, it is told how it stands then. */
  private ringLater(told: UserView | undefined): void {
    this.ringWaits = { told };
    if (this.isWaitingForRead) return;
    this.isWaitingForRead = true;
    this.socket.ping(undefined, undefined, () => {
      this.isWaitingForRead = false;
      const { view } = this.claim;
      if (this.ringWaits && view) this.change(view, view);
    });
  }

  private deliver(payload: UserPayload): void {
    const { key } = this.claim;
    if (payload.kind === 'state') this.claim.apply(payload);
    else if (payload.kind === 'relay') {
      if (this.isFromOther(payload) && this.mayRelay()) this.sendText(payload.text);
    } else if (key !== undefined) this.parts.onLook(key as UserName);
  }

  /** Nothing is relayed to a connection but from the one that it is in a call with. [U8] */
  private isFromOther({ from, name }: Extract<UserPayload, { kind: 'relay' }>): boolean {
    if (from !== undefined) return from === this.link;
    return name !== undefined && name === this.claim.view?.call?.written;
  }

  /** Until a call is answered, its caller cannot make this client too slow. [U24] */
  private mayRelay(): boolean {
    if (this.ringWaits) return false;
    return !this.isRinging || this.socket.bufferedAmount <= maxUnreadWhileRingingBytes;
  }

  private write(text: string): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(text);
  }

  private sendText(text: string): void {
    if (this.isOver) return;
    // [U24]
    if (this.socket.bufferedAmount > maxUnreadBytes) {
      this.close(userRefusals.tooSlow(maxUnreadBytes), closeCodes.tryAgainLater);
    } else this.write(text);
  }
}
