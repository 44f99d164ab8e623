// How the page looks and is used: by keyboard alone, on a narrow screen, readable in light and dark.
import { expect } from 'vitest';
import { test } from '../support/browser-test.js';
import type { BrowserWindow } from '../support/browser-window.js';
import { ask, enterByWire, expectLog, expectStatus, meet, said, status } from '../support/chat-steps.js';
import { lowContrasts } from '../support/contrast.js';

const longWord = 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz'.repeat(2);

test('a whole conversation by keyboard alone', async ({ chromium, server }) => {
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
  await expectStatus(ann, status.left);
  await expectFocus(ann, 'new-conversation');
  await ann.press('Enter');
  await expectFocus(ann, 'words');
  await expectLog(ann, []);
  bob.disconnect();
});

test('Enter, pressed once more after a message was sent, does not leave the channel', async ({
  chromium,
  server,
}) => {
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
});

test('the page speaks to those who cannot see it', async ({ chromium, server }) => {
  const ann = await chromium.openWindow({ showsPrompts: false });
  await ann.goto(server.url);
  await expectFocus(ann, 'words');
  expect(await ann.read(`document.querySelector('#words').labels[0].textContent`)).toBe(ask.name);
  expect(await ann.read(`document.querySelector('#scratchPad').getAttribute('role')`)).toBe('log');
  expect(await ann.read(`document.querySelector('#scratchPad').getAttribute('aria-live')`)).toBe('polite');
  expect(await ann.read(`document.querySelector('#status').getAttribute('role')`)).toBe('status');
  expect(await ann.read(`document.documentElement.lang`)).toBe('en');
});

test.for(['light', 'dark'] as const)(
  'in %s, every text stands out by 4.5 to 1',
  async (colorScheme, { chromium, server }) => {
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
    await expectStatus(ann, status.otherLeft);
    expect(await lowContrasts(ann)).toEqual([]);
  },
);

test('375 pixels are wide enough: nothing sticks out, and every button is big enough for a thumb', async ({
  chromium,
  server,
}) => {
  const ann = await chromium.openWindow({ width: 375, height: 600, showsPrompts: false });
  const bob = await enterByWire(server.url, longWord);
  await ann.goto(`${server.url}?channel=${encodeURIComponent(longWord)}`);
  await expectLog(ann, said.joined(longWord));
  await expectToFit(ann);
  bob.emit('message', longWord);
  await expectFocus(ann, 'words');
  await expectToFit(ann);
  bob.disconnect();
  await expectStatus(ann, status.waiting);
  await expectToFit(ann);
});

test('the end of a long conversation is in sight', async ({ chromium, server }) => {
  const ann = await chromium.openWindow({ height: 500 });
  const bob = await chromium.openWindow();
  await meet(bob, ann, server.url, 'long');
  await bob.reply('line\n'.repeat(80));
  await ann.reply('Bye');
  await expectStatus(ann, status.left);
  const fromEnd = `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('#scratchPad'))`;
  await expect.poll(() => ann.read<number>(fromEnd)).toBeLessThan(2);
});

async function expectFocus(window: BrowserWindow, id: string): Promise<void> {
  await expect.poll(() => window.read<string>('document.activeElement.id')).toBe(id);
}

async function tabTo(window: BrowserWindow, id: string): Promise<void> {
  for (let stops = 0; stops < 5; stops += 1) {
    await window.press('Tab');
    if ((await window.read<string>('document.activeElement.id')) === id) return;
  }
  await expectFocus(window, id);
}

async function expectToFit(window: BrowserWindow): Promise<void> {
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
