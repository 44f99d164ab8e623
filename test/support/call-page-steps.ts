// The steps of a call on the page /call that many browser tests share, and what is to be seen there.
import { expect } from 'vitest';
import type { Browser, BrowserWindow, Opener, WindowOptions } from './browser-window.js';
import { callSays } from './call-says.js';

export const { direct } = callSays;

/** A window on this address. */
export async function openPage<Window extends BrowserWindow>(
  browser: Opener<Window>,
  address: string,
  options: WindowOptions = {},
): Promise<Window> {
  const before = watchConnections + (options.before ?? '');
  const window = await browser.openWindow({ ...options, before });
  await window.goto(address);
  return window;
}

/** Whatever the page says at this moment: of itself, or of the call. */
export async function saysOf(window: BrowserWindow): Promise<string> {
  return window.read(`
    [...document.querySelectorAll('#status, #callStatus')]
      .filter((element) => element.checkVisibility())
      .map((element) => element.textContent.trim())
      .filter((text) => text !== '')
      .join(' | ')`);
}

export async function expectSays(window: BrowserWindow, words: string | RegExp): Promise<void> {
  const said = expect.poll(() => saysOf(window));
  await (typeof words === 'string' ? said.toBe(words) : said.toMatch(words));
}

/** The labels of the buttons of the page that can be pressed now. */
export async function buttonsOf(window: BrowserWindow): Promise<string[]> {
  return window.read(`
    [...document.querySelectorAll('main button')]
      .filter((button) => button.checkVisibility())
      .map((button) => button.textContent)`);
}

export async function expectButton(window: BrowserWindow, label: string): Promise<void> {
  await expect.poll(() => buttonsOf(window)).toContain(label);
}

export async function press(window: BrowserWindow, label: string): Promise<void> {
  await expectButton(window, label);
  await window.read(`
    [...document.querySelectorAll('main button')]
      .find((button) => button.checkVisibility() && button.textContent === ${JSON.stringify(label)})
      .click()`);
}

/** The camera shows something, so that the button's label is settled. */
export async function expectPreview(window: BrowserWindow): Promise<void> {
  await expect
    .poll(() => window.read<number>(`document.querySelector('#localVideo').videoWidth`))
    .toBeGreaterThan(0);
}

export async function join(window: BrowserWindow): Promise<void> {
  await expectPreview(window);
  await press(window, 'Join');
}

/** Both see and hear each other. */
export async function callEachOther(
  annsBrowser: Browser,
  bobsBrowser: Browser,
  address: string,
): Promise<[ann: BrowserWindow, bob: BrowserWindow]> {
  const ann = await openPage(annsBrowser, address);
  await join(ann);
  await expectSays(ann, callSays.waiting);
  const bob = await openPage(bobsBrowser, address);
  await join(bob);
  for (const window of [ann, bob]) await expectSays(window, direct);
  return [ann, bob];
}

/** Pictures of the other side that its newest connection has brought. */
export async function framesOf(window: BrowserWindow): Promise<number> {
  return window.read(`
    (async () => {
      const stats = (await window.connections.at(-1)?.getStats()) ?? new Map();
      return [...stats.values()]
        .filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'video')
        .reduce((sum, { framesDecoded = 0 }) => sum + framesDecoded, 0);
    })()`);
}

/** Runs in the page before its own scripts. */
const watchConnections = `
  window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) {
      super(configuration);
      window.connections.push(this);
    }
  };`;

/** From now on, at least three more pictures come to each of them. */
export async function expectFrames(...windows: readonly BrowserWindow[]): Promise<void> {
  await Promise.all(
    windows.map(async (window) => {
      const before = await framesOf(window);
      await expect.poll(() => framesOf(window)).toBeGreaterThanOrEqual(before + 3);
    }),
  );
}

export async function say(window: BrowserWindow, text: string): Promise<void> {
  await window.click('#chatText');
  await window.type(text);
  await window.press('Enter');
}

/** The chat: `You: hello`, `Other: hello`, and whether a text waits or was not sent. */
export async function chatOf(window: BrowserWindow): Promise<string[]> {
  return window.read(`
    [...document.querySelectorAll('#chatLog p')].map((line) => {
      const speaker = line.matches('.mine') ? 'You: ' : line.matches('.theirs') ? 'Other: ' : '';
      const words = line.querySelector('.words')?.textContent ?? line.textContent;
      const fate = line.matches('.unsent') ? ' (not sent)' : line.querySelector('small') ? ' (waiting)' : '';
      return speaker + words + fate;
    })`);
}

export async function expectChat(window: BrowserWindow, ...lines: readonly string[]): Promise<void> {
  await expect.poll(() => chatOf(window)).toEqual(lines);
}

export async function isPressed(window: BrowserWindow, id: string): Promise<boolean> {
  return window.read(`document.querySelector('#${id}').getAttribute('aria-pressed') === 'true'`);
}

/** Whether anything of this device's camera or microphone is still on. */
export async function isCameraOn(window: BrowserWindow): Promise<boolean> {
  return window.read(`window.givenTracks.some((track) => track.readyState === 'live')`);
}

/** Runs in the page before its own scripts: keeps all tracks that the page is given, and what it asked for. */
export const watchCamera = `
  window.givenTracks = [];
  window.askedMedia = [];
  if (navigator.mediaDevices) {
    const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      window.askedMedia.push(constraints);
      const stream = await getUserMedia(constraints);
      window.givenTracks.push(...stream.getTracks());
      return stream;
    };
  }`;

/** Runs in the page before its own scripts: the camera, or all devices, cannot be had. */
export function refuseMedia(what: 'video' | 'all', errorName: string): string {
  return `
    const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (constraints) =>
      ${what === 'all' ? 'true' : 'constraints.video'}
        ? Promise.reject(new DOMException('Refused by the test', '${errorName}'))
        : getUserMedia(constraints);`;
}

export async function expectNoComplaints(...windows: readonly BrowserWindow[]): Promise<void> {
  for (const window of windows) expect(await window.complaints()).toEqual([]);
}
