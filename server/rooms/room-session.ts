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
import { webSocketOf } from '../transport/connection-limits.js';
import type { RoomPayload } from './room-record.js';
import { entered, eventsBetween, linkOf, type RoomView } from './room-view.js';
import type { PeerId } from './room.js';

export type RoomSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

export interface RoomSession {
  readonly id: PeerId;
  /** Where it comes from, for counting failures. */
  readonly address: string;
  readonly claim: Claim<RoomView>;
  /** Of its seat; undefined: it has none. */
  readonly channel: ChannelName | undefined;
  /** The channel of its seat, as the client wrote it. */
  readonly written: string;
  /** The address of the other peer; `null` when alone, when the other is away, or when one of the two leaves. */
  readonly link: PeerId | null;
  readonly log: Logger;
  /** The client asked to be shown what the server reads. [R18] */
  readonly wantsLog: boolean;
  /** The server has disconnected it, or its socket is gone. */
  readonly isOver: boolean;
  /** From the message bus. */
  receive(payload: RoomPayload): void;
  /** Answers a repeated request with the event of the first answer. [R2] */
  repeatEntered(): void;
  tellFull(written: string): void;
  refuse(event: string, refusal: Refusal): void;
  /** The book's remote log. [R18] */
  logToClient(kind: SignalKind, value: unknown): void;
  /** Settles within 1 s. Long-polling counts as alive, since it has no request open during a prompt. [R25] */
  isAlive(): Promise<boolean>;
  /** Ends a dead connection without waiting for its other end. */
  terminate(): void;
  /** Disconnects the client for good; the transport's close event follows. */
  disconnect(): void;
  /**
   * Announces that the server is about to close, and closes for reconnect. Resolves when the client has read that, as
   * far as the transport knows. [R27]
   */
  drain(graceMs: number): Promise<void>;
  /** Its socket is gone. */
  close(): void;
}

export interface RoomSessionParts {
  socket: RoomSocket;
  /** The node that holds it; absent on a single node. */
  node: NodeId | undefined;
  address: string;
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

export function createRoomSession(parts: RoomSessionParts): RoomSession {
  const { socket, node, address, ackTimeoutMs, scheduler, log, onRefused, openClaim, onUnknownHold } = parts;
  const id = addressOn(node, socket.id) as PeerId;
  let probe = probeOf(socket, scheduler);
  let link: PeerId | null = null;
  let isOver = false;
  let cancelAckTimeout = (): void => {};
  const claim = openClaim(id, {
    onChange: change,
    onUnknownHold: (key) => {
      onUnknownHold(key as ChannelName);
    },
  });

  socket.conn.on('upgrade', () => {
    probe = probeOf(socket, scheduler);
  });
  // [R28]
  socket.conn.once('too-slow', () => {
    logRefusal('message', 'too-slow');
  });

  function change(before: RoomView | undefined, after: RoomView | Lost): void {
    const view = isLost(after) ? undefined : after;
    link = linkOf(view);
    // The room was lost, and this connection has got another seat in the one that came after it.
    if (before && view && isAnotherSeat(before, view)) return closeForReconnect();
    for (const [event, ...args] of eventsBetween(before, after)) socket.emit(event, ...args);
    if (isLost(after)) leave(after.lost);
    else if (after.phase === 'parting' && before?.phase !== 'parting' && ackTimeoutMs > 0) {
      cancelAckTimeout = scheduler.after(ackTimeoutMs, disconnect);
    }
  }

  function leave(reason: Lost['lost']): void {
    // [R33]
    if (reason === 'unknown') closeForReconnect();
    else disconnect();
  }

  function disconnect(): void {
    isOver = true;
    cancelAckTimeout();
    socket.disconnect(true);
  }

  function closeForReconnect(): void {
    socket.conn.close();
  }

  function logRefusal(event: string, code: RefusalCode | 'full'): void {
    onRefused(code);
    log.debug({ event, code }, 'refused');
  }

  function deliver(payload: RoomPayload): void {
    if (payload.kind === 'state') claim.apply(payload);
    else if (payload.from !== link) return;
    else if (payload.kind === 'receipt') socket.emit('received', payload.receipt);
    else if (payload.meta) socket.emit(payload.event, payload.value, payload.meta);
    else socket.emit(payload.event, payload.value);
  }

  return {
    id,
    address,
    claim,
    log,
    wantsLog: socket.handshake.auth['log'] === true,
    get channel() {
      return claim.isHolder ? (claim.key as ChannelName) : undefined;
    },
    get written() {
      return claim.view?.channel ?? claim.key ?? '';
    },
    get link() {
      return link;
    },
    get isOver() {
      return isOver;
    },
    receive(payload) {
      claim.whenSettled(() => {
        deliver(payload);
      });
    },
    repeatEntered() {
      if (!claim.view) return;
      const [event, ...args] = entered(claim.view);
      socket.emit(event, ...args);
    },
    tellFull(written) {
      logRefusal('create or join', 'full');
      socket.emit('full', written);
    },
    refuse(event, refusal) {
      logRefusal(event, refusal.code);
      socket.emit('refused', { event, ...refusal });
    },
    logToClient(kind, value) {
      socket.emit('log', ['>>> ', `S --> Got ${kind}: `, value]);
    },
    isAlive: () => probe?.isAlive() ?? Promise.resolve(true),
    terminate() {
      webSocketOf(socket.conn)?.terminate();
    },
    disconnect,
    drain: (graceMs) =>
      new Promise((resolve) => {
        socket.conn.once('close', () => {
          resolve();
        });
        socket.emit('draining', { graceMs });
        closeForReconnect();
      }),
    close() {
      isOver = true;
      link = null;
      cancelAckTimeout();
      claim.close();
    },
  };
}

function isAnotherSeat(before: RoomView, after: RoomView): boolean {
  const [one, other] = [before.tenancy, after.tenancy];
  return one !== undefined && other !== undefined && one !== other;
}

function probeOf(socket: RoomSocket, scheduler: Scheduler): Probe | undefined {
  const webSocket = webSocketOf(socket.conn);
  return webSocket && createProbe(webSocket, scheduler);
}
