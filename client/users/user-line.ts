// A line for calls by user name: the session, the list of users and the calls, put together.
import type { ListedUser } from '../../server/protocol/user-messages.js';
import { callHandler, createEmitter } from '../channel/emitter.js';
import type { ChannelState, IceServer, SignalingChannel } from '../channel/signaling-channel.js';
import { ChannelFailure } from '../transport/channel-failure.js';
import { createResumeTokens, busyOf, randomId, type TokenStorage } from '../transport/resume-tokens.js';
import type { TraceEvent } from '../transport/connection-port.js';
import { createUserCalls, type CallOptions, type IncomingCall } from './user-calls.js';
import { openUserSession, type LineMessage, type UserSessionParts } from './user-session.js';

export interface UserLineEvents {
  users: (users: readonly ListedUser[]) => void;
  incoming: (call: IncomingCall) => void;
  state: (state: ChannelState, failure?: ChannelFailure) => void;
  trace: (event: TraceEvent) => void;
}

export interface UserLine {
  readonly name: string;
  readonly state: ChannelState;
  /** The users that could be called, as last received. */
  readonly users: readonly ListedUser[];
  /** STUN and TURN servers for calls, as last given by the server; the channels of calls have them too. */
  readonly iceServers: readonly IceServer[];
  /** Resolves with the reason when the line is over for good. */
  readonly closed: Promise<ChannelFailure>;
  /** @returns the function that removes the handler */
  on<Name extends keyof UserLineEvents>(event: Name, handler: UserLineEvents[Name]): () => void;
  /**
   * Rings, while the line is down as soon as it is up again, and resolves when the other takes the call.
   * @throws {ChannelFailure} `not-online`, `busy`, `declined`, `in-call`, `aborted`, `refused`, `bad-name`,
   * `too-large`, `too-deep`, or why the line is closed
   */
  call(name: string, options?: CallOptions): Promise<SignalingChannel>;
  /** Hangs up and logs out. Idempotent, never rejects. */
  close(): Promise<void>;
  /** For `await using`: closes. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Time to log out. */
const goodbyeWithinMs = 900;

export interface UserLineParts extends Omit<
  UserSessionParts,
  'tokens' | 'onIceServers' | 'onEntered' | 'onMessage' | 'onLost' | 'onOver' | 'trace'
> {
  /** Names the server and the user: for the resume token. */
  key: string;
  storage?: TokenStorage | undefined;
  /** The address to which a page that goes reports its name; undefined: not known. [U30] */
  leaveUrl?: string | undefined;
  signal?: AbortSignal | undefined;
  onTrace?: ((event: TraceEvent) => void) | undefined;
}

/** Resolves when logged in. @throws {ChannelFailure} `taken`, `bad-name`, `refused`, `unreachable`, `aborted` */
export function openLoggedInLine(parts: UserLineParts): Promise<UserLine> {
  const { name, clock, signal } = parts;
  if (signal?.aborted) return Promise.reject(new ChannelFailure('aborted'));
  const others = busyOf(parts.key, parts);
  if (others) return others.then((ms) => openLoggedInLine({ ...parts, unreachableAfterMs: ms }));
  const emitter = createEmitter<UserLineEvents>();
  const tokens = createResumeTokens(parts.key, parts.storage);
  let state: ChannelState = 'open';
  let isClosing = false;
  let users: readonly ListedUser[] = [];
  let iceServers: readonly IceServer[] = [];
  let tellClosed: (failure: ChannelFailure) => void;
  const closed = new Promise<ChannelFailure>((resolve) => {
    tellClosed = resolve;
  });
  let tellOpen: () => void;
  let tellFailed: (failure: ChannelFailure) => void;

  function tell(event: TraceEvent): void {
    callHandler(parts.onTrace, event);
    emitter.emit('trace', event);
  }

  function setState(now: ChannelState, failure?: ChannelFailure): void {
    if (state === now) return;
    state = now;
    emitter.emit('state', now, failure);
  }

  function handle(message: LineMessage): void {
    if (typeof message !== 'object') return;
    calls.handle({ is: 'message', message });
    if (message.type !== 'users') return;
    users = message.users;
    emitter.emit('users', users);
  }

  const onAbort = (): void => {
    if (isClosing) return;
    const failure = new ChannelFailure('aborted');
    tellFailed(failure);
    leave(failure);
  };

  function leave(failure: ChannelFailure): void {
    tokens.leaving(closed);
    session.leave(failure, goodbyeWithinMs);
  }

  const { leaveUrl, page } = parts;
  const stopLeaving = page.onLeave(() => {
    if (leaveUrl) page.sendLast(leaveUrl, JSON.stringify({ name, seat: tokens.current }));
  });
  const session = openUserSession({
    ...parts,
    tokens,
    trace(direction, event, args = []) {
      tell({ at: clock.now(), direction, event, args });
    },
    onIceServers(servers) {
      iceServers = servers;
      calls.iceServersAre(servers);
    },
    onEntered(answer) {
      setState('open');
      calls.handle({ is: 'back', answer });
      tellOpen();
    },
    onMessage: handle,
    onLost() {
      calls.handle({ is: 'lost' });
      setState('reconnecting');
    },
    onOver(failure) {
      stopLeaving();
      signal?.removeEventListener('abort', onAbort);
      calls.handle({ is: 'over', failure });
      setState('closed', failure);
      tellClosed(failure);
    },
  });
  signal?.addEventListener('abort', onAbort);
  const calls = createUserCalls({
    me: randomId(),
    clock,
    pace: session.pace,
    send: session.send,
    check: session.check,
    iceServers: () => iceServers,
    onIncoming(call) {
      emitter.emit('incoming', call);
    },
    // The frames are traced by the session; of the call, what it does by itself.
    onTrace: tell,
  });

  const line: UserLine = {
    name,
    closed,
    get state() {
      return state;
    },
    get users() {
      return users;
    },
    get iceServers() {
      return iceServers;
    },
    on: emitter.on,
    call(other, options = {}) {
      if (state === 'closed') return closed.then((failure) => Promise.reject(failure));
      return calls.call(other, options);
    },
    async close() {
      isClosing = true;
      tokens.leaving(closed);
      await calls.hangUp();
      leave(new ChannelFailure('closed'));
      await closed;
    },
    [Symbol.asyncDispose]: () => line.close(),
  };
  return new Promise((resolve, reject) => {
    tellOpen = () => {
      resolve(line);
    };
    tellFailed = reject;
    void closed.then(reject);
  });
}
