// A channel of the room protocol: what the server's events mean for the conversation. Leaves the connection to the line.
import type { EnterAnswer, WireEvent } from '../../server/protocol/room-events.js';
import { createCatchUp } from './catch-up.js';
import { ChannelFailure } from './channel-failure.js';
import type { Clock } from './clock.js';
import { createConversation } from './conversation.js';
import { createPace } from './pace.js';
import { findPage, type PageEvents } from './page-events.js';
import { createReconnectPolicy, type ReconnectPolicy } from './reconnect-policy.js';
import { openRoomLine } from './room-line.js';
import type { OpenRoomTransport } from './room-transport.js';
import { createSeatSecrets, findSessionStorage, randomId, type SecretStorage } from './seat-secrets.js';
import type { SignalingChannel } from './signaling-channel.js';
import type { TraceEvent } from './trace.js';

export interface RoomChannelParts {
  /** The server's address, without a slash at its end. */
  server: string;
  channel: string;
  openTransport: OpenRoomTransport;
  clock: Clock;
  unreachableAfterMs: number;
  signal?: AbortSignal | undefined;
  onTrace?: ((event: TraceEvent) => void) | undefined;
  /** Replaceable for tests. Default: the page's, if there is one. */
  page?: PageEvents | undefined;
  storage?: SecretStorage | undefined;
  policy?: ReconnectPolicy | undefined;
}

export interface RoomChannel extends SignalingChannel {
  /**
   * Resolves when everything that the server has said until now is heard, for a page that stood still, in a prompt.
   * During a drop that is on the return; at the end it is at once. Never rejects.
   */
  caughtUp(): Promise<void>;
}

/** Resolves when this side has its seat. @throws {ChannelFailure} when it gets none */
export function openRoomChannel(parts: RoomChannelParts): Promise<RoomChannel> {
  const { server, channel: name, clock, signal } = parts;
  if (signal?.aborted) return Promise.reject(new ChannelFailure('aborted'));
  const me = randomId();
  const pace = createPace();
  const conversation = createConversation({
    name,
    me,
    clock,
    pace,
    onTrace: parts.onTrace,
    write(as, value, meta) {
      const envelope = { channel: name, message: value };
      if (meta) line.emit(as, envelope, meta);
      else line.emit(as, envelope);
    },
    acknowledge: (receipt) => {
      line.emit('received', { channel: name, ...receipt });
    },
    check: () => {
      line.check();
    },
    leave: (failure, withinMs) => {
      line.sayBye(failure, withinMs);
    },
  });
  const { post } = conversation;
  const catchUp = createCatchUp((answered) => {
    line.ask(answered);
  });
  const channel: RoomChannel = Object.assign(conversation.channel, { caughtUp: catchUp.wait });

  function enter({ role, peer }: EnterAnswer): void {
    if (role) conversation.roleIs(role);
    conversation.stateIs('open');
    conversation.enter(peer && { me: peer.me, isHere: peer.presence === 'here' });
  }

  function hear(event: WireEvent): void {
    switch (event[0]) {
      case 'created':
        conversation.roleIs('initiator');
        return;
      case 'joined':
        conversation.roleIs('joiner');
        return;
      case 'ready':
        conversation.meet(event[2].me, false);
        return;
      case 'peer back':
        conversation.meet(event[1].me, true);
        return;
      case 'peer away':
        conversation.peerIs('away');
        return;
      case 'peer gone':
        conversation.peerIs('gone');
        return;
      case 'message':
      case 'response':
        conversation.take(event[0], event[1], event[2]);
        return;
      case 'received':
        post.receipt(event[1]);
        return;
      case 'refused': {
        const { code, limit, message } = event[1];
        if (code === 'too-large' && limit !== undefined) post.limit(limit, message);
        return;
      }
      // The line's business, the same news in another client's word, or nothing to do: see PROTOCOL.md.
      case 'Bye':
      case 'taken-over':
      case 'full':
      case 'remotePeerJoining':
      case 'join':
      case 'broadcast: joined':
      case 'draining':
      case 'bye':
      case 'log':
        return;
    }
  }

  const onAbort = (): void => {
    if (channel.state === 'closed') return;
    if (isOpen) line.sayBye(new ChannelFailure('aborted'), abortWithinMs);
    else line.end(new ChannelFailure('aborted'));
  };
  let isOpen = false;
  const line = openRoomLine({
    channel: name,
    me,
    pace,
    openTransport: parts.openTransport,
    leaveUrl: `${server}/leave`,
    secrets: createSeatSecrets(`parley ${server} ${name}`, parts.storage ?? findSessionStorage()),
    policy: parts.policy ?? createReconnectPolicy(),
    clock,
    page: parts.page ?? findPage(),
    unreachableAfterMs: parts.unreachableAfterMs,
    trace: conversation.trace,
    onIceServers: conversation.iceServersAre,
    onEntered(answer) {
      enter(answer);
      catchUp.askAgain();
      isOpen = true;
      tellOpen();
    },
    onEvent: hear,
    onLost() {
      post.drop();
      conversation.stateIs('reconnecting');
    },
    onOver(failure) {
      signal?.removeEventListener('abort', onAbort);
      conversation.over(failure);
      catchUp.end();
    },
  });
  signal?.addEventListener('abort', onAbort);

  let tellOpen: () => void;
  return new Promise((resolve, reject) => {
    tellOpen = () => {
      resolve(channel);
    };
    void channel.closed.then(reject);
  });
}

const abortWithinMs = 900;
