// The steps of a call on the page /call that many browser tests share, and what is to be seen there.
import { expect, onTestFinished } from 'vitest';
import type { CallBrowser, CallWindow, CallWindowOptions } from './call-windows.js';

export const direct = 'Connected, direct';

/** A window on this address; closed when the test is over. */
export async function openPage(
  browser: CallBrowser,
  address: string,
  options: CallWindowOptions = {},
): Promise<CallWindow> {
  const before = watchConnections + (options.before ?? '');
  const window = await browser.openWindow({ ...options, before });
  onTestFinished(() => window.close());
  await window.goto(address);
  return window;
}

/** Whatever the page says at this moment: of itself, or of the call. */
export async function saysOf(window: CallWindow): Promise<string> {
  return window.read(`
    [...document.querySelectorAll('#status, #callStatus')]
      .filter((element) => element.checkVisibility())
      .map((element) => element.textContent.trim())
      .filter((text) => text !== '')
      .join(' | ')`);
}

export async function expectSays(window: CallWindow, words: string | RegExp): Promise<void> {
  const said = expect.poll(() => saysOf(window));
  await (typeof words === 'string' ? said.toBe(words) : said.toMatch(words));
}

/** The labels of the buttons of the page that can be pressed now. */
export async function buttonsOf(window: CallWindow): Promise<string[]> {
  return window.read(`
    [...document.querySelectorAll('main button')]
      .filter((button) => button.checkVisibility())
      .map((button) => button.textContent)`);
}

export async function expectButton(window: CallWindow, label: string): Promise<void> {
  await expect.poll(() => buttonsOf(window)).toContain(label);
}

export async function press(window: CallWindow, label: string): Promise<void> {
  await expectButton(window, label);
  await window.read(`
    [...document.querySelectorAll('main button')]
      .find((button) => button.checkVisibility() && button.textContent === ${JSON.stringify(label)})
      .click()`);
}

/** The camera shows something, so that the button's label is settled. */
export async function expectPreview(window: CallWindow): Promise<void> {
  await expect
    .poll(() => window.read<number>(`document.querySelector('#localVideo').videoWidth`))
    .toBeGreaterThan(0);
}

export async function join(window: CallWindow): Promise<void> {
  await expectPreview(window);
  await press(window, 'Join');
}

/** Both see and hear each other. */
export async function callEachOther(
  annsBrowser: CallBrowser,
  bobsBrowser: CallBrowser,
  address: string,
): Promise<[ann: CallWindow, bob: CallWindow]> {
  const ann = await openPage(annsBrowser, address);
  await join(ann);
  await expectSays(ann, 'Waiting for the other person');
  const bob = await openPage(bobsBrowser, address);
  await join(bob);
  for (const window of [ann, bob]) await expectSays(window, direct);
  return [ann, bob];
}

/** Pictures of the other side that its newest connection has brought. */
export async function framesOf(window: CallWindow): Promise<number> {
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

/** More pictures come than have come until now. */
export async function expectFrames(...windows: readonly CallWindow[]): Promise<void> {
  for (const window of windows) {
    const before = await framesOf(window);
    await expect.poll(() => framesOf(window)).toBeGreaterThan(before + 5);
  }
}

export async function say(window: CallWindow, text: string): Promise<void> {
  await window.click('#chatText');
  await window.type(text);
  await window.press('Enter');
}

/** The chat: `You: hello`, and what is said of texts that have not gone. */
export async function chatOf(window: CallWindow): Promise<string[]> {
  return window.read(`[...document.querySelectorAll('#chatLog p')].map((line) => line.textContent)`);
}

export async function expectChat(window: CallWindow, ...lines: readonly string[]): Promise<void> {
  await expect.poll(() => chatOf(window)).toEqual(lines);
}

export async function isPressed(window: CallWindow, id: string): Promise<boolean> {
  return window.read(`document.querySelector('#${id}').getAttribute('aria-pressed') === 'true'`);
}

/** Whether anything of this device's camera or microphone is still on. */
export async function isCameraOn(window: CallWindow): Promise<boolean> {
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

export async function expectNoComplaints(...windows: readonly CallWindow[]): Promise<void> {
  for (const window of windows) expect(await window.complaints()).toEqual([]);
}
