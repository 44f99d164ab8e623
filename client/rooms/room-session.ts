// A channel of the room protocol over a connection that may be lost: enters, takes its seat back, says Bye. It is what
// the reliable layer writes to. Leaves reconnecting to the connection, and what other events mean to room-events.ts.
import { findFlaw } from '../../server/protocol/json-value.js';
import type { EnterAnswer, WireEvent } from '../../server/protocol/room-events.js';
import { createChannel } from '../channel/channel.js';
import type { SignalingChannel } from '../channel/signaling-channel.js';
import { createPace } from '../reliable/pace.js';
import type { Sink } from '../reliable/outbox.js';
import { ChannelFailure } from '../transport/channel-failure.js';
import type { Clock } from '../transport/clock.js';
import { openConnection } from '../transport/connection.js';
import { createIceGrants, withoutCredentials } from '../transport/ice-grants.js';
import { findPage, type PageEvents } from '../transport/page.js';
import { createReconnectPolicy, type ReconnectPolicy } from '../transport/reconnect-policy.js';
import {
  createResumeTokens,
  findSessionStorage,
  randomId,
  type TokenStorage,
} from '../transport/resume-tokens.js';
import type { OpenRoomTransport, RoomTransport } from '../transport/socket-io-transport.js';
import type { TraceEvent } from '../transport/trace.js';
import { createCatchUp } from './room-events.js';
import { handleRoomEvent } from './room-events.js';

export interface RoomChannelParts {
  /** The server's address, without a slash at its end. */
  server: string;
  channel: string;
  openTransport: OpenRoomTransport;
  clock: Clock;
  unreachableAfterMs: number;
  signal?: AbortSignal | undefined;
  onTrace?: ((event: TraceEvent) => void) | undefined;
  /** Replaceable for tests. Default: the page's, if there is one. */
  page?: PageEvents | undefined;
  storage?: TokenStorage | undefined;
  policy?: ReconnectPolicy | undefined;
}

export interface RoomChannel extends SignalingChannel {
  /**
   * Resolves when everything that the server has sent until now is received, for a page that was blocked, in a prompt.
   * During a lost connection that is on the return; at the end it is at once. Never rejects.
   */
  caughtUp(): Promise<void>;
}

/** The server could not answer this time; another attempt may succeed. */
const passingCodes: readonly (string | undefined)[] = ['unavailable', 'draining', 'stale', 'try-later'];

const abortWithinMs = 900;

/** Resolves when this side has its seat. @throws {ChannelFailure} when it gets none */
export function openRoomChannel(parts: RoomChannelParts): Promise<RoomChannel> {
  const { server, channel: name, clock, signal } = parts;
  if (signal?.aborted) return Promise.reject(new ChannelFailure('aborted'));
  const me = randomId();
  const pace = createPace();
  const page = parts.page ?? findPage();
  const tokens = createResumeTokens(`parley ${server} ${name}`, parts.storage ?? findSessionStorage());
  let requests = 0;
  let isOpen = false;
  let tellOpen: () => void;

  /** Without a connection nothing is sent: the layers above send again what matters. */
  const emit: RoomTransport['emit'] = (event, ...args) => {
    if (!connection.isInside) return;
    trace('out', event, args);
    connection.transport?.emit(event, ...args);
  };

  const sink: Sink = {
    addedDepth: 0,
    write(as, value, meta) {
      const envelope = { channel: name, message: value };
      if (meta) emit(as, envelope, meta);
      else emit(as, envelope);
    },
    acknowledge(receipt) {
      emit('received', { channel: name, ...receipt });
    },
    isAbove: (maxBytes, { value }) => findFlaw(value, maxBytes) === 'too-large',
    check: () => connection.check(),
  };

  const carried = createChannel({
    name,
    me,
    clock,
    pace,
    sink,
    onTrace: parts.onTrace,
    leave: (failure, withinMs) => connection.leave(failure, withinMs),
  });
  const { trace } = carried;

  const catchUp = createCatchUp((answered) => {
    if (connection.isInside && connection.transport) ask(connection.transport, answered);
  });
  const channel: RoomChannel = Object.assign(carried.channel, { caughtUp: catchUp.wait });
  const takeIce = createIceGrants(
    clock,
    () => {
      if (!connection.isInside) return;
      trace('out', 'ice servers');
      connection.transport?.emit('ice servers', (answer) => {
        if (!connection.isInside) return;
        trace('in', 'ice servers', [withoutCredentials(answer)]);
        takeIce(answer);
      });
    },
    carried.iceServersAre,
  );

  const stopLeaving = page.onLeave(() =>
    page.sendLast(`${server}/leave`, JSON.stringify({ channel: name, seat: tokens.current })),
  );

  const connection = openConnection<RoomTransport, WireEvent>({
    policy: parts.policy ?? createReconnectPolicy(),
    clock,
    page,
    unreachableAfterMs: parts.unreachableAfterMs,
    trace,
    open: (events) => parts.openTransport(events, (bytes) => pace.spend(bytes, clock.now())),
    onOpen: enter,
    onEvent(event) {
      trace('in', event[0], event.slice(1));
      if (connection.isInside) handle(event);
    },
    ask,
    sayGoodbye(transport) {
      trace('out', 'Bye', [name]);
      transport.emit('Bye', name);
    },
    onLost() {
      carried.lost();
    },
    onOver(failure, transport) {
      stopLeaving();
      takeIce();
      signal?.removeEventListener('abort', onAbort);
      // The request to enter may be on its way: what is aborted leaves no seat behind.
      if (failure.reason === 'aborted') transport?.emit('Bye', name);
      // After giving up, the seat may still be there for the next try.
      if (failure.reason !== 'unreachable') tokens.forget();
      tokens.release();
      carried.over(failure);
      catchUp.end();
    },
  });
  signal?.addEventListener('abort', onAbort);

  function enter(transport: RoomTransport): void {
    // Resume tokens are not traced.
    trace('out', 'create or join', [name, { resume: true, me }]);
    const options = { resume: true, seat: tokens.current, next: tokens.propose(), me, attempt: ++requests };
    transport.emit('create or join', name, options, (answer) => {
      if (transport === connection.transport) take(answer);
    });
  }

  function take(answer: EnterAnswer): void {
    const { status, message, code } = answer;
    trace('in', 'create or join', [withoutCredentials(answer)]);
    if (status === 'full') {
      connection.end(new ChannelFailure('full'));
    } else if (status !== 'refused') {
      beInside(answer);
    } else if (passingCodes.includes(code)) {
      connection.retry(code ?? status);
    } else {
      connection.end(new ChannelFailure(code === 'ended' ? 'ended' : 'refused', { message, code }));
    }
  }

  function beInside(answer: EnterAnswer): void {
    const { status, role, peer, rateLimit, heartbeatMs } = answer;
    tokens.confirm();
    takeIce(answer);
    pace.start(rateLimit, clock.now());
    connection.entered(status, heartbeatMs);
    if (role) carried.roleIs(role);
    carried.enter(peer && { me: peer.me, isHere: peer.presence === 'here' });
    catchUp.askAgain();
    isOpen = true;
    tellOpen();
  }

  function handle(event: WireEvent): void {
    if (event[0] === 'taken-over') {
      connection.end(new ChannelFailure('taken-over'));
    } else if (event[0] === 'Bye') {
      const reason: string = event[1].reason;
      emit('Ack');
      connection.end(connection.leaving ?? new ChannelFailure(reason === 'expelled' ? 'expelled' : 'ended'));
    } else {
      handleRoomEvent(event, carried);
    }
  }

  function ask(transport: RoomTransport, answered: () => void): void {
    trace('out', 'check');
    transport.emit('check', answered);
  }

  function onAbort(): void {
    if (isOpen) connection.leave(new ChannelFailure('aborted'), abortWithinMs);
    else connection.end(new ChannelFailure('aborted'));
  }

  return new Promise((resolve, reject) => {
    tellOpen = () => resolve(channel);
    void channel.closed.then(reject);
  });
}
