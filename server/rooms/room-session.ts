// One connection of the room protocol: its seat, the peer it is linked to, and everything that is sent to its socket.
import type { Socket } from 'socket.io';
import { addressOn, type NodeId } from '../cluster/address.js';
import { isLost, type Claim, type ClaimEvents, type Lost } from '../kernel/claim.js';
import type { Scheduler } from '../timing/scheduler.js';
import type { Logger } from '../observability/logger.js';
import type { ChannelName } from '../protocol/parse-channel.js';
import type {
  ClientToServerEvents,
  Refusal,
  RefusalCode,
  ServerToClientEvents,
  SignalKind,
} from '../protocol/room-events.js';
import { createProbe, type Probe } from '../transport/probe.js';
import { seated, webSocketOf } from '../transport/connection-limits.js';
import type { RoomPayload } from './room-record.js';
import { entered, eventsBetween, isAnotherSeat, linkOf, type RoomView } from './room-view.js';
import type { PeerId } from './room.js';

export type RoomSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

export interface RoomSessionParts {
  socket: RoomSocket;
  /** The node that holds it; absent on a single node. */
  node: NodeId | undefined;
  address: string | undefined;
  /** How long the other's Bye may stay unacknowledged; 0: for ever. [R12] */
  ackTimeoutMs: number;
  scheduler: Scheduler;
  /** Is given every refusal, never what was said. */
  log: Logger;
  onRefused: (code: RefusalCode | 'full') => void;
  openClaim: (address: string, events: ClaimEvents<RoomView>) => Claim<RoomView>;
  /** It has a seat of which it does not know: the answer to a request was lost. */
  onUnknownHold: (channel: ChannelName) => void;
}

/** A class: there is one for each connection, and methods cost no memory there. */
export class RoomSession {
  readonly id: PeerId;
  /** Where it comes from, for counting failures; undefined: not known. */
  readonly address: string | undefined;
  readonly claim: Claim<RoomView>;
  hasFailed = false;
  readonly log: Logger;
  /** The client asked to be shown what the server reads. [R18] */
  readonly wantsLog: boolean;
  private linked: PeerId | null = null;
  private isDone = false;
  private isComingBack = false;
  private readonly socket: RoomSocket;
  private readonly parts: RoomSessionParts;
  private probe: Probe | undefined = undefined;
  private cancelAckTimeout: (() => void) | undefined = undefined;

  constructor(parts: RoomSessionParts) {
    const { socket, node, address, scheduler, log, openClaim, onUnknownHold } = parts;
    this.parts = parts;
    this.socket = socket;
    this.id = addressOn(node, socket.id) as PeerId;
    this.address = address;
    this.log = log;
    this.wantsLog = socket.handshake.auth['log'] === true;
    // Socket.IO would keep all of it.
    socket.handshake.auth = {};
    this.claim = openClaim(this.id, {
      onChange: (before, after) => {
        this.change(before, after);
      },
      onUnknownHold: (key) => {
        onUnknownHold(key as ChannelName);
      },
    });
    const openProbe = (): void => {
      const webSocket = webSocketOf(socket.conn);
      this.probe = webSocket && createProbe(webSocket, scheduler);
    };
    openProbe();
    socket.conn.on('upgrade', openProbe);
    // [R28] [R34]
    socket.conn.on('refused', (code: RefusalCode) => {
      this.logRefusal('message', code);
    });
  }

  /** The address of the other peer; `null` when alone, when the other is away, or when one of the two leaves. */
  get link(): PeerId | null {
    return this.linked;
  }

  /** The server has disconnected it, or its socket is gone. */
  get isOver(): boolean {
    return this.isDone;
  }

  /** Of its seat; undefined: it has none. */
  get channel(): ChannelName | undefined {
    return this.claim.isHolder ? (this.claim.key as ChannelName) : undefined;
  }

  /** The channel of its seat, as the client wrote it. */
  get written(): string {
    return this.claim.view?.channel ?? this.claim.key ?? '';
  }

  /** From the message bus. */
  receive(payload: RoomPayload): void {
    this.claim.whenSettled(() => {
      this.deliver(payload);
    }, payload.kind !== 'state');
  }

  /** Answers a repeated request with the event of the first answer. [R2] */
  repeatEntered(): void {
    if (!this.claim.view) return;
    const [event, ...args] = entered(this.claim.view);
    this.socket.emit(event, ...args);
  }

  tellFull(written: string): void {
    this.logRefusal('create or join', 'full');
    this.socket.emit('full', written);
  }

  refuse(event: string, refusal: Refusal): void {
    this.logRefusal(event, refusal.code);
    this.socket.emit('refused', { event, ...refusal });
  }

  /** The book's remote log. [R18] */
  logToClient(kind: SignalKind, value: unknown): void {
    this.socket.emit('log', ['>>> ', `S --> Got ${kind}: `, value]);
  }

  /**
   * Settles within 3 s, and ends a dead connection. Long-polling counts as alive, since it has no request open during a
   * prompt. [R25] So does one that the server has closed, but its client comes back. [R36]
   */
  isAlive(): Promise<boolean> {
    return this.isComingBack || !this.probe ? Promise.resolve(true) : this.probe.isAlive();
  }

  /** For how long nothing has come from it, now that it is gone; undefined: its client comes back. [R36] */
  get silentMs(): number | undefined {
    return this.isComingBack ? undefined : (this.probe?.silentMs ?? 0);
  }

  /** Disconnects the client for good; the transport's close event follows. */
  disconnect(): void {
    this.isDone = true;
    this.cancelAckTimeout?.();
    this.socket.disconnect(true);
  }

  /**
   * Announces that the server is about to close, and closes for reconnect. Resolves when the client has read that, as
   * far as the transport knows. [R27]
   */
  drain(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.socket.conn.once('close', () => {
        resolve();
      });
      this.socket.emit('draining', { graceMs });
      this.closeForReconnect();
    });
  }

  /** Its socket is gone. */
  close(): void {
    this.isDone = true;
    this.linked = null;
    this.cancelAckTimeout?.();
    this.claim.close();
  }

  private change(before: RoomView | undefined, after: RoomView | Lost): void {
    const { ackTimeoutMs, scheduler } = this.parts;
    const view = isLost(after) ? undefined : after;
    this.linked = linkOf(view);
    this.socket.conn.emit(seated, view !== undefined);
    // The room was lost, and this connection has got another seat in the one that came after it.
    if (before && view && isAnotherSeat(before, view)) return this.closeForReconnect();
    for (const [event, ...args] of eventsBetween(before, after)) this.socket.emit(event, ...args);
    if (isLost(after)) {
      // [R33]
      if (after.lost === 'unknown') this.closeForReconnect();
      else this.disconnect();
    } else if (after.phase === 'parting' && before?.phase !== 'parting' && ackTimeoutMs > 0) {
      this.cancelAckTimeout = scheduler.after(ackTimeoutMs, () => {
        this.disconnect();
      });
    }
  }

  private closeForReconnect(): void {
    this.isComingBack = true;
    this.socket.conn.close();
  }

  private logRefusal(event: string, code: RefusalCode | 'full'): void {
    this.parts.onRefused(code);
    this.log.debug({ event, code }, 'refused');
  }

  private deliver(payload: RoomPayload): void {
    const { socket } = this;
    if (payload.kind === 'state') this.claim.apply(payload);
    else if (payload.from !== this.linked) return;
    else if (payload.kind === 'receipt') socket.emit('received', payload.receipt);
    else if (payload.meta) socket.emit(payload.event, payload.value, payload.meta);
    else socket.emit(payload.event, payload.value);
  }
}
