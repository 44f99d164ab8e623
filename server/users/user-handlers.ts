// What each message of the user protocol does: parses it, decides it or relays it. Leaves the order to the event queue,
// and logging in to login-handler.
import { wireId } from '../cluster/address.js';
import type { MessageBus } from '../cluster/message-bus.js';
import type { Coordinator } from '../kernel/coordinator.js';
import type { Addressee } from '../protocol/parse-user-name.js';
import {
  parseFrame,
  type Frame,
  parseUserMessage,
  type CheckedSignal,
  type UserMessage,
} from '../protocol/parse-user-message.js';
import { createFaultLog, type Logger } from '../observability/logger.js';
import { parseLogin, type LoginRequest } from '../protocol/parse-login.js';
import { parseRelay } from '../protocol/parse-relay.js';
import { echoType, userRefusals } from '../protocol/user-refusals.js';
import type { IceServers } from '../transport/ice-servers.js';
import { answer, leave, offer, takeBackCall, type Verdict } from './call-rules.js';
import type { UserList } from './user-list.js';
import type { UserPayload } from './user-record.js';
import { logOut, vanish } from './user-rules.js';
import type { UserSession } from './user-session.js';
import type { UserView } from './user-view.js';
import type { Actor, User, UserRule } from './user.js';

export interface UserHandlerParts {
  coordinator: Coordinator<User, UserView>;
  bus: Pick<MessageBus<UserPayload>, 'send'>;
  list: UserList;
  handleLogin: (session: UserSession, request: LoginRequest) => Promise<void>;
  iceServers: IceServers;
  settings: { graceMs: number; maxMessageBytes: number; userList: boolean };
  logger: Logger;
}

/** How a connection ended: its client closed it, or it is just gone. [U22] */
export type Ending = 'closed' | 'dropped';

type RelayType = CheckedSignal['type'];

export interface UserHandlers {
  /** Handles one text frame. Never throws, never rejects. */
  handle(session: UserSession, text: string): void | Promise<void>;
  /** The connection is gone. Never rejects. */
  leave(session: UserSession, ending: Ending): Promise<void>;
}

export function createUserHandlers(parts: UserHandlerParts): UserHandlers {
  const { coordinator, bus, list, handleLogin, iceServers, settings, logger } = parts;
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
        if (isRelayed(session, message)) return relay(session, message.type, JSON.stringify(message.value));
        if (message.type === 'offer') return call(session, actor, message);
        if (message.type === 'answer') {
          return decide(session, message, answer(actor, message.to, message.value));
        }
        return session.refuse(userRefusals.notInCall(message.to.written), message.type);
      case 'leave':
        return decide(session, message, leave(actor, message.to));
      case 'users':
        if (!userList) return session.refuse(userRefusals.hidden(), message.type);
        return list.show(session, message.watch);
      case 'iceServers':
        // [U26]
        return session.send({ type: 'iceServers', ...iceServers.give(wireId(session.id)) });
    }
  }

  /** [U10] The first callee is released whatever becomes of the second call: two transactions, one queue. */
  async function call(session: UserSession, actor: Actor, message: CheckedSignal): Promise<void> {
    const { to, value } = message;
    const first = session.call;
    if (first && first.name !== to.name && to.name !== actor.name) {
      await coordinator.request(session.claim, {
        keys: [actor.name, first.name],
        rule: takeBackCall(actor, first.name),
        granted: ({ status }) => {
          if (status === 'done') session.forgetCall(first);
        },
      });
    }
    return decide(session, message, offer(actor, to, value));
  }

  async function decide(
    session: UserSession,
    message: Extract<UserMessage, { to: Addressee }>,
    rule: UserRule<Verdict>,
  ): Promise<void> {
    const { actor, call: current } = session;
    if (!actor) return;
    const verdict = await coordinator.request(session.claim, {
      keys: [actor.name, message.to.name],
      rule,
      granted: ({ status }) => {
        if (message.type === 'leave' && status === 'done') session.forgetCall(current);
      },
    });
    if (verdict.status === 'refused') session.refuse(verdict.refusal, message.type);
    if (verdict.status === 'relay' && 'value' in message) {
      relay(session, message.type, JSON.stringify(message.value));
    }
  }

  /** Touches no store: both ends of a call know it. [U8] [U9] @param value JSON */
  function relay({ id, call: current, user }: UserSession, type: RelayType, value: string): void {
    if (!current || !user) return;
    // [U11] Candidates of an offer that lost: the other has not seen it.
    if (type === 'candidate' && current.isMuted) return;
    const text = `{"type":"${type}","${type}":${value},"name":${JSON.stringify(user.written)}}`;
    // The two ends send candidates again, but not what negotiates.
    bus.send(
      current.connection,
      { kind: 'relay', from: id, text },
      type === 'candidate' ? 'relay' : 'assured',
    );
  }

  return {
    handle(session, text) {
      // Most of what two who talk send each other.
      const raw = session.call ? parseRelay(text, maxMessageBytes) : undefined;
      if (raw && isRelayed(session, raw)) {
        session.log.debug('Sending %s to: %s', raw.type, raw.to.written);
        return relay(session, raw.type, raw.value);
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
    async leave({ id, claim }, ending) {
      const { key, isHolder } = claim;
      claim.close();
      if (key === undefined) return;
      const actor = { name: key, connection: id } as Actor;
      const rule = ending === 'closed' ? logOut(actor) : vanish(actor, graceMs);
      await coordinator.end([key], rule, !isHolder);
    },
  };
}

/** Whether both ends know of a call in which this goes to the other as it is. [U8] [U9] */
function isRelayed({ call }: UserSession, { type, to }: { type: RelayType; to: Addressee }): boolean {
  if (call?.name !== to.name) return false;
  if (type === 'candidate') return true;
  return type === 'offer' ? call.state === 'talking' : call.state !== 'called';
}
