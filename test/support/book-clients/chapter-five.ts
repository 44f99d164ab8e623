// Behaves as the client of the book's chapter 5 does: bare messages, and a call as soon as media and channel are ready.
import { io } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { Transport } from '../room-client.js';
import { createPretendPeer, type Candidate, type Description, type PretendPeer } from './pretend-peer.js';

export interface CallingClient {
  /** The server's events that the client listens to, as they came. */
  readonly log: string[];
  /** Resolves with what the peer connection has taken. */
  readonly connected: Promise<string[]>;
  /** Resolves when the other has hung up. */
  readonly hungUp: Promise<void>;
  /** Resolves when the client has its role, or has heard that the channel is full. */
  readonly entered: Promise<void>;
  /** Resolves when the client knows that they are two. */
  readonly paired: Promise<void>;
  /** The person allows camera and microphone. */
  allowMedia(): void;
  /** The page is closed. */
  leave(): void;
}

type Bare = 'got user media' | 'bye' | Description | Candidate;

export function openChapterFive(
  url: string,
  transport: Transport,
  room: string,
  name: string,
): CallingClient {
  const log: string[] = [];
  const socket = io(url, { transports: [transport], forceNew: true, reconnection: false });
  onTestFinished(() => {
    socket.disconnect();
  });
  let isInitiator = false;
  let isChannelReady = false;
  let hasMedia = false;
  let isStarted = false;
  const [connected, reportConnected] = promiseOf<string[]>();
  const [hungUp, reportHangUp] = promiseOf<undefined>();
  const [entered, reportEntered] = promiseOf<undefined>();
  const [paired, reportPaired] = promiseOf<undefined>();
  let peer: PretendPeer | undefined;

  const sendMessage = (message: Bare): void => {
    socket.emit('message', message);
  };

  function checkAndStart(): void {
    if (isStarted || !hasMedia || !isChannelReady) return;
    isStarted = true;
    peer = createPretendPeer(name, sendMessage);
    void peer.connected.then(reportConnected);
    if (isInitiator) sendMessage(peer.describe('offer'));
  }

  socket.emit('create or join', room);
  socket.on('created', (channel: string) => {
    log.push(`created ${channel}`);
    isInitiator = true;
    reportEntered(undefined);
  });
  socket.on('full', (channel: string) => {
    log.push(`full ${channel}`);
    reportEntered(undefined);
  });
  socket.on('join', (channel: string) => {
    log.push(`join ${channel}`);
    isChannelReady = true;
    reportPaired(undefined);
  });
  socket.on('joined', (channel: string) => {
    log.push(`joined ${channel}`);
    isChannelReady = true;
    reportPaired(undefined);
    reportEntered(undefined);
  });
  socket.on('log', (lines: unknown[]) => log.push(`log ${lines.join('')}`));
  socket.on('message', (message: Bare) => {
    if (message === 'got user media') checkAndStart();
    else if (message === 'bye') {
      if (isStarted) reportHangUp(undefined);
    } else if (message.type === 'offer') {
      if (!isInitiator && !isStarted) checkAndStart();
      peer?.takeDescription(message);
      if (peer) sendMessage(peer.describe('answer'));
    } else if (!isStarted) return;
    else if (message.type === 'candidate') peer?.takeCandidate(message);
    else peer?.takeDescription(message);
  });

  return {
    log,
    connected,
    hungUp,
    entered,
    paired,
    allowMedia() {
      hasMedia = true;
      sendMessage('got user media');
      if (isInitiator) checkAndStart();
    },
    leave() {
      sendMessage('bye');
      socket.disconnect();
    },
  };
}

export function promiseOf<Value>(): [Promise<Value>, (value: Value) => void] {
  let settle: (value: Value) => void = () => {};
  const promise = new Promise<Value>((resolve) => {
    settle = resolve;
  });
  return [promise, settle];
}
