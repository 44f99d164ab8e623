// Stays logged in: logs in, takes its name back after a drop, keeps the list coming. Leaves calls to the user line.
import type {
  ClientMessage,
  LoginAnswer,
  ServerMessage,
  UserRefusal,
} from '../../server/protocol/user-messages.js';
import { ChannelFailure } from './channel-failure.js';
import { createIceGrants, withoutCredentials } from './ice-grants.js';
import { openLine, type LineSurroundings } from './line.js';
import { createPace, type Pace } from './pace.js';
import { randomId, type SeatSecrets } from './seat-secrets.js';
import type { IceServer } from './signaling-channel.js';
import type { OpenUserTransport, OwnMessage, UserTransport } from './user-transport.js';

export type LoginSuccess = Extract<LoginAnswer, { success: true }>;

/** What the server says beside logging in. */
export type LineMessage = Exclude<ServerMessage, { type: 'login' | 'iceServers' }>;

export interface UserConnectionParts extends LineSurroundings {
  name: string;
  token?: string | undefined;
  openTransport: OpenUserTransport;
  secrets: SeatSecrets;
  /** The server has given these: before `onEntered`, and whenever the last ones were about to run out. */
  onIceServers: (servers: readonly IceServer[]) => void;
  onEntered: (answer: LoginSuccess) => void;
  onMessage: (message: LineMessage) => void;
  onLost: () => void;
  onOver: (failure: ChannelFailure) => void;
}

export interface UserConnection {
  /** For messages between users, of all calls on this line. */
  readonly pace: Pace;
  /** Drops the message while there is no connection. @returns whether there is one */
  send(message: ClientMessage): boolean;
  check(): void;
  /** Logs out, and ends when the server hangs up, or when the time is over. */
  leave(failure: ChannelFailure, withinMs: number): void;
  end(failure: ChannelFailure): void;
}

/** Attempts to get one's own name back from one's own ghost. */
const maxTakenAnswers = 6;

export function openUserConnection(parts: UserConnectionParts): UserConnection {
  const { name, secrets, trace, clock } = parts;
  const pace = createPace();
  let wasInside = false;
  let takenAnswers = 0;
  /** This line's incarnation, which counts its logins, so that a late one is known as such. */
  const me = randomId();
  let logins = 0;

  const takeIce = createIceGrants(
    clock,
    () => {
      send({ type: 'iceServers' });
    },
    parts.onIceServers,
  );

  const line = openLine<UserTransport, ServerMessage>({
    ...parts,
    open: (listeners) =>
      parts.openTransport(listeners, (bytes) => {
        pace.spend(bytes, clock.now());
      }),
    onOpen(transport) {
      // The secret is not shown to whoever watches.
      trace('out', 'login', [{ type: 'login', name, resume: true }]);
      transport.send(login());
    },
    onEvent(message) {
      const type = typeof message === 'string' ? 'greeting' : message.type;
      trace('in', type, [withoutCredentials(message)]);
      if (typeof message === 'object' && message.type === 'login') take(message);
      else if (typeof message === 'object' && message.type === 'iceServers') takeIce(message);
      else if (isError(message, 'taken-over')) line.end(new ChannelFailure('taken-over'));
      else if (line.isInside) parts.onMessage(message);
      else if (isError(message, 'unavailable')) line.retry('unavailable');
    },
    // Whatever it answers is a sign of life: the list, or that it is hidden.
    ask: askForUsers,
    sayGoodbye(transport) {
      transport.logOut();
    },
    onOver(failure, transport) {
      takeIce();
      // Also a login that is still on its way is to leave no name behind.
      transport?.logOut();
      if (failure.reason !== 'unreachable') secrets.forget();
      secrets.release();
      parts.onOver(failure);
    },
  });

  function login(): OwnMessage {
    const message = {
      type: 'login',
      name,
      resume: true,
      seat: secrets.seat,
      next: secrets.propose(),
      me,
      attempt: ++logins,
    } as const;
    return parts.token === undefined ? message : { ...message, token: parts.token };
  }

  function take(answer: LoginAnswer): void {
    if (answer.success) {
      wasInside = true;
      takenAnswers = 0;
      secrets.confirm();
      takeIce(answer);
      pace.start(answer.rateLimit, clock.now());
      line.entered(answer.resumed ? 'resumed' : 'logged in', 0);
      parts.onEntered(answer);
      if (line.transport) askForUsers(line.transport);
    } else if (answer.reason === 'taken' && wasInside && ++takenAnswers < maxTakenAnswers) {
      line.retry('taken');
    } else if (answer.reason === 'stale' || answer.reason === 'try-later') {
      line.retry(answer.reason);
    } else {
      const reason = answer.reason === 'unauthorized' ? 'refused' : answer.reason;
      line.end(new ChannelFailure(reason, { message: answer.message, code: answer.reason }));
    }
  }

  function askForUsers(transport: UserTransport): void {
    const message = { type: 'users', watch: true } as const;
    trace('out', 'users', [message]);
    transport.send(message);
  }

  function send(message: ClientMessage): boolean {
    if (!line.isInside) return false;
    trace('out', message.type, [message]);
    line.transport?.send(message);
    return true;
  }

  return {
    pace,
    send,
    check: line.check,
    leave: line.leave,
    end: line.end,
  };
}

function isError(message: ServerMessage, code: UserRefusal['code']): boolean {
  return typeof message === 'object' && message.type === 'error' && message.code === code;
}
