// A channel of the room protocol over a connection that may be lost: enters, takes its seat back, says Bye. It is what
// the reliable layer writes to. Leaves reconnecting to the connection, and what other events mean to room-events.ts.
import { findFlaw } from '../../server/protocol/json-value.js';
import type { EnterAnswer, WireEvent } from '../../server/protocol/room-events.js';
import { createChannel } from '../channel/channel.js';
import { callHandler } from '../channel/emitter.js';
import type { RoomChannel } from '../channel/signaling-channel.js';
import { createPace } from '../reliable/pace.js';
import type { Sink } from '../reliable/outbox.js';
import { ChannelFailure } from '../transport/channel-failure.js';
import { openConnection } from '../transport/connection.js';
import type { ConnectionContext, TraceEvent } from '../transport/connection-port.js';
import { createIceGrants } from '../transport/ice-grants.js';
import { findPage } from '../transport/page.js';
import { askAgainMs, createReconnectPolicy } from '../transport/reconnect-policy.js';
import {
  createResumeTokens,
  busyOf,
  findSessionStorage,
  randomId,
  type TokenStorage,
} from '../transport/resume-tokens.js';
import type { OpenRoomTransport, RoomTransport } from '../transport/socket-io-transport.js';
import { createCatchUp, handleRoomEvent } from './room-events.js';
import { createRoomRequests, enterFailure, isPassing } from './room-requests.js';

/** Without a page, a storage or a policy of the test's own these are the page's, and the default. */
export interface RoomChannelParts
  extends
    Omit<ConnectionContext, 'page' | 'policy' | 'trace'>,
    Partial<Pick<ConnectionContext, 'page' | 'policy'>> {
  /** The server's address, without a slash at its end. */
  server: string;
  channel: string;
  openTransport: OpenRoomTransport;
  signal?: AbortSignal | undefined;
  /** Waits in line before the first seat, instead of failing with `full`. */
  onWait?: ((freeInMs: number | undefined) => void) | undefined;
  onTrace?: ((event: TraceEvent) => void) | undefined;
  storage?: TokenStorage | undefined;
}

const abortWithinMs = 900;

/** Resolves when this side has its seat. @throws {ChannelFailure} when it gets none */
export function openRoomChannel(parts: RoomChannelParts): Promise<RoomChannel> {
  const { server, channel: name, clock, signal, onTrace } = parts;
  if (signal?.aborted) return Promise.reject(new ChannelFailure('aborted'));
  const key = `parley ${server} ${name.normalize()}`;
  const others = busyOf(key, parts);
  if (others) return others.then((ms) => openRoomChannel({ ...parts, unreachableAfterMs: ms }));
  const me = randomId();
  const pace = createPace();
  const page = parts.page ?? findPage();
  const tokens = createResumeTokens(key, parts.storage ?? findSessionStorage());
  /** Goes by `leave`, or by `Bye`, whichever the program wants first; undefined: it stays. */
  let isLeaving: boolean | undefined;
  let isOpen = false;
  /** The last one on which this side has sent a request to enter that was not answered with `full`. */
  let asked: RoomTransport | undefined;
  let tellOpen: () => void;
  let tellFailed: (failure: ChannelFailure) => void;

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

  const carried = createChannel({ name, me, clock, pace, sink, onTrace, leave: depart });
  const { trace } = carried;
  const requests = createRoomRequests(name, me, tokens, trace);
  const catchUp = createCatchUp((answered) => {
    if (connection.isInside && connection.transport) requests.check(connection.transport, answered);
  });
  const { close } = carried.channel;
  const channel: RoomChannel = Object.assign(carried.channel, {
    caughtUp: catchUp.wait,
    close: () => go(false),
    leave: () => go(true),
    [Symbol.asyncDispose]: () => channel.leave(),
  });
  const askForIce = (): void => {
    if (!connection.isInside || !connection.transport) return;
    requests.iceServers(connection.transport, (answer) => {
      if (connection.isInside) takeIce(answer);
    });
  };
  const takeIce = createIceGrants(clock, askForIce, carried.iceServersAre);

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
    onOpen: (transport) => (isLeaving ? leave(transport) : enter(transport)),
    onEvent(event) {
      trace('in', event[0], event.slice(1));
      if (connection.isInside) handle(event);
    },
    ask: requests.check,
    sayGoodbye: (transport) => (isLeaving ? leave(transport) : emit('Bye', name)),
    mustSayGoodbye: (wasInside) => isLeaving === true || !wasInside,
    onLost: carried.lost,
    onOver(failure, isKnown) {
      stopLeaving();
      takeIce();
      signal?.removeEventListener('abort', onAbort);
      // The seat may still be there for the next try; after a Bye its token would end that.
      if (isKnown || isLeaving === false) tokens.forget();
      tokens.release();
      carried.over(failure);
      catchUp.end();
    },
  });
  signal?.addEventListener('abort', onAbort);

  function enter(transport: RoomTransport): void {
    asked = transport;
    requests.enter(transport, (answer) => {
      if (transport !== connection.transport) return;
      tokens.answered(clock);
      const failure = enterFailure(answer);
      if (answer.status === 'full' && parts.onWait && !isOpen && !isLeaving) waitInLine(answer);
      else if (failure) connection.end(connection.leaving ?? failure);
      else if (answer.status === 'refused') connection.retry(answer.code ?? '');
      else beInside(answer);
    });
  }

  function waitInLine({ retryInMs }: EnterAnswer): void {
    asked = undefined;
    connection.askAgain(askAgainMs(retryInMs));
    callHandler(parts.onWait, retryInMs);
  }

  /** Gives the seat up, also while this side enters. Said again until the server has answered, or the time is over. */
  function leave(transport: RoomTransport): void {
    requests.leave(transport, (answer) => {
      if (transport !== connection.transport) return;
      if (isPassing(answer)) connection.retry(answer.code ?? '');
      else connection.end(connection.leaving ?? new ChannelFailure('closed'));
    });
  }

  function go(byLeave: boolean): Promise<void> {
    isLeaving ??= byLeave;
    tokens.leaving(channel.closed);
    return close();
  }

  function depart(failure: ChannelFailure, withinMs: number): void {
    tokens.leaving(channel.closed);
    if (asked) connection.leave(failure, withinMs);
    else connection.end(failure);
    if (isLeaving && !connection.isInside && asked && asked === connection.transport) leave(asked);
  }

  function beInside(answer: EnterAnswer): void {
    const { status, role, peer, rateLimit, heartbeatMs, graceMs } = answer;
    isOpen = true;
    tokens.confirm();
    takeIce(answer);
    pace.start(rateLimit, clock.now());
    connection.entered(status, heartbeatMs, graceMs);
    if (role) carried.roleIs(role);
    carried.enter(peer && { me: peer.me, isHere: peer.presence === 'here' });
    catchUp.askAgain();
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

  function onAbort(): void {
    if (isLeaving !== undefined) return;
    isLeaving = true;
    const failure = new ChannelFailure('aborted');
    tellFailed(failure);
    depart(failure, abortWithinMs);
  }

  return new Promise((resolve, reject) => {
    tellOpen = () => resolve(channel);
    tellFailed = reject;
    void channel.closed.then(reject);
  });
}
