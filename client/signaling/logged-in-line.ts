// Logged in: the connection, the list, and the coordinator for calls, put together as a user line.
import type { ListedUser } from '../../server/protocol/user-messages.js';
import { createCallCoordinator } from './call-coordinator.js';
import { ChannelFailure } from './channel-failure.js';
import { createEmitter } from './emitter.js';
import { randomId } from './seat-secrets.js';
import type { ChannelState, IceServer } from './signaling-channel.js';
import type { TraceEvent } from './trace.js';
import { openUserConnection, type LineMessage, type UserConnectionParts } from './user-connection.js';
import type { UserLine, UserLineEvents } from './user-line.js';

/** Time to log out. */
const goodbyeWithinMs = 900;

export interface UserLineParts extends Omit<
  UserConnectionParts,
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

  function hear(message: LineMessage): void {
    if (typeof message !== 'object') return;
    coordinator.isHeard();
    if (message.type !== 'users') {
      coordinator.hear(message);
      return;
    }
    users = message.users;
    emitter.emit('users', users);
  }

  const onAbort = (): void => {
    const failure = new ChannelFailure('aborted');
    if (state === 'reconnecting') connection.leave(failure, goodbyeWithinMs);
    else connection.end(failure);
  };
  const connection = openUserConnection({
    ...parts,
    trace(direction, event, args = []) {
      tell({ at: clock.now(), direction, event, args });
    },
    onIceServers(servers) {
      iceServers = servers;
      coordinator.iceServersAre(servers);
    },
    onEntered(answer) {
      setState('open');
      coordinator.lineIsBack(answer);
      tellOpen();
    },
    onMessage: hear,
    onLost() {
      coordinator.lineIsLost();
      setState('reconnecting');
    },
    onOver(failure) {
      signal?.removeEventListener('abort', onAbort);
      coordinator.over(failure);
      setState('closed', failure);
      tellClosed(failure);
    },
  });
  signal?.addEventListener('abort', onAbort);
  const coordinator = createCallCoordinator({
    me: randomId(),
    clock,
    connection,
    iceServers: () => iceServers,
    onIncoming(call) {
      emitter.emit('incoming', call);
    },
    // The frames are told by the connection; of the call, what it does by itself.
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
      return coordinator.call(other, options);
    },
    async close() {
      await coordinator.hangUp();
      connection.leave(new ChannelFailure('closed'), goodbyeWithinMs);
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
