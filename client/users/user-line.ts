// A line for calls by user name: the session, the list of users and the calls, put together.
import type { ListedUser } from '../../server/protocol/user-messages.js';
import { createEmitter } from '../channel/emitter.js';
import type { ChannelState, IceServer, SignalingChannel } from '../channel/signaling-channel.js';
import { ChannelFailure } from '../transport/channel-failure.js';
import { randomId, createResumeTokens, findSessionStorage } from '../transport/resume-tokens.js';
import type { TraceEvent } from '../transport/trace.js';
import { createUserCalls, type CallOptions, type IncomingCall } from './user-calls.js';
import { openUserSession, type LineMessage, type UserSessionParts } from './user-session.js';
import { realClock } from '../transport/clock.js';
import { defaultUnreachableAfterMs } from '../transport/connection.js';
import { findPage } from '../transport/page.js';
import { createReconnectPolicy } from '../transport/reconnect-policy.js';
import { parseServerUrl } from '../transport/page.js';
import { webSocketTransport, type WebSocketConstructor } from '../transport/websocket-transport.js';

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
  /** @returns a function that stops listening */
  on<Name extends keyof UserLineEvents>(event: Name, listener: UserLineEvents[Name]): () => void;
  /**
   * Rings, while the line is down as soon as it is up again, and resolves when the other takes the call.
   * @throws {ChannelFailure} `not-online`, `busy`, `declined`, `in-call`, `aborted`, `refused`, `bad-name`,
   * `too-large`, `too-deep`, or why the line is closed
   */
  call(name: string, options?: CallOptions): Promise<SignalingChannel>;
  /** Hangs up and logs out. Idempotent, never rejects. */
  close(): Promise<void>;
}

/** Time to log out. */
const goodbyeWithinMs = 900;

export interface UserLineParts extends Omit<
  UserSessionParts,
  'onIceServers' | 'onEntered' | 'onMessage' | 'onLost' | 'onOver' | 'trace'
> {
  signal?: AbortSignal | undefined;
  onTrace?: ((event: TraceEvent) => void) | undefined;
}

/** Resolves when logged in. @throws {ChannelFailure} `taken`, `bad-name`, `refused`, `unreachable`, `aborted` */
export function openLoggedInLine(parts: UserLineParts): Promise<UserLine> {
  const { name, clock, signal } = parts;
  if (signal?.aborted) return Promise.reject(new ChannelFailure('aborted'));
  const emitter = createEmitter<UserLineEvents>();
  let state: ChannelState = 'open';
  let users: readonly ListedUser[] = [];
  let iceServers: readonly IceServer[] = [];
  let tellClosed: (failure: ChannelFailure) => void;
  const closed = new Promise<ChannelFailure>((resolve) => {
    tellClosed = resolve;
  });
  let tellOpen: () => void;

  function tell(event: TraceEvent): void {
    parts.onTrace?.(event);
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
    const failure = new ChannelFailure('aborted');
    if (state === 'reconnecting') session.leave(failure, goodbyeWithinMs);
    else session.end(failure);
  };
  const session = openUserSession({
    ...parts,
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
      await calls.hangUp();
      session.leave(new ChannelFailure('closed'), goodbyeWithinMs);
      await closed;
    },
  };
  return new Promise((resolve, reject) => {
    tellOpen = () => {
      resolve(line);
    };
    void closed.then(reject);
  });
}

export interface OpenUserLineOptions {
  /** Sent along. This server asks for none yet, so it protects nothing. */
  token?: string;
  /** Aborting calls the opening off; later it closes the line. */
  signal?: AbortSignal;
  /** Hears every trace event from the first on, also when the line never opens. */
  onTrace?: (event: TraceEvent) => void;
  /** Milliseconds of failed attempts after which opening gives up. Default: 10,000. */
  unreachableAfterMs?: number;
  /** Default: the browser's, or in a Node that has none that of the package `ws`. */
  WebSocket?: WebSocketConstructor;
}

/**
 * Logs in as `name` at the address of the calls: `ws://localhost:9090`, or `/calls` of the page's own server.
 * @throws {ChannelFailure} `taken`, `bad-name`, `refused`, `unreachable`, `aborted`
 * @example
 * ```ts
 * import { openUserLine } from 'parley/client';
 *
 * const ann = await openUserLine('http://localhost:8181/calls', 'ann');
 * const bob = await openUserLine('http://localhost:8181/calls', 'bob');
 * bob.on('incoming', (call) => {
 *   console.log(`${call.name} calls: ${call.about}`); // prints: ann calls: lunch?
 *   const channel = call.accept(); // or call.decline()
 *   channel.on('message', (value) => console.log(`bob hears ${value}`)); // prints: bob hears at noon
 * });
 * const channel = await ann.call('bob', { about: 'lunch?' }); // rings; resolves when bob takes the call
 * await channel.send('at noon');
 * await ann.close(); // hangs up and logs out
 * await bob.close();
 * ```
 */
export async function openUserLine(
  url: string | URL,
  name: string,
  options: OpenUserLineOptions = {},
): Promise<UserLine> {
  const address = parseServerUrl(url, 'ws');
  return openLoggedInLine({
    name,
    token: options.token,
    signal: options.signal,
    onTrace: options.onTrace,
    openTransport: webSocketTransport(address, options.WebSocket),
    tokens: createResumeTokens(`parley ${address.href} ${name}`, findSessionStorage()),
    policy: createReconnectPolicy(),
    clock: realClock,
    page: findPage(),
    unreachableAfterMs: options.unreachableAfterMs ?? defaultUnreachableAfterMs,
  });
}
