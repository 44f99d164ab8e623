// What each message of the user protocol does: parse, decide, tell. Order and transport are the gateway's.
import type { Courier } from '../cluster/courier.js';
import type { Logger } from '../platform/logger.js';
import { parseUserMessage, type Addressee, type UserMessage } from '../protocol/parse-user-message.js';
import type { LoginAnswer } from '../protocol/user-messages.js';
import { userRefusals } from '../protocol/user-refusals.js';
import { answer, leave, offer, takeBack } from './call-rules.js';
import type { UserConnection } from './user-connection.js';
import type { UserList } from './user-list.js';
import type { UserParcel } from './user-parcel.js';
import { logIn, logOut, type Actor, type ConnectionId, type Notice } from './user-rules.js';
import type { UserStore } from './user-store.js';

export interface UserListenerParts {
  store: UserStore;
  courier: Courier<UserParcel>;
  list: UserList;
  settings: { maxMessageBytes: number; userList: boolean };
  /** Asks the connection that holds a name whether its other end is there; if not, it is cut. */
  isAlive: (holder: ConnectionId) => Promise<boolean>;
  /** The connection has a name now. */
  onLogin: (connection: UserConnection) => void;
}

/** Who speaks: the connection and its log. */
export interface UserSpeaker {
  connection: UserConnection;
  log: Logger;
}

export interface UserListeners {
  /** Handles one text frame. Never throws, never rejects. */
  hear(speaker: UserSpeaker, text: string): void | Promise<void>;
  /** The connection is gone. */
  leave(connection: UserConnection): Promise<void>;
}

type Said<Type extends UserMessage['type']> = Extract<UserMessage, { type: Type }>;

export function createUserListeners(parts: UserListenerParts): UserListeners {
  const { store, courier, list, settings, isAlive, onLogin } = parts;

  function listen(speaker: UserSpeaker, message: UserMessage): void | Promise<void> {
    const { connection, log } = speaker;
    if (message.type === 'login') return enter(speaker, message);
    const { actor, user } = connection;
    // [U5]
    if (!actor || !user) return connection.refuse(userRefusals.notLoggedIn());
    switch (message.type) {
      case 'offer':
        log.debug('Sending offer to: %s', message.to.written);
        return call(connection, actor, message);
      case 'answer':
        log.debug('Sending answer to: %s', message.to.written);
        return attempt(connection, actor, message.to, answer(actor, message.to, message.value));
      case 'candidate':
        log.debug('Sending candidate to: %s', message.to.written);
        return relayCandidate(connection, user, message);
      case 'leave':
        log.debug('Disconnecting from %s', message.to.written);
        return attempt(connection, actor, message.to, leave(actor, message.to));
      case 'users':
        if (!settings.userList) return connection.refuse(userRefusals.hidden());
        return list.show(connection, message.watch);
    }
  }

  async function enter({ connection, log }: UserSpeaker, { user }: Said<'login'>): Promise<void> {
    // [U3]
    if (connection.user) return connection.refuse(userRefusals.alreadyLoggedIn(connection.user.written));
    if (!user) return connection.send(refusedLogin('bad-name', userRefusals.badName().message));
    if (!(await takeName(user, connection.id)))
      return connection.send(refusedLogin('taken', `The name ${user.written} is taken.`));
    log.debug('User logged: %s', user.written);
    connection.logIn(user);
    onLogin(connection);
    connection.send({ type: 'login', success: true, iceServers: [] });
  }

  /** [U4] A taken name whose holder does not answer is free, by a decision that names that holder. */
  async function takeName(user: Addressee, id: ConnectionId, mayProbe = true): Promise<boolean> {
    const { outcome } = await store.decide([user.name], logIn(user, id));
    if (outcome.status === 'in') return true;
    if (!mayProbe || (await isAlive(outcome.holder))) return false;
    await free({ name: user.name, connection: outcome.holder });
    return takeName(user, id, false);
  }

  /** [U10] The first callee is let go whatever becomes of the second call: two decisions, one queue. */
  async function call(connection: UserConnection, actor: Actor, { to, value }: Said<'offer'>): Promise<void> {
    const { link } = connection;
    if (link && link.name !== to.name && to.name !== actor.name) {
      const { notices } = await store.decide([actor.name, link.name], takeBack(actor, link.name));
      deliver(notices);
    }
    return attempt(connection, actor, to, offer(actor, to, value));
  }

  async function attempt(
    connection: UserConnection,
    actor: Actor,
    to: Addressee,
    rule: ReturnType<typeof offer>,
  ): Promise<void> {
    const { outcome, notices } = await store.decide([actor.name, to.name], rule);
    deliver(notices);
    if (outcome) connection.refuse(outcome);
  }

  /** Asks no store: both ends of a link know it. [U8] */
  function relayCandidate(
    { id, link, refuse }: UserConnection,
    user: Addressee,
    { to, value }: Said<'candidate'>,
  ): void {
    if (link?.name !== to.name) return refuse(userRefusals.notInCall(to.written));
    // [U11] They belong to an offer that nobody has seen.
    if (link.isMuted) return;
    courier.carry(link.connection, {
      kind: 'candidate',
      from: id,
      message: { type: 'candidate', candidate: value, name: user.written },
    });
  }

  /** [U13] Frees a name; whom it was in a call with may turn out only when the store is asked. */
  async function free(actor: Actor, other = actor.name): Promise<void> {
    const { outcome, notices } = await store.decide([actor.name, other], logOut(actor));
    deliver(notices);
    if (outcome !== undefined) await free(actor, outcome);
  }

  function deliver(notices: Notice[]): void {
    for (const notice of notices) courier.carry(notice.to, { kind: 'notice', notice });
  }

  return {
    hear(speaker, text) {
      const { connection, log } = speaker;
      const parsed = parseUserMessage(text, settings.maxMessageBytes);
      if (!parsed.ok) return connection.refuse(parsed.refusal);
      const report = (cause: unknown): void => {
        log.error({ err: cause, type: parsed.message.type }, 'a message failed');
        connection.refuse(userRefusals.unavailable());
      };
      try {
        return listen(speaker, parsed.message)?.catch(report);
      } catch (cause) {
        report(cause);
      }
    },
    async leave({ actor, link }) {
      if (actor) await free(actor, link?.name);
    },
  };
}

function refusedLogin(reason: 'taken' | 'bad-name', message: string): LoginAnswer {
  return { type: 'login', success: false, reason, message };
}
