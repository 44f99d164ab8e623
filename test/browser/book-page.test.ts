// With PUBLIC_DIR, a page like the book's runs as it is: two script tags, io.connect, prompts that block.
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask, enter, expectLog, said } from '../support/chat-steps.js';
import type { ChatWindow } from '../support/chat-window.js';
import { launchChromium, type Chromium } from '../support/chromium.js';
import { launchFirefox, type Firefox } from '../support/firefox.js';
import { servePages, type PageServer } from '../support/serve-pages.js';

const publicDir = fileURLToPath(new URL('book-page', import.meta.url));

let chromium: Chromium;
let firefox: Firefox;
let server: PageServer;
let windows: ChatWindow[] = [];

beforeAll(async () => {
  [chromium, firefox, server] = await Promise.all([
    launchChromium(),
    launchFirefox(),
    servePages({ publicDir }),
  ]);
});

afterEach(async () => {
  const opened = windows;
  windows = [];
  for (const window of opened) expect(await window.complaints()).toEqual([]);
  await Promise.all(opened.map((window) => window.close()));
});

afterAll(async () => {
  await Promise.all([chromium.close(), firefox.close(), server.close()]);
});

const joined = (channel: string) => [`Time: T --> Message from server: joined ${channel}`];

test('two of the book\'s pages chat until "Bye", in Chromium and Firefox', async () => {
  const ann = await chromium.openWindow();
  const bob = await firefox.openWindow();
  windows = [ann, bob];
  await enter(ann, server.url, 'Test');
  await expectLog(ann, said.created('Test'));
  await enter(bob, server.url, 'Test');
  expect(await ann.reply('Hello')).toBe(ask.first);
  expect(await bob.reply('Hi')).toBe(ask.answer);
  expect(await ann.reply('Bye')).toBe(ask.keepOn);
  await expectLog(ann, said.created('Test'), said.paired('Test'), said.response('Hi'), said.ownBye);
  await expectLog(bob, joined('Test'), said.message('Hello'), said.otherBye);
});
