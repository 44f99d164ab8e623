// What an application sees of a conversation with one other person, whatever carries it: handlers, messages that wait for
// them, states, sending, closing. Leaves numbers and receipts to the reliable layer, and the connection to rooms and users.
import type { SignalMeta } from '../../server/protocol/room-events.js';
import { createReceiver, type Receiver } from '../reliable/receiver.js';
import { createSender, type Sender, type SenderParts } from '../reliable/sender.js';
import { ChannelFailure } from '../transport/channel-failure.js';
import type { TraceEvent, Tracer } from '../transport/connection-port.js';
import { callHandler, createEmitter } from './emitter.js';
import {
  readCallSignal,
  writeCallSignal,
  type ChannelEvents,
  type ChannelState,
  type IceServer,
  type PeerPresence,
  type Role,
  type SendOptions,
  type SignalingChannel,
  type SignalKind,
} from './signaling-channel.js';

export interface ChannelParts extends Omit<SenderParts, 'trace' | 'limits'> {
  name: string;
  /** Is called with every trace event as well, from the first on. */
  onTrace?: ((event: TraceEvent) => void) | undefined;
  /** Says goodbye and calls `over`, within this many ms. */
  leave: (failure: ChannelFailure, withinMs: number) => void;
}

/** The channel, and what the protocol that carries it tells it. */
export interface CarriedChannel {
  readonly channel: SignalingChannel;
  readonly trace: Tracer;
  receive(as: SignalKind, value: unknown, meta: SignalMeta | undefined): void;
  readonly receipt: Sender['receipt'];
  /** The server refuses values above this many bytes. */
  readonly limit: Sender['limit'];
  /** This side's connection is lost. */
  lost(): void;
  roleIs(role: Role): void;
  iceServersAre(servers: readonly IceServer[]): void;
  peerIs(presence: 'away' | 'gone'): void;
  /** The other side is there. @param isBack it may have missed what was written to it */
  meet(peerMe: string | undefined, isBack: boolean): void;
  /** This side's connection is back, and the other side is as it was. */
  back(): void;
  /** This side has entered, and found the other side here, away, or gone (`null`). */
  enter(peer: { me?: string | undefined; isHere: boolean } | null): void;
  over(failure: ChannelFailure): void;
}

/** Messages that may wait for the first handler; above it, numbered ones are left to the sender. */
const maxWaiting = 1000;
const maxWaitingTraces = 200;
const receiptsWithinMs = 1000;
const goodbyeWithinMs = 900;

export function createChannel(parts: ChannelParts): CarriedChannel {
  const { clock, me, name } = parts;
  // How many messages may wait is decided before one is taken, since it cannot be given back.
  const keep = { message: Infinity, signal: Infinity, trace: maxWaitingTraces };
  const emitter = createEmitter<ChannelEvents>(keep);
  let role: Role = 'initiator';
  const firstRoles = new Map<string | undefined, Role>();
  let roleAtMeeting: Role = role;
  let iceServers: readonly IceServer[] = [];
  let state: ChannelState = 'open';
  let peer: PeerPresence = 'gone';
  let peerMe: string | undefined;
  let closing: Promise<void> | undefined;
  let tellClosed: (failure: ChannelFailure) => void;
  const closed = new Promise<ChannelFailure>((resolve) => {
    tellClosed = resolve;
  });

  const trace: Tracer = (direction, event, args = []) => {
    const traced: TraceEvent = { at: clock.now(), direction, event, args };
    callHandler(parts.onTrace, traced);
    emitter.emit('trace', traced);
  };

  const sender = createSender({ ...parts, trace });
  const receiver: Receiver = createReceiver({
    ...parts,
    sender,
    hasRoom: () => emitter.countWaiting('message') + emitter.countWaiting('signal') < maxWaiting,
    deliver(as, value) {
      const signal = readCallSignal(value);
      if (signal) emitter.emit('signal', signal.value);
      else emitter.emit('message', value, { as });
    },
  });

  function setState(now: 'open' | 'reconnecting'): void {
    if (state === now || state === 'closed') return;
    state = now;
    emitter.emit('state', now);
  }

  function setPeer(presence: PeerPresence): void {
    if (peer === presence) return;
    if (peer === 'gone' && peerMe === undefined) roleAtMeeting = role;
    peer = presence;
    emitter.emit('peer', presence);
  }

  /** Another client than before: the one that was there is gone. */
  function setPeerMe(other: string | undefined): void {
    if (other === peerMe) return;
    setPeer('gone');
    peerMe = other;
    roleAtMeeting = firstRoles.get(other) ?? role;
    firstRoles.set(other, roleAtMeeting);
  }

  function send(value: unknown, as: SignalKind, isUrgent?: boolean): Promise<void> {
    if (closing === undefined) return sender.send(value, as, isUrgent);
    const refused = Promise.reject(new ChannelFailure('closed'));
    refused.catch(() => {});
    return refused;
  }

  async function close(): Promise<void> {
    // A peer that is not there cannot send a receipt in time.
    if (state === 'open' && peer === 'here') await sender.settled(receiptsWithinMs);
    receiver.giveReceipt();
    parts.leave(new ChannelFailure('closed'), goodbyeWithinMs);
    await closed;
  }

  const channel: SignalingChannel = {
    name,
    me,
    closed,
    get role() {
      return role;
    },
    get roleAtMeeting() {
      return roleAtMeeting;
    },
    get state() {
      return state;
    },
    get peer() {
      return peer;
    },
    get peerMe() {
      return peerMe;
    },
    get receipts() {
      return sender.receipts;
    },
    get iceServers() {
      return iceServers;
    },
    send: (value, { as = 'message' }: SendOptions = {}) => send(value, as),
    sendSignal: (value) => send(writeCallSignal(value), 'message', true),
    on: emitter.on,
    close: () => (closing ??= close()),
  };

  return {
    channel,
    trace,
    receive: receiver.take,
    receipt: sender.receipt,
    limit: sender.limit,
    roleIs(now) {
      if (role === now) return;
      role = now;
      emitter.emit('role', now);
    },
    iceServersAre(servers) {
      iceServers = servers;
      emitter.emit('iceServers', servers);
    },
    lost() {
      sender.drop();
      setState('reconnecting');
    },
    back() {
      setState('open');
      sender.enter(peer === 'here' ? { me: peerMe } : null, true);
    },
    peerIs(presence) {
      if (presence === 'away') sender.awayIs();
      else sender.goneIs();
      setPeer(presence);
    },
    meet(other, isBack) {
      setPeerMe(other);
      // First the event that the other side is there, then its messages and receipts.
      setPeer('here');
      sender.meet({ me: other }, isBack);
    },
    enter(other) {
      setState('open');
      if (other) setPeerMe(other.me);
      setPeer(other === null ? 'gone' : other.isHere ? 'here' : 'away');
      sender.enter(other, other?.isHere ?? false);
    },
    over(failure) {
      if (state === 'closed') return;
      state = 'closed';
      sender.close(failure);
      // It can be given no more; its timer ends.
      receiver.giveReceipt();
      emitter.emit('state', 'closed', failure);
      tellClosed(failure);
    },
  };
}
