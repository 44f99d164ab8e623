// What each message of the user protocol does: parse, decide, tell. Leaves logging in to login-listener, order and
// transport to the gateway.
import { nodeOf, wireId } from '../cluster/address.js';
import type { Courier } from '../cluster/courier.js';
import type { IceServers } from '../connections/ice-servers.js';
import type { Addressee } from '../protocol/parse-addressee.js';
import { parseFrame, type Frame } from '../protocol/parse-frame.js';
import { parseLogin, type LoginRequest } from '../protocol/parse-login.js';
import { parseUserMessage, type CheckedSignal, type UserMessage } from '../protocol/parse-user-message.js';
import { echoType, userRefusals } from '../protocol/user-refusals.js';
import { answer, leave, offer, takeBack, type Verdict } from './call-rules.js';
import type { UserConnection } from './user-connection.js';
import type { UserDesk } from './user-desk.js';
import type { UserList } from './user-list.js';
import type { UserParcel } from './user-parcel.js';
import { logOut, vanish, type Actor } from './user-rules.js';

export interface UserListenerParts {
  desk: UserDesk;
  courier: Courier<UserParcel>;
  list: UserList;
  enter: (speaker: UserSpeaker, request: LoginRequest) => Promise<void>;
  iceServers: IceServers;
  settings: { graceMs: number; maxMessageBytes: number; userList: boolean };
  /** Something that it asked for failed: nobody knows what became of it. */
  onDoubt?: (connection: UserConnection) => void;
}

/** Who speaks: the connection, and where it comes from. */
export interface UserSpeaker {
  connection: UserConnection;
  address: string;
}

/** How a connection ended: its client closed it in so many words, or it is just gone. [U22] */
export type Ending = 'closed' | 'dropped';

export interface UserListeners {
  /** Handles one text frame. Never throws, never rejects. */
  hear(speaker: UserSpeaker, text: string): void | Promise<void>;
  /** The connection is gone. */
  leave(connection: UserConnection, ending: Ending): Promise<void>;
}

export function createUserListeners(parts: UserListenerParts): UserListeners {
  const { desk, courier, list, enter, iceServers, settings, onDoubt } = parts;

  function listen(speaker: UserSpeaker, frame: Frame, event: string): void | Promise<void> {
    const { connection } = speaker;
    if (frame['type'] === 'login') {
      const login = parseLogin(frame);
      return login.ok ? enter(speaker, login.value) : connection.refuse(login.refusal, event);
    }
    const { actor, user } = connection;
    // [U5] Before anything else is read: how it is read is no stranger's business.
    if (!actor || !user) return connection.refuse(userRefusals.notLoggedIn(), event);
    const message = parseUserMessage(frame, settings.maxMessageBytes);
    if (!message.ok) return connection.refuse(message.refusal, event);
    return obey(connection, actor, user, message.value);
  }

  function obey(
    connection: UserConnection,
    actor: Actor,
    user: Addressee,
    message: UserMessage,
  ): void | Promise<void> {
    const { log } = connection;
    switch (message.type) {
      case 'offer':
        log.debug('Sending offer to: %s', message.to.written);
        return call(connection, actor, message);
      case 'answer':
        log.debug('Sending answer to: %s', message.to.written);
        return attempt(connection, actor, message, answer(actor, message.to, message.value));
      case 'candidate':
        log.debug('Sending candidate to: %s', message.to.written);
        return relayCandidate(connection, user, message);
      case 'leave':
        log.debug('Disconnecting from %s', message.to.written);
        return attempt(connection, actor, message, leave(actor, message.to));
      case 'users':
        if (!settings.userList) return connection.refuse(userRefusals.hidden(), message.type);
        return list.show(connection, message.watch);
      case 'iceServers':
        // [U26]
        return connection.send({ type: 'iceServers', ...iceServers.give(wireId(connection.id)) });
    }
  }

  /** [U10] The first callee is let go whatever becomes of the second call: two decisions, one queue. */
  async function call(connection: UserConnection, actor: Actor, message: CheckedSignal): Promise<void> {
    const { to, value } = message;
    const { link } = connection;
    if (link && link.name !== to.name && to.name !== actor.name) {
      await desk.decide([actor.name, link.name], takeBack(actor, link.name));
    }
    return attempt(connection, actor, message, offer(actor, to, value));
  }

  async function attempt(
    connection: UserConnection,
    actor: Actor,
    { type, to }: Extract<UserMessage, { to: Addressee }>,
    rule: ReturnType<typeof offer>,
  ): Promise<void> {
    const refusal = await desk.decide<Verdict>([actor.name, to.name], rule);
    if (refusal) connection.refuse(refusal, type);
  }

  /** Asks no store: both ends of a link know it. [U8] */
  function relayCandidate(
    { id, link, refuse }: UserConnection,
    user: Addressee,
    { type, to, value }: CheckedSignal,
  ): void {
    if (link?.name !== to.name) return refuse(userRefusals.notInCall(to.written), type);
    // [U11] They belong to an offer that nobody has seen.
    if (link.isMuted) return;
    const message = { type: 'candidate', candidate: value, name: user.written } as const;
    courier.carry(link.connection, { kind: 'candidate', from: id, message }, 'signal');
  }

  return {
    hear(speaker, text) {
      const { connection } = speaker;
      const frame = parseFrame(text);
      if (!frame.ok) return connection.refuse(frame.refusal);
      const event = echoType(frame.value['type']);
      const report = (cause: unknown): void => {
        connection.log.error({ err: cause, event }, 'a message failed');
        connection.refuse(userRefusals.unavailable(), event);
        onDoubt?.(connection);
      };
      try {
        return listen(speaker, frame.value, event)?.catch(report);
      } catch (cause) {
        report(cause);
      }
    },
    async leave({ id, actor, link, doubts }, ending) {
      const end = (as: Actor): ReturnType<typeof vanish> =>
        ending === 'closed' ? logOut(as) : vanish(as, settings.graceMs);
      for (const name of doubts) await desk.decideForSure([name], end({ name, connection: id }), true);
      if (!actor) return;
      await desk.decideForSure([actor.name], end(actor));
      if (!link || ending === 'closed' || nodeOf(link.connection) === nodeOf(id)) return;
      // Should this node die meanwhile, that one still knows when the grace is over.
      const away = { kind: 'away', name: actor.name, dueInMs: settings.graceMs } as const;
      courier.carry(link.connection, away, 'notice');
    },
  };
}
