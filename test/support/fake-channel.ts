// A signaling channel that the test moves: who is there, what comes, how it ends.
import type { ChannelFailure } from '../../client/transport/channel-failure.js';
import { createEmitter } from '../../client/channel/emitter.js';
import type {
  ChannelEvents,
  ChannelState,
  IceServer,
  PeerPresence,
  Role,
  SignalingChannel,
} from '../../client/channel/signaling-channel.js';

export interface FakeChannel {
  readonly channel: SignalingChannel;
  /** What the call has said to the other one's call; a receipt comes once that one is here. */
  readonly said: Record<string, unknown>[];
  /** Listeners that it has. */
  readonly listeners: number;
  /** @param me the other's incarnation; another one: the one before is gone */
  peerIs(presence: PeerPresence, me?: string): void;
  stateIs(state: 'open' | 'reconnecting'): void;
  hear(signal: unknown): void;
  iceServersAre(servers: readonly IceServer[]): void;
  over(failure: ChannelFailure): void;
}

/** @param onSaid hears what the call says, at once */
export function createFakeChannel(
  role: Role = 'initiator',
  onSaid: (signal: Record<string, unknown>) => void = () => {},
): FakeChannel {
  const emitter = createEmitter<ChannelEvents>({ signal: Infinity });
  const said: Record<string, unknown>[] = [];
  let listeners = 0;
  let state: ChannelState = 'open';
  let peer: PeerPresence = 'gone';
  let peerMe: string | undefined;
  let iceServers: readonly IceServer[] = [];
  /** Receipts that are still to come. */
  const awaited: (() => void)[] = [];
  let tellClosed: (failure: ChannelFailure) => void;
  const closed = new Promise<ChannelFailure>((resolve) => {
    tellClosed = resolve;
  });

  function setPeer(presence: PeerPresence): void {
    if (peer === presence) return;
    peer = presence;
    giveReceipts();
    emitter.emit('peer', presence);
  }

  function giveReceipts(): void {
    if (state === 'open' && peer === 'here') for (const give of awaited.splice(0)) give();
  }

  const channel: SignalingChannel = {
    name: 'red',
    role,
    roleAtMeeting: role,
    me: 'a',
    receipts: true,
    closed,
    get state() {
      return state;
    },
    get peer() {
      return peer;
    },
    get peerMe() {
      return peerMe;
    },
    get iceServers() {
      return iceServers;
    },
    send: () => Promise.resolve(),
    sendSignal(value) {
      const signal = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
      said.push(signal);
      onSaid(signal);
      const received = new Promise<void>((resolve) => awaited.push(resolve));
      giveReceipts();
      return received;
    },
    on(event, listener) {
      const stop = emitter.on(event, listener);
      listeners += 1;
      return () => {
        listeners -= 1;
        stop();
      };
    },
    close: () => Promise.resolve(),
  };

  return {
    channel,
    said,
    get listeners() {
      return listeners;
    },
    peerIs(presence, me = peerMe) {
      if (me !== peerMe) setPeer('gone');
      peerMe = me;
      setPeer(presence);
    },
    stateIs(now) {
      state = now;
      giveReceipts();
      emitter.emit('state', now);
    },
    hear(signal) {
      emitter.emit('signal', signal);
    },
    iceServersAre(servers) {
      iceServers = servers;
      emitter.emit('iceServers', servers);
    },
    over(failure) {
      state = 'closed';
      emitter.emit('state', 'closed', failure);
      tellClosed(failure);
    },
  };
}
