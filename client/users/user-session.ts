// Stays logged in: logs in, takes its name back after a lost connection, subscribes to the list of users; writes the frames of a
// call. Leaves the call itself to user-calls.ts, and reconnecting to the connection.
import { findFlaw } from '../../server/protocol/json-value.js';
import type { SignalKind, SignalMeta } from '../../server/protocol/room-events.js';
import type {
  ClientMessage,
  LoginAnswer,
  ServerMessage,
  UserRefusal,
} from '../../server/protocol/user-messages.js';
import type { LoginSuccess } from './user-call.js';
import { ChannelFailure } from '../transport/channel-failure.js';
import { createIceGrants, withoutCredentials } from '../transport/ice-grants.js';
import { openConnection } from '../transport/connection.js';
import type { ConnectionContext } from '../transport/connection-port.js';
import { askAgainMs } from '../transport/reconnect-policy.js';
import type { Sink } from '../reliable/outbox.js';
import { createPace, type Pace } from '../reliable/pace.js';
import { randomId, type ResumeTokens } from '../transport/resume-tokens.js';
import { callHandler } from '../channel/emitter.js';
import type { IceServer } from '../channel/signaling-channel.js';
import type { OpenUserTransport, OwnMessage, UserTransport } from '../transport/websocket-transport.js';

/** What the server sends beside answers to logins. */
export type LineMessage = Exclude<ServerMessage, { type: 'login' | 'iceServers' }>;

export interface UserSessionParts extends ConnectionContext {
  name: string;
  token?: string | undefined;
  openTransport: OpenUserTransport;
  tokens: ResumeTokens;
  /** The server has given these: before `onEntered`, and whenever the last ones were about to run out. */
  onIceServers: (servers: readonly IceServer[]) => void;
  /** Waits in line before the first login, instead of failing with `taken`. */
  onWait?: ((freeInMs: number | undefined) => void) | undefined;
  onEntered: (answer: LoginSuccess) => void;
  onMessage: (message: LineMessage) => void;
  onLost: () => void;
  onOver: (failure: ChannelFailure) => void;
}

export interface UserSession {
  /** For messages between users, of all calls on this connection. */
  readonly pace: Pace;
  /** Drops the message while there is no connection. */
  send(message: ClientMessage): void;
  check(): void;
  /** Logs out, and ends when the server closes, or when the time is over; also a login that is on its way. */
  leave(failure: ChannelFailure, withinMs: number): void;
}

/** The default of `GRACE_MS`: the server does not tell its own. */
const graceMs = 30_000;

/** Attempts to get a name back that its own lost connection still holds. */
const maxTakenAnswers = 6;

export function openUserSession(parts: UserSessionParts): UserSession {
  const { name, tokens, trace, clock } = parts;
  const pace = createPace();
  let wasInside = false;
  let takenAnswers = 0;
  /** The client instance id of this line, which counts its logins, so that a late one is known as such. */
  const me = randomId();
  let logins = 0;
  /** The last one on which this side has sent a login that was not answered with `taken`. */
  let asked: UserTransport | undefined;
  let isLoggedOut = false;

  const takeIce = createIceGrants(
    clock,
    () => {
      send({ type: 'iceServers' });
    },
    parts.onIceServers,
  );

  const connection = openConnection<UserTransport, ServerMessage>({
    ...parts,
    open: (events) =>
      parts.openTransport(events, (bytes) => {
        pace.spend(bytes, clock.now());
      }),
    onOpen(transport) {
      asked = transport;
      // Resume tokens are not traced.
      trace('out', 'login', [{ type: 'login', name, resume: true }]);
      transport.send(login());
    },
    onEvent(message) {
      const type = typeof message === 'string' ? 'greeting' : message.type;
      trace('in', type, [withoutCredentials(message)]);
      if (typeof message === 'object' && message.type === 'login') take(message);
      else if (typeof message === 'object' && message.type === 'iceServers') takeIce(message);
      else if (isError(message, 'taken-over')) connection.end(new ChannelFailure('taken-over'));
      else if (connection.isInside) parts.onMessage(message);
      else if (isError(message, 'unavailable')) connection.retry('unavailable');
    },
    // Whatever it answers will do: the list, or that it is hidden.
    ask: askForUsers,
    sayGoodbye(transport) {
      transport.logOut();
    },
    mustSayGoodbye: (wasInside) => !wasInside && !isLoggedOut,
    onOver(failure, isKnown, transport) {
      takeIce();
      // Also a login that is still on its way is to leave no name behind.
      transport?.logOut();
      if (isKnown) tokens.forget();
      tokens.release();
      parts.onOver(failure);
    },
  });

  function login(): OwnMessage {
    const message = {
      type: 'login',
      name,
      resume: true,
      seat: tokens.current,
      next: tokens.propose(),
      me,
      attempt: ++logins,
    } as const;
    return parts.token === undefined ? message : { ...message, token: parts.token };
  }

  function take(answer: LoginAnswer): void {
    tokens.answered(clock);
    if (answer.success) {
      wasInside = true;
      takenAnswers = 0;
      tokens.confirm();
      takeIce(answer);
      pace.start(answer.rateLimit, clock.now());
      connection.entered(answer.resumed ? 'resumed' : 'logged in', 0, graceMs);
      parts.onEntered(answer);
      if (connection.transport) askForUsers(connection.transport);
    } else if (answer.reason === 'taken' && wasInside && ++takenAnswers < maxTakenAnswers) {
      connection.retry('taken');
    } else if (answer.reason === 'taken' && parts.onWait && !wasInside && !connection.leaving) {
      asked = undefined;
      connection.askAgain(askAgainMs(answer.retryInMs));
      callHandler(parts.onWait, answer.retryInMs);
    } else if (answer.reason === 'stale' || answer.reason === 'try-later') {
      connection.retry(answer.reason);
    } else {
      const reason = answer.reason === 'unauthorized' ? 'refused' : answer.reason;
      const failure = new ChannelFailure(reason, { message: answer.message, code: answer.reason });
      connection.end(connection.leaving ?? failure);
    }
  }

  function askForUsers(transport: UserTransport): void {
    const message = { type: 'users', watch: true } as const;
    trace('out', 'users', [message]);
    transport.send(message);
  }

  function send(message: ClientMessage): void {
    if (!connection.isInside) return;
    trace('out', message.type, [message]);
    connection.transport?.send(message);
  }

  return {
    pace,
    send,
    check: connection.check,
    leave(failure, withinMs) {
      if (asked) connection.leave(failure, withinMs);
      else connection.end(failure);
      if (connection.isInside || !asked || asked !== connection.transport) return;
      isLoggedOut = true;
      asked.logOut();
    },
  };
}

function isError(message: ServerMessage, code: UserRefusal['code']): boolean {
  return typeof message === 'object' && message.type === 'error' && message.code === code;
}

/** What the reliable layer writes to in a call with this user: frames as call-frames.ts describes and reads them. */
export function createCallSink(
  name: string,
  send: (message: ClientMessage) => void,
  check: () => void,
): Sink {
  const writeValue = (as: SignalKind, value: unknown, meta?: SignalMeta): unknown => ({
    parley: { as, value, meta },
  });
  const sendCandidate = (candidate: unknown): void => {
    send({ type: 'candidate', name, candidate });
  };
  return {
    addedDepth: 2,
    write(as, value, meta) {
      if (meta) sendCandidate(writeValue(as, value, meta));
      else if (as === 'response') send({ type: 'answer', name, answer: value });
      else sendCandidate(value);
    },
    acknowledge(receipt) {
      sendCandidate({ parley: { receipt } });
    },
    isAbove: (maxBytes, { as, value }, meta) =>
      findFlaw(writeValue(as, value, meta), maxBytes) === 'too-large',
    check,
  };
}
