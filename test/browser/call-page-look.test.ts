// How the page /call looks and is used: by keyboard alone, on a phone upright and on its side, readable in light and dark.
import { expect } from 'vitest';
import { test } from '../support/browser-test.js';
import type { BrowserWindow } from '../support/browser-window.js';
import type { ChromiumWindow, Look } from '../support/chromium.js';
import {
  callEachOther,
  direct,
  expectChat,
  expectNoComplaints,
  expectPreview,
  expectSays,
  isPressed,
  join,
  openPage,
  press,
  say,
} from '../support/call-page-steps.js';
import { callNotes, callSays, joinLabels, lobbySays } from '../support/call-says.js';
import { lowContrasts } from '../support/contrast.js';

const longWord = 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz'.repeat(2);
const texts = 'h1, h2, p, a, label, button, input, select, dt, dd, span, small, summary, #chatLog';

test('a whole call by keyboard alone, with a focus that is always seen', async ({ chromium, server }) => {
  const bob = await openPage(chromium, server.callPage('keys'));
  await join(bob);
  const ann = await openPage(chromium, `${server.url}call`);
  await expectFocus(ann, 'name');
  await ann.type('keys');
  await ann.press('Enter');
  await expectPreview(ann);
  await expectFocus(ann, 'join');
  await ann.press('Enter');
  await expectSays(ann, direct);
  // Not on a button: one more Enter changes nothing.
  await expectFocus(ann, 'callScreen');
  await ann.press('Enter');
  await ann.press('m');
  await ann.press('Alt+m');
  await expect.poll(() => isPressed(ann, 'mute')).toBe(true);
  await ann.press('v');
  await ann.press('Alt+v');
  await expect.poll(() => isPressed(ann, 'camera')).toBe(true);
  await ann.press('Alt+v');
  await expect.poll(() => isPressed(ann, 'camera')).toBe(false);
  await tabTo(ann, 'mute');
  await ann.press('Space');
  await expect.poll(() => isPressed(ann, 'mute')).toBe(false);
  await tabTo(ann, 'chatText');
  await ann.type('mmvv');
  await ann.press('Enter');
  await expectChat(bob, 'Other: mmvv');
  expect([await isPressed(ann, 'mute'), await isPressed(ann, 'camera')]).toEqual([false, false]);
  await ann.press('Shift+Tab');
  await ann.press('Shift+Tab');
  await expectFocus(ann, 'hangUp');
  await ann.press('Enter');
  await expectSays(ann, callSays.hungUp);
  await expectFocus(ann, 'call-again');
  await tabTo(ann, 'new-call');
  await ann.press('Enter');
  await expectFocus(ann, 'name');
  await expectNoComplaints(ann, bob);
});

test('the page speaks to those who cannot see it', async ({ chromium, server }) => {
  const [ann, bob] = await callEachOther(chromium, chromium, server.callPage('aloud'));
  const read = (selector: string, attribute: string): Promise<string | null> =>
    ann.read(`document.querySelector('${selector}').getAttribute('${attribute}')`);
  expect(await read('#callStatus', 'role')).toBe('status');
  expect(await read('#chatLog', 'role')).toBe('log');
  expect(await read('#mute', 'aria-pressed')).toBe('false');
  expect(await read('#mute', 'title')).toBe('Mute (key Alt+M)');
  expect(await read('.call-plot svg', 'aria-hidden')).toBe('true');
  expect(await read('.call-plot', 'aria-live')).toBe(null);
  await expect
    .poll(() => ann.read(`document.querySelector('#received').textContent`))
    .toMatch(/^\d+(\.\d)? [kM]bit\/s$/);
  const nameless = await ann.read<string[]>(`
    [...document.querySelectorAll('button, input, select, video')]
      .filter((element) => element.checkVisibility())
      .filter((element) => !element.textContent.trim() && !element.ariaLabel && !element.labels?.length)
      .map(({ id }) => id)`);
  expect(nameless).toEqual([]);
  await expectNoComplaints(ann, bob);
});

const looks: Look[] = [
  { colorScheme: 'light', width: 375, height: 667 },
  { colorScheme: 'dark', width: 667, height: 375 },
];

test('in light and upright, in dark and on its side: text stands out by 4.5 to 1, nothing sticks out, and every button is big enough', async ({
  chromium,
  cameraDenied,
  server,
}) => {
  const inEachLook = async (window: ChromiumWindow, check: (look: Look) => Promise<void>): Promise<void> => {
    for (const look of looks) {
      await window.setLook(look);
      await check(look);
    }
  };
  const expectToLookWell = (window: ChromiumWindow): Promise<void> =>
    inEachLook(window, async ({ width }) => {
      expect(await lowContrasts(window, texts)).toEqual([]);
      await expectToFit(window, width);
    });
  const address = server.callPage(longWord.slice(-128));
  const ann = await openPage(chromium, `${server.url}call`);
  await expectToLookWell(ann);
  await ann.goto(address);
  await expectPreview(ann);
  await expectToLookWell(ann);
  await join(ann);
  await expectSays(ann, callSays.waiting);
  await say(ann, 'Early');
  await expectChat(ann, 'You: Early (waiting)');
  await expectToLookWell(ann);
  const bob = await openPage(cameraDenied, address);
  await expectSays(bob, lobbySays.problem('permission'));
  await expectToLookWell(bob);
  await press(bob, joinLabels.withoutBoth);
  await expectSays(ann, `${direct} ${callNotes.neither}`);
  await expectChat(bob, 'Other: Early');
  await say(bob, longWord);
  await expectChat(ann, 'You: Early', `Other: ${longWord}`);
  await ann.click('#mute');
  for (const window of [ann, bob]) await expectToLookWell(window);
  // Whatever is in sight, the buttons are.
  const inSight = `(() => {
    const { top, bottom } = document.querySelector('#hangUp').getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  })()`;
  await inEachLook(ann, async () => {
    await ann.read('scrollTo(0, 0)');
    expect(await ann.read(inSight)).toBe(true);
    await ann.read('scrollTo(0, 9999)');
    expect(await ann.read(inSight)).toBe(true);
  });
  const cy = await openPage(chromium, address);
  await join(cy);
  await expectSays(cy, lobbySays.full(longWord.slice(-128)));
  await expectToLookWell(cy);
  await press(bob, 'Hang up');
  await expectSays(ann, callSays.otherHungUp);
  await expectToLookWell(ann);
});

async function expectFocus(window: BrowserWindow, id: string): Promise<void> {
  await expect.poll(() => window.read<string>('document.activeElement.id')).toBe(id);
  if (id === 'callScreen') return;
  const outline = `getComputedStyle(document.activeElement).outlineStyle`;
  expect(await window.read(outline)).toBe('solid');
}

async function tabTo(window: BrowserWindow, id: string): Promise<void> {
  for (let stops = 0; stops < 8; stops += 1) {
    await window.press('Tab');
    if ((await window.read<string>('document.activeElement.id')) === id) break;
  }
  await expectFocus(window, id);
}

async function expectToFit(window: BrowserWindow, width: number): Promise<void> {
  expect(await window.read<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  const outside = await window.read<string[]>(`
    [...document.querySelectorAll('button, input, select, p, label, h2, video, dl, summary')]
      .filter((element) => element.checkVisibility())
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        return left < 0 || right > ${width};
      })
      .map((element) => element.id || element.textContent)`);
  expect(outside).toEqual([]);
  const small = await window.read<string[]>(`
    [...document.querySelectorAll('main button, main select, .switch')]
      .filter((element) => element.checkVisibility() && element.offsetHeight < 44)
      .map((element) => element.id)`);
  expect(small).toEqual([]);
}
