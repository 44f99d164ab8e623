// Behaves as the client of Google's WebRTC codelab does: its id comes with its role, and `ready` starts the call.
import { io } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { Transport } from '../room-client.js';
import { promiseOf, type CallingClient } from './chapter-five.js';
import { createPretendPeer, type Candidate, type Description, type PretendPeer } from './pretend-peer.js';

export function openCodelab(url: string, transport: Transport, room: string, name: string): CallingClient {
  const log: string[] = [];
  const socket = io(url, { transports: [transport], forceNew: true, reconnection: false });
  onTestFinished(() => {
    socket.disconnect();
  });
  let isInitiator = false;
  let peer: PretendPeer | undefined;
  const [connected, reportConnected] = promiseOf<string[]>();
  const [hungUp, reportHangUp] = promiseOf<undefined>();
  const [entered, reportEntered] = promiseOf<undefined>();
  const [paired, reportPaired] = promiseOf<undefined>();

  const sendMessage = (message: unknown): void => {
    socket.emit('message', message);
  };
  const noteRole = (event: string, channel: string, id: string): void => {
    log.push(`${event} ${channel} ${id === socket.id ? 'own id' : id}`);
    isInitiator = event === 'created';
    reportEntered(undefined);
  };

  socket.emit('create or join', room);
  socket.emit('ipaddr');
  socket.on('ipaddr', (address: string) => log.push(`ipaddr ${address}`));
  socket.on('created', (channel: string, id: string) => noteRole('created', channel, id));
  socket.on('joined', (channel: string, id: string) => noteRole('joined', channel, id));
  socket.on('full', (channel: string) => {
    log.push(`full ${channel}`);
    reportEntered(undefined);
  });
  socket.on('ready', () => {
    log.push('ready');
    reportPaired(undefined);
    peer = createPretendPeer(name, sendMessage);
    void peer.connected.then(reportConnected);
    if (isInitiator) sendMessage(peer.describe('offer'));
  });
  socket.on('log', (lines: unknown[]) => log.push(`log ${lines.join('')}`));
  socket.on('message', (message: string | Description | Candidate) => {
    if (typeof message === 'string') log.push(`message ${message}`);
    else if (message.type === 'candidate') peer?.takeCandidate(message);
    else {
      peer?.takeDescription(message);
      if (message.type === 'offer' && peer) sendMessage(peer.describe('answer'));
    }
  });
  socket.on('bye', (channel: string) => {
    log.push(`bye ${channel}`);
    reportHangUp(undefined);
  });

  return {
    log,
    connected,
    hungUp,
    entered,
    paired,
    // This client asks for the camera too, but tells nobody.
    allowMedia: () => {},
    leave() {
      socket.emit('bye', room);
      socket.disconnect();
    },
  };
}
