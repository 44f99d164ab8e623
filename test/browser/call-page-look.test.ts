// How the page /call looks and is used: by keyboard alone, on a phone upright and on its side, readable in light and dark.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  callEachOther,
  direct,
  expectButton,
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
import { launchCallBrowser, type CallBrowser, type CallWindow } from '../support/call-windows.js';
import { lowContrasts } from '../support/contrast.js';
import { servePages, type PageServer } from '../support/serve-pages.js';

const longWord = 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz'.repeat(2);
const texts = 'h1, h2, p, a, label, button, input, select, dt, dd, span, small, summary, #chatLog';

let chromium: CallBrowser;
let denied: CallBrowser;
let server: PageServer;

beforeAll(async () => {
  [chromium, denied, server] = await Promise.all([
    launchCallBrowser('chromium'),
    launchCallBrowser('chromium', { camera: 'denied' }),
    servePages(),
  ]);
});

afterAll(async () => {
  await Promise.all([chromium.close(), denied.close(), server.close()]);
});

const pageOf = (channel: string): string => `${server.url}call#${encodeURIComponent(channel)}`;

test('a whole call by keyboard alone, with a focus that is always seen', async () => {
  const bob = await openPage(chromium, pageOf('keys'));
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
  await expectChat(bob, 'The other person: mmvv');
  expect([await isPressed(ann, 'mute'), await isPressed(ann, 'camera')]).toEqual([false, false]);
  await ann.press('Shift+Tab');
  await ann.press('Shift+Tab');
  await expectFocus(ann, 'hangUp');
  await ann.press('Enter');
  await expectSays(ann, 'You have hung up');
  await expectFocus(ann, 'call-again');
  await tabTo(ann, 'new-call');
  await ann.press('Enter');
  await expectFocus(ann, 'name');
  await expectNoComplaints(ann, bob);
});

test('the page speaks to those who cannot see it', async () => {
  const [ann, bob] = await callEachOther(chromium, chromium, pageOf('aloud'));
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

test.each(['light', 'dark'] as const)('in %s, every text stands out by 4.5 to 1', async (colorScheme) => {
  const expectContrast = async (window: CallWindow): Promise<void> => {
    expect(await lowContrasts(window, texts)).toEqual([]);
  };
  const ann = await openPage(chromium, `${server.url}call`, { colorScheme });
  await expectContrast(ann);
  await ann.goto(pageOf(`colours ${colorScheme}`));
  await expectPreview(ann);
  await expectContrast(ann);
  await join(ann);
  await expectSays(ann, 'Waiting for the other person');
  await say(ann, 'Early');
  await expectChat(ann, 'You: EarlyWaiting for the connection');
  await expectContrast(ann);
  const bob = await openPage(denied, pageOf(`colours ${colorScheme}`), { colorScheme });
  await expectSays(bob, /may not use/);
  await expectContrast(bob);
  await press(bob, 'Join without camera and microphone');
  await expectSays(ann, `${direct} Their camera and microphone are off`);
  await expectChat(bob, 'The other person: Early');
  await ann.click('#mute');
  for (const window of [ann, bob]) await expectContrast(window);
  const cy = await openPage(chromium, pageOf(`colours ${colorScheme}`), { colorScheme });
  await join(cy);
  await expectButton(cy, 'Another name');
  await expectContrast(cy);
  await press(bob, 'Hang up');
  await expectSays(ann, 'The other person has hung up');
  await expectContrast(ann);
});

test.each([
  [375, 667],
  [667, 375],
])(
  '%d by %d pixels are enough: nothing sticks out, and every button is big enough',
  async (width, height) => {
    const channel = `${longWord}${width}`.slice(-128);
    const ann = await openPage(chromium, `${server.url}call`, { width, height });
    await expectToFit(ann, width);
    await ann.goto(pageOf(channel));
    await expectPreview(ann);
    await expectToFit(ann, width);
    await join(ann);
    await expectSays(ann, 'Waiting for the other person');
    await expectToFit(ann, width);
    const bob = await openPage(denied, pageOf(channel), { width, height });
    await expectSays(bob, /may not use/);
    await expectToFit(bob, width);
    await press(bob, 'Join without camera and microphone');
    await expectSays(ann, /^Connected, direct/);
    await say(bob, longWord);
    await expectChat(ann, `The other person: ${longWord}`);
    await expectToFit(ann, width);
    // Whatever is in sight, the buttons are.
    const inSight = `(() => {
    const { top, bottom } = document.querySelector('#hangUp').getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  })()`;
    expect(await ann.read(inSight)).toBe(true);
    await ann.read('scrollTo(0, 9999)');
    expect(await ann.read(inSight)).toBe(true);
    await press(bob, 'Hang up');
    await expectSays(ann, 'The other person has hung up');
    await expectToFit(ann, width);
  },
);

async function expectFocus(window: CallWindow, id: string): Promise<void> {
  await expect.poll(() => window.read<string>('document.activeElement.id')).toBe(id);
  if (id === 'callScreen') return;
  const outline = `getComputedStyle(document.activeElement).outlineStyle`;
  expect(await window.read(outline)).toBe('solid');
}

async function tabTo(window: CallWindow, id: string): Promise<void> {
  for (let stops = 0; stops < 8; stops += 1) {
    await window.press('Tab');
    if ((await window.read<string>('document.activeElement.id')) === id) break;
  }
  await expectFocus(window, id);
}

async function expectToFit(window: CallWindow, width: number): Promise<void> {
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
