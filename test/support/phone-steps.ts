// What people do at the page /phone, and what they see there.
import { expect } from 'vitest';
import type { Browser, BrowserWindow, Opener, WindowOptions } from './browser-window.js';

/** What the page keeps to itself: its connections, for their statistics. */
const keepConnections = `
  window.connections = [];
  const Own = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Own {
    constructor(...args) {
      super(...args);
      window.connections.push(this);
    }
  };`;

/** For a window whose calls ring for 45 s in a moment. */
export const shortRings = `
  const ownTimeout = window.setTimeout;
  window.setTimeout = (act, delayMs, ...args) => ownTimeout(act, delayMs === 45000 ? 3000 : delayMs, ...args);`;

/** The page, not logged in. */
export async function openPhone<Window extends BrowserWindow>(
  browser: Opener<Window>,
  server: string,
  { before = '', ...options }: WindowOptions = {},
): Promise<Window> {
  const window = await browser.openWindow({ ...options, before: keepConnections + before });
  await window.goto(new URL('phone', server).href);
  return window;
}

export async function fill(window: BrowserWindow, selector: string, text: string): Promise<void> {
  await window.read(`void (document.querySelector('${selector}').value = '')`);
  await window.click(selector);
  await window.type(text);
}

/** Tries to. */
export async function enterName(window: BrowserWindow, name: string): Promise<void> {
  await expectPlace(window, 'sign-in');
  await fill(window, '#name', name);
  await window.press('Enter');
}

export async function logIn(window: BrowserWindow, name: string): Promise<void> {
  await enterName(window, name);
  await expectPlace(window, 'directory');
}

/** People who are logged in, each in a window of their own. */
export async function logInAll(
  browser: Browser,
  server: string,
  ...names: string[]
): Promise<BrowserWindow[]> {
  return Promise.all(
    names.map(async (name) => {
      const window = await openPhone(browser, server);
      await logIn(window, name);
      return window;
    }),
  );
}

/** What of the page is shown, apart from what is always there. */
export function expectPlace(
  window: BrowserWindow,
  id: 'sign-in' | 'card' | 'talk' | 'directory',
): Promise<void> {
  return expect
    .poll(() =>
      window.read(
        `['sign-in', 'card', 'talk', 'directory'].find((id) => !document.getElementById(id).hidden)`,
      ),
    )
    .toBe(id);
}

export function textOf(window: BrowserWindow, selector: string): Promise<string> {
  return window.read(`document.querySelector('${selector}').textContent`);
}

export function expectText(window: BrowserWindow, selector: string, text: string): Promise<void> {
  return expect.poll(() => textOf(window, selector)).toBe(text);
}

export function expectStatus(window: BrowserWindow, text: string): Promise<void> {
  return expectText(window, '#status', text);
}

/** Each name with what stands beside it. */
export function expectPeople(window: BrowserWindow, ...people: string[]): Promise<void> {
  return expect
    .poll(() =>
      window.read(
        `[...document.querySelectorAll('#people li')].map((row) =>
            [row.querySelector('bdi'), row.querySelector('.remark')].map((part) => part.textContent).join(' ').trim())`,
      ),
    )
    .toEqual(people);
}

export function expectListed(window: BrowserWindow, name: string): Promise<void> {
  return expect
    .poll(() => window.read(`[...document.querySelectorAll('#people bdi')].map((who) => who.textContent)`))
    .toContain(name);
}

/** By the button in the list; waits until the name stands there. */
export async function callFromList(window: BrowserWindow, name: string): Promise<void> {
  await expectListed(window, name);
  await window.click(`#people button[aria-label="Call ${name}"]`);
}

export async function callByName(window: BrowserWindow, name: string): Promise<void> {
  await fill(window, '#other-name', name);
  await window.press('Enter');
}

export async function expectRing(window: BrowserWindow, caller: string): Promise<void> {
  await expectText(window, '#headline', `${caller} is calling`);
  await expectPlace(window, 'card');
}

/** Whoever presses it in the moment in which it begins to ring has not meant it. */
export async function takeCall(window: BrowserWindow): Promise<void> {
  await expect
    .poll(() => window.read(`document.querySelector('#take').getAttribute('aria-disabled')`))
    .toBeNull();
  await window.click('#take');
}

export async function talk(
  ann: BrowserWindow,
  bob: BrowserWindow,
  names = { ann: 'ann', bob: 'bob' },
): Promise<void> {
  await callFromList(ann, names.bob);
  await expectRing(bob, names.ann);
  await takeCall(bob);
  await expectTalking(ann, bob);
}

export async function expectTalking(...windows: BrowserWindow[]): Promise<void> {
  for (const window of windows) {
    await expectPlace(window, 'talk');
    await expect.poll(() => textOf(window, '#callStatus .sentence')).toMatch(/^Connected/);
  }
}

/** Decoded so far, in the connection that is there now. */
export function frames(window: BrowserWindow): Promise<number> {
  return window.read(`(async () => {
    const report = await window.connections.at(-1).getStats();
    const entries = [...report.values()].filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
    return Math.max(0, ...entries.map(({ framesDecoded }) => framesDecoded ?? 0));
  })()`);
}

/** From now on, at least three more pictures come to each of them. */
export async function expectFrames(...windows: BrowserWindow[]): Promise<void> {
  await Promise.all(
    windows.map(async (window) => {
      const before = await frames(window);
      await expect.poll(() => frames(window)).toBeGreaterThanOrEqual(before + 3);
    }),
  );
}

export async function expectNoComplaints(...windows: BrowserWindow[]): Promise<void> {
  for (const window of windows) expect(await window.complaints()).toEqual([]);
}
