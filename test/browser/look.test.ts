// How the page looks and is used: by keyboard alone, on a narrow screen, readable in light and dark.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, enterByWire, expectLog, expectStatus, meet, said } from '../support/chat-steps.js';
import type { ChatWindow } from '../support/chat-window.js';
import { launchChromium, type Chromium } from '../support/chromium.js';
import { lowContrasts } from '../support/contrast.js';
import { servePages, type PageServer } from '../support/serve-pages.js';

const longWord = 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz'.repeat(2);

let chromium: Chromium;
let server: PageServer;

beforeAll(async () => {
  [chromium, server] = await Promise.all([launchChromium(), servePages()]);
});

afterAll(async () => {
  await Promise.all([chromium.close(), server.close()]);
});

test('a whole conversation by keyboard alone', async () => {
  const ann = await chromium.openWindow({ showsPrompts: false });
  const bob = await enterByWire(server.url, 'keys');
  await ann.goto(server.url);
  await expectFocus(ann, 'words');
  await ann.type('keys');
  await ann.press('Enter');
  await expectLog(ann, said.joined('keys'));
  await tabTo(ann, 'bye');
  bob.emit('message', 'Your turn');
  await expectFocus(ann, 'words');
  const heard = new Promise((resolve) => bob.once('response', resolve));
  await ann.type('Thanks');
  await ann.press('Enter');
  expect(await heard).toBe('Thanks');
  bob.emit('response', 'Once more');
  await expectLog(ann, said.joined('keys'), said.message('Your turn'), said.response('Once more'));
  await expectFocus(ann, 'words');
  await tabTo(ann, 'bye');
  await ann.press('Enter');
  await expectStatus(ann, 'You have left the channel.');
  await expectFocus(ann, 'new-conversation');
  await ann.press('Enter');
  await expectFocus(ann, 'words');
  await expectLog(ann, []);
  bob.disconnect();
  await ann.close();
});

test('Enter, pressed once more after a message was sent, does not leave the channel', async () => {
  const ann = await chromium.openWindow({ showsPrompts: false });
  const bob = await enterByWire(server.url, 'twice');
  const heard: unknown[] = [];
  bob.on('response', (value) => heard.push(value));
  await ann.goto(`${server.url}?channel=twice`);
  await expectLog(ann, said.joined('twice'));
  bob.emit('message', 'Quick');
  await expectFocus(ann, 'words');
  await ann.type('Yes');
  await ann.press('Enter');
  await ann.press('Enter');
  await expect.poll(() => heard).toEqual(['Yes']);
  bob.emit('message', 'Still there?');
  await expectLog(ann, said.joined('twice'), said.message('Quick'), said.message('Still there?'));
  bob.disconnect();
  await ann.close();
});

test('the page speaks to those who cannot see it', async () => {
  const ann = await chromium.openWindow({ showsPrompts: false });
  await ann.goto(server.url);
  await expectFocus(ann, 'words');
  expect(await ann.read(`document.querySelector('#words').labels[0].textContent`)).toBe(ask.name);
  expect(await ann.read(`document.querySelector('#scratchPad').getAttribute('role')`)).toBe('log');
  expect(await ann.read(`document.querySelector('#scratchPad').getAttribute('aria-live')`)).toBe('polite');
  expect(await ann.read(`document.querySelector('#status').getAttribute('role')`)).toBe('status');
  expect(await ann.read(`document.documentElement.lang`)).toBe('en');
  await ann.close();
});

test.each(['light', 'dark'] as const)('in %s, every text stands out by 4.5 to 1', async (colorScheme) => {
  const ann = await chromium.openWindow({ colorScheme, showsPrompts: false });
  const bob = await chromium.openWindow({ colorScheme });
  await ann.goto(server.url);
  await expectFocus(ann, 'words');
  expect(await lowContrasts(ann)).toEqual([]);
  await ann.type(`colours ${colorScheme}`);
  await ann.press('Enter');
  await expectLog(ann, said.created(`colours ${colorScheme}`));
  expect(await lowContrasts(ann)).toEqual([]);
  await bob.goto(`${server.url}?channel=colours ${colorScheme}`);
  await expectFocus(ann, 'words');
  await ann.type('Hello');
  await ann.press('Enter');
  await bob.reply('Hi');
  await expectFocus(ann, 'words');
  expect(await lowContrasts(ann)).toEqual([]);
  await ann.type('unsent');
  await bob.click('#bye');
  await expectStatus(ann, 'The other peer has left the channel.');
  expect(await lowContrasts(ann)).toEqual([]);
  await Promise.all([ann.close(), bob.close()]);
});

test('375 pixels are wide enough: nothing sticks out, and every button is big enough for a thumb', async () => {
  const ann = await chromium.openWindow({ width: 375, height: 600, showsPrompts: false });
  const bob = await enterByWire(server.url, longWord);
  await ann.goto(`${server.url}?channel=${encodeURIComponent(longWord)}`);
  await expectLog(ann, said.joined(longWord));
  await expectToFit(ann);
  bob.emit('message', longWord);
  await expectFocus(ann, 'words');
  await expectToFit(ann);
  bob.disconnect();
  await expectStatus(ann, 'Waiting for the other person.');
  await expectToFit(ann);
  await ann.close();
});

test('the end of a long conversation is in sight', async () => {
  const ann = await chromium.openWindow({ height: 500 });
  const bob = await chromium.openWindow();
  await meet(bob, ann, server.url, 'long');
  await bob.reply('line\n'.repeat(80));
  await ann.reply('Bye');
  await expectStatus(ann, 'You have left the channel.');
  const fromEnd = `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('#scratchPad'))`;
  await expect.poll(() => ann.read<number>(fromEnd)).toBeLessThan(2);
  await Promise.all([ann.close(), bob.close()]);
});

async function expectFocus(window: ChatWindow, id: string): Promise<void> {
  await expect.poll(() => window.read<string>('document.activeElement.id')).toBe(id);
}

async function tabTo(window: ChatWindow, id: string): Promise<void> {
  for (let stops = 0; stops < 5; stops += 1) {
    await window.press('Tab');
    if ((await window.read<string>('document.activeElement.id')) === id) return;
  }
  await expectFocus(window, id);
}

async function expectToFit(window: ChatWindow): Promise<void> {
  expect(await window.read<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
  expect(await window.read<number>('document.documentElement.scrollHeight')).toBeLessThanOrEqual(600);
  const outside = await window.read<string[]>(`
    [...document.querySelectorAll('button, input, p, label')]
      .filter((element) => element.checkVisibility())
      .filter((element) => { const { left, right } = element.getBoundingClientRect(); return left < 0 || right > 375; })
      .map((element) => element.id || element.textContent)`);
  expect(outside).toEqual([]);
  const heights = await window.read<number[]>(
    `[...document.querySelectorAll('button')].filter((b) => b.checkVisibility()).map((b) => b.offsetHeight)`,
  );
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
}
