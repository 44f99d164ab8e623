// What each message of the user protocol does: parses it, and handles it. Leaves the order to the event queue, logging in to
// login-handler, and calls to call-handler.
import { wireId } from '../cluster/address.js';
import type { Coordinator } from '../kernel/coordinator.js';
import {
  parseFrame,
  parseUserMessage,
  type Frame,
  type UserMessage,
} from '../protocol/parse-user-message.js';
import { createFaultLog, type Logger } from '../observability/logger.js';
import { isTooLong } from '../protocol/limits.js';
import { parseLogin, type LoginRequest } from '../protocol/parse-login.js';
import { parseRelay } from '../protocol/parse-relay.js';
import { echoType, userRefusals } from '../protocol/user-refusals.js';
import type { IceServers } from '../transport/ice-servers.js';
import { isRelayed, type CallHandler } from './call-handler.js';
import type { UserList } from './user-list.js';
import { logOut, vanish } from './user-rules.js';
import type { UserSession } from './user-session.js';
import type { UserView } from './user-view.js';
import type { Actor, User } from './user.js';

export interface UserHandlerParts {
  coordinator: Coordinator<User, UserView>;
  calls: CallHandler;
  list: UserList;
  handleLogin: (session: UserSession, request: LoginRequest) => Promise<void>;
  iceServers: IceServers;
  settings: { graceMs: number; maxMessageBytes: number; userList: boolean };
  logger: Logger;
}

/** How a connection ended: its client closed it, or it is just gone. [U22] */
export type Ending = 'closed' | 'dropped';

export interface UserHandlers {
  /** Handles one text frame. Never throws, never rejects. */
  handle(session: UserSession, text: string): void | Promise<void>;
  /**
   * The connection is gone. Never rejects.
   * @param silentMs for how long nothing has come from it
   */
  leave(session: UserSession, ending: Ending, silentMs?: number): Promise<void>;
}

export function createUserHandlers(parts: UserHandlerParts): UserHandlers {
  const { coordinator, calls, list, handleLogin, iceServers, settings, logger } = parts;
  const { graceMs, maxMessageBytes, userList } = settings;
  const onFault = createFaultLog(
    logger,
    'error',
    'A message could not be handled; its client is told "unavailable".',
  );

  function handleFrame(session: UserSession, frame: Frame, event: string): void | Promise<void> {
    if (frame['type'] === 'login') {
      const login = parseLogin(frame);
      return login.ok ? handleLogin(session, login.value) : session.refuse(login.refusal, event);
    }
    const { actor } = session;
    // [U5] Before anything else is read: what else is wrong is not told to a stranger.
    if (!actor) return session.refuse(userRefusals.notLoggedIn(), event);
    const message = parseUserMessage(frame, maxMessageBytes);
    if (!message.ok) return session.refuse(message.refusal, event);
    return handleMessage(session, actor, message.value);
  }

  function handleMessage(session: UserSession, actor: Actor, message: UserMessage): void | Promise<void> {
    if (message.type === 'leave') session.log.debug('Disconnecting from %s', message.to.written);
    else if ('to' in message) session.log.debug('Sending %s to: %s', message.type, message.to.written);
    switch (message.type) {
      case 'offer':
      case 'answer':
      case 'candidate':
        return calls.signal(session, actor, message);
      case 'leave':
        return calls.leave(session, actor, message);
      case 'users':
        if (!userList) return session.refuse(userRefusals.hidden(), message.type);
        return list.show(session, message.watch);
      case 'iceServers':
        // [U26]
        return session.send({ type: 'iceServers', ...iceServers.give(wireId(session.id)) });
    }
  }

  return {
    handle(session, text) {
      // Most of what two who talk send each other.
      const raw = session.call ? parseRelay(text, maxMessageBytes) : undefined;
      if (raw && isRelayed(session, raw)) {
        session.log.debug('Sending %s to: %s', raw.type, raw.to.written);
        return calls.relay(session, raw.type, raw.value);
      }
      // To parse 170 KB of keys takes as long as hundreds of messages. [U15]
      if (isTooLong(text, maxMessageBytes)) {
        return session.refuse(
          session.actor ? userRefusals.tooLarge(maxMessageBytes) : userRefusals.notLoggedIn(),
        );
      }
      const frame = parseFrame(text);
      if (!frame.ok) return session.refuse(frame.refusal);
      const event = echoType(frame.value['type']);
      const report = (cause: unknown): void => {
        onFault(cause, { id: wireId(session.id), event });
        session.refuse(userRefusals.unavailable(), event);
      };
      try {
        return handleFrame(session, frame.value, event)?.catch(report);
      } catch (cause) {
        report(cause);
      }
    },
    async leave({ id, claim }, ending, silentMs = 0) {
      const { key, isHolder } = claim;
      claim.close();
      if (key === undefined) return;
      const actor = { name: key, connection: id } as Actor;
      const rule = ending === 'closed' ? logOut(actor) : vanish(actor, graceMs, silentMs);
      await coordinator.end([key], rule, !isHolder);
    },
  };
}
