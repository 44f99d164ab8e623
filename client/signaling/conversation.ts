// What every channel has, whatever carries it: listeners, messages that wait for them, states, sending, closing.
import { createArrivals } from './arrivals.js';
import { readCallSignal, writeCallSignal } from './call-signal.js';
import { ChannelFailure } from './channel-failure.js';
import { createEmitter } from './emitter.js';
import { createPost, type Post, type PostParts } from './post.js';
import type {
  ChannelEvents,
  ChannelState,
  IceServer,
  PeerPresence,
  Role,
  SendOptions,
  SignalingChannel,
  SignalKind,
} from './signaling-channel.js';
import type { TraceEvent, Tracer } from './trace.js';
import type { SignalMeta } from '../../server/protocol/room-events.js';

export interface ConversationParts extends Pick<
  PostParts,
  'me' | 'clock' | 'pace' | 'acknowledge' | 'check' | 'wrap'
> {
  name: string;
  /** Hears every trace event as well, from the first on. */
  onTrace?: ((event: TraceEvent) => void) | undefined;
  write: (as: SignalKind, value: unknown, meta: SignalMeta | undefined) => void;
  /** Says goodbye and calls `over`, within this many ms. */
  leave: (failure: ChannelFailure, withinMs: number) => void;
}

/** The channel, and the strings by which the one who carries it moves it. */
export interface Conversation {
  readonly channel: SignalingChannel;
  readonly post: Post;
  readonly trace: Tracer;
  take(as: SignalKind, value: unknown, meta: SignalMeta | undefined): void;
  roleIs(role: Role): void;
  iceServersAre(servers: readonly IceServer[]): void;
  stateIs(state: 'open' | 'reconnecting'): void;
  /** The presence of the other side, and its incarnation where it is known to be another. */
  peerIs(presence: PeerPresence): void;
  /** @param isBack it may have missed what was written to it */
  meet(peerMe: string | undefined, isBack: boolean): void;
  /** This side has entered, and found the other there, away, or nobody. */
  enter(peer: { me?: string | undefined; isHere: boolean } | null): void;
  over(failure: ChannelFailure): void;
}

/** Messages that may wait for the first listener; above it, numbered ones are left to the sender. */
const maxWaiting = 1000;
const maxWaitingTraces = 200;
const receiptsWithinMs = 1000;
const goodbyeWithinMs = 900;

export function createConversation(parts: ConversationParts): Conversation {
  const { clock, me, name } = parts;
  const emitter = createEmitter<ChannelEvents>();
  const messages = createArrivals(emitter, 'message');
  const signals = createArrivals(emitter, 'signal');
  const traces: TraceEvent[] = [];
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
    tell({ at: clock.now(), direction, event, args });
  };

  function tell(event: TraceEvent): void {
    parts.onTrace?.(event);
    if (emitter.hasListener('trace')) emitter.emit('trace', event);
    else if (traces.length < maxWaitingTraces) traces.push(event);
  }

  const post = createPost({
    me,
    clock,
    pace: parts.pace,
    write(as, value, meta, isResent) {
      if (isResent) trace('here', 'again', [meta?.seq]);
      parts.write(as, value, meta);
    },
    acknowledge: parts.acknowledge,
    check: parts.check,
    wrap: parts.wrap,
    deliver(as, value) {
      const signal = readCallSignal(value);
      if (signal) signals.push(signal.value);
      else messages.push(value, { as });
    },
  });

  function setPeer(presence: PeerPresence): void {
    if (peer === presence) return;
    if (peer === 'gone' && peerMe === undefined) roleAtMeeting = role;
    peer = presence;
    emitter.emit('peer', presence);
  }

  /** Somebody else than before: whoever was there is gone. */
  function setPeerMe(other: string | undefined): void {
    if (other === peerMe) return;
    setPeer('gone');
    peerMe = other;
    roleAtMeeting = firstRoles.get(other) ?? role;
    firstRoles.set(other, roleAtMeeting);
  }

  function send(value: unknown, { as = 'message' }: SendOptions = {}): Promise<void> {
    if (closing === undefined) return post.send(value, as);
    const refused = Promise.reject(new ChannelFailure('closed'));
    refused.catch(() => {});
    return refused;
  }

  async function close(): Promise<void> {
    // Whoever is not there cannot send a receipt in time.
    if (state === 'open' && peer === 'here') await post.settled(receiptsWithinMs);
    post.giveReceipt();
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
      return post.receipts;
    },
    get iceServers() {
      return iceServers;
    },
    send,
    sendSignal: (value) => send(writeCallSignal(value)),
    on(event, listener) {
      const isFirst = !emitter.hasListener(event);
      const stop = emitter.on(event, listener);
      if (isFirst && event === 'message') messages.flushSoon();
      if (isFirst && event === 'signal') signals.flushSoon();
      if (isFirst && event === 'trace') for (const early of traces.splice(0)) emitter.emit('trace', early);
      return stop;
    },
    close: () => (closing ??= close()),
  };

  return {
    channel,
    post,
    trace,
    take(as, value, meta) {
      const hasRoom = messages.count + signals.count < maxWaiting;
      if (state !== 'closed') post.take(as, value, meta, hasRoom);
    },
    roleIs(now) {
      if (role === now) return;
      role = now;
      emitter.emit('role', now);
    },
    iceServersAre(servers) {
      iceServers = servers;
      emitter.emit('iceServers', servers);
    },
    stateIs(now) {
      if (state === now || state === 'closed') return;
      state = now;
      emitter.emit('state', now);
    },
    peerIs(presence) {
      if (presence === 'away') post.awayIs();
      if (presence === 'gone') post.goneIs();
      setPeer(presence);
    },
    meet(other, isBack) {
      setPeerMe(other);
      // First the app hears who is there, then what that one says and got.
      setPeer('here');
      post.meet({ me: other }, isBack);
    },
    enter(other) {
      if (other) setPeerMe(other.me);
      setPeer(other === null ? 'gone' : other.isHere ? 'here' : 'away');
      post.enter(other, other?.isHere ?? false);
    },
    over(failure) {
      if (state === 'closed') return;
      state = 'closed';
      post.close(failure);
      emitter.emit('state', 'closed', failure);
      tellClosed(failure);
    },
  };
}
