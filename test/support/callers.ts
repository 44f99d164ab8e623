// People in a call on a bare page, without parley's own pages: what they do, and what is true of their call.
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { CallState, CallStats } from '../../client/index.js';
import type { Browser, BrowserWindow } from './browser-window.js';

/** For the setting `PUBLIC_DIR`. */
export const callHarness = fileURLToPath(new URL('call-harness', import.meta.url));

export type Protocol = 'rooms' | 'names';

/** As the library's options, as far as JSON can say it; `own`: what `takeMedia` took. */
export interface StartOptions {
  media?: MediaStreamConstraints | false | 'own';
  relayOnly?: boolean;
  answerWithinMs?: number;
  connectWithinMs?: number;
}

export interface Caller {
  readonly window: BrowserWindow;
  read<Result>(script: string): Promise<Result>;
  start(options?: StartOptions): Promise<void>;
  state(): Promise<CallState>;
  /** The states since the call began, without `starting`. */
  states(): Promise<CallState[]>;
  stats(): Promise<CallStats>;
  say(text: string): Promise<void>;
  texts(): Promise<string[]>;
  hangUp(): Promise<void>;
  /** What of this kind it has said to the other's call, as JSON texts. */
  said(kind: 'description' | 'candidate' | 'hangUp'): Promise<string[]>;
}

export async function openCaller(browser: Browser, url: string): Promise<Caller> {
  const window = await browser.openWindow();
  await window.goto(url);
  const { read } = window;
  return {
    window,
    read,
    start: (options = {}) => read(`start(${JSON.stringify(options)})`),
    state: () => read('call.state'),
    states: () => read('heard.states'),
    stats: () => read('call.stats()'),
    say: (text) => read(`call.sendText(${JSON.stringify(text)})`),
    texts: () => read('heard.texts'),
    hangUp: () => read('call.hangUp()'),
    said: (kind) => read(`said('${kind}')`),
  };
}

export async function openPair(
  annsBrowser: Browser,
  bobsBrowser: Browser,
  url: string,
): Promise<[ann: Caller, bob: Caller]> {
  return [await openCaller(annsBrowser, url), await openCaller(bobsBrowser, url)];
}

/** Both have a channel to each other, and nobody has started a call. */
export async function meet(ann: Caller, bob: Caller, protocol: Protocol, name = 'room-42'): Promise<void> {
  if (protocol === 'rooms') {
    await ann.read(`enter('${name}')`);
    await bob.read(`enter('${name}')`);
  } else {
    await Promise.all([ann, bob].map((caller, index) => caller.read(`logIn('${name} ${index}')`)));
    await ann.read(`ring('${name} 1')`);
    await bob.read('nextChannel.then(() => {})');
  }
}

export async function call(ann: Caller, bob: Caller, options?: StartOptions): Promise<void> {
  await Promise.all([ann.start(options), bob.start(options)]);
  await expectConnected(ann, bob);
}

export async function expectState(caller: Caller, state: CallState): Promise<void> {
  await expect.poll(caller.state).toBe(state);
}

export async function expectConnected(...callers: Caller[]): Promise<void> {
  await Promise.all(callers.map((caller) => expectState(caller, 'connected')));
}

/**
 * From now on, at least three more pictures come to each of them. Chromium and Firefox may lose each other first: the
 * library notices a silence after 2.5 to 4 s.
 */
export async function expectFrames(...callers: Caller[]): Promise<void> {
  await Promise.all(callers.map(expectMore));
}

async function expectMore(caller: Caller): Promise<void> {
  const received = async (): Promise<number> => (await caller.stats()).framesReceived ?? 0;
  const before = await received();
  await expect.poll(received).toBeGreaterThanOrEqual(before + 3);
}

/** Each hears what the other says now. */
export async function expectTexts(ann: Caller, bob: Caller): Promise<void> {
  const before = { ann: await ann.texts(), bob: await bob.texts() };
  await Promise.all([ann.say('hello, bob'), bob.say('hello, ann')]);
  await expect.poll(ann.texts).toEqual([...before.ann, 'hello, ann']);
  await expect.poll(bob.texts).toEqual([...before.bob, 'hello, bob']);
}

/** After `watchFrames()`: pictures never stopped for a second, the call can still be changed, and it ended only now. */
export async function expectUnharmed(ann: Caller, bob: Caller): Promise<void> {
  await ann.read('call.addTrack(drawTrack())');
  await expect.poll(() => bob.read('call.remoteStream.getTracks().length')).toBe(3);
  const gaps = await Promise.all([ann, bob].map((caller) => caller.read<number>('longestGap()')));
  console.log(`longest time without a new frame: ${gaps.map(Math.round).join(' and ')} ms`);
  for (const gap of gaps) expect(gap).toBeLessThan(1000);
  await bob.hangUp();
  for (const caller of [ann, bob]) {
    await expectState(caller, 'ended');
    expect(await caller.states()).toEqual(['waiting', 'connecting', 'connected', 'ended']);
  }
}
