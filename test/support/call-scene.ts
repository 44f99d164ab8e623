// A call over a channel, a connection and a camera that the test holds. Time stands still until the test moves it.
import { onTestFinished, vi } from 'vitest';
import type { Call, CallOptions } from '../../client/call/call.js';
import { startCall } from '../../client/call/start-call.js';
import { createFakeChannel, type FakeChannel } from './fake-channel.js';
import { FakeConnection } from './fake-connection.js';
import { FakeStream } from './fake-media.js';
import { settle } from './held-clock.js';

export interface Camera {
  /** One for each time that somebody has asked. */
  readonly asked: unknown[];
  allow(...tracks: MediaStreamTrack[]): void;
  refuse(name: string): void;
}

/** `navigator.connection`; without a type, as on a desktop. */
export type FakeNetwork = EventTarget & { type?: string };

export interface CallScene extends FakeChannel {
  readonly call: Call;
  /** What has happened, in order: states, and failures by their reason. */
  readonly states: string[];
}

/** Puts a browser's classes where a call looks for them, until the test is over. */
export function standInForBrowser(): {
  camera: Camera;
  screen: Camera;
  window: EventTarget;
  network: FakeNetwork;
} {
  vi.useFakeTimers();
  FakeConnection.all.length = 0;
  const camera = createCamera();
  const screen = createCamera();
  const window = new EventTarget();
  const network: FakeNetwork = new EventTarget();
  vi.stubGlobal('RTCPeerConnection', FakeConnection);
  vi.stubGlobal('MediaStream', FakeStream);
  vi.stubGlobal('window', window);
  vi.stubGlobal('navigator', {
    connection: network,
    mediaDevices: { getUserMedia: camera.ask, getDisplayMedia: screen.ask },
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  return { camera, screen, window, network };
}

function createCamera(): Camera & { ask: (constraints: unknown) => Promise<MediaStream> } {
  const asked: unknown[] = [];
  const waiting: { resolve: (stream: MediaStream) => void; reject: (cause: Error) => void }[] = [];
  return {
    asked,
    ask(constraints) {
      asked.push(constraints);
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
      });
    },
    allow(...tracks) {
      waiting.shift()?.resolve(new MediaStream(tracks));
    },
    refuse(name) {
      waiting.shift()?.reject(Object.assign(new Error('No.'), { name }));
    },
  };
}

/** @param channel default: one on which nobody is there */
export function begin(options: CallOptions = {}, channel = createFakeChannel()): CallScene {
  const call = startCall(channel.channel, { media: false, ...options });
  const states: string[] = [];
  call.on('state', (state, failure) => states.push(failure ? `${state}: ${failure.reason}` : state));
  return Object.assign(channel, { call, states });
}

/** Ann calls, and bob's incarnation `b` is there. */
export async function beginWithBob(options: CallOptions = {}): Promise<CallScene> {
  const channel = createFakeChannel();
  channel.peerIs('here', 'b');
  const scene = begin(options, channel);
  await settle();
  return scene;
}

/** What bob's connection says. */
export function bobsOffer(from = 'bob 1', to?: string) {
  return {
    from,
    ...(to !== undefined && { to }),
    description: { type: 'offer', sdp: `the offer of ${from}` },
  };
}

export function bobsAnswer(to: string, from = 'bob 1') {
  return { from, to, description: { type: 'answer', sdp: `the answer of ${from}` } };
}

/** The id of ann's newest connection, by what it has said. */
export function annsId({ said }: FakeChannel): string {
  return String(said.at(-1)?.['from']);
}

/** Ann is in a call with bob: both have agreed, and there is a path. */
export async function beginConnected(options: CallOptions = {}): Promise<CallScene> {
  const scene = await beginWithBob(options);
  scene.hear(bobsAnswer(annsId(scene)));
  await settle();
  FakeConnection.newest().become('connecting');
  FakeConnection.newest().become('connected');
  await settle();
  return scene;
}

export { settle };
