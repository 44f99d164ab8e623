// A page that is reloaded, duplicated, closed, or left and returned to, in the middle of a conversation.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  ask,
  buttonsOf,
  expectLog,
  expectStatus,
  meet,
  replyAfter,
  said,
  status,
  writeInField,
} from '../support/chat-steps.js';
import type { ChatWindow } from '../support/chat-window.js';
import { launchChromium, type Chromium } from '../support/chromium.js';
import { launchFirefox, type Firefox } from '../support/firefox.js';
import { servePages, type PageServer } from '../support/serve-pages.js';

let browsers: { chromium: Chromium; firefox: Firefox };
let server: PageServer;
let windows: ChatWindow[] = [];

beforeAll(async () => {
  const [chromium, firefox, pages] = await Promise.all([launchChromium(), launchFirefox(), servePages()]);
  browsers = { chromium, firefox };
  server = pages;
});

afterEach(async () => {
  await Promise.all(windows.map((window) => window.close()));
  windows = [];
});

afterAll(async () => {
  await Promise.all([browsers.chromium.close(), browsers.firefox.close(), server.close()]);
});

describe.each(['chromium', 'firefox'] as const)('in %s', (browser) => {
  test('[R21] a reload returns to its seat, and one may write or wait', async () => {
    const { ann, bob } = await openBoth(browser);
    const channel = `${browser} reloads`;
    await meet(bob, ann, server.url, channel);
    expect(await bob.reply('Hello')).toBe(ask.first);
    await (await ann.prompt()).dismiss();
    await ann.reload();
    await expectLog(ann, said.returned(channel));
    await expectStatus(ann, 'You are back in the channel. Write, or wait for the other peer.');
    await expect.poll(() => buttonsOf(ann)).toEqual(['Write', 'Bye']);
    expect(await replyAfter(ann, ann.click('#write'), 'I was reading')).toBe(ask.keepOn);
    expect(await bob.reply('Take your time')).toBe(ask.keepOn);
    expect(await ann.reply('Bye')).toBe(ask.keepOn);
    await expectLog(ann, said.returned(channel), said.response('Take your time'), said.ownBye);
    await expectLog(
      bob,
      said.created(channel),
      said.paired(channel),
      said.response('I was reading'),
      said.otherBye,
    );
  });

  test('what is written while the other reloads arrives on its new page', async () => {
    const { ann, bob } = await openBoth(browser);
    const channel = `${browser} is slow`;
    await meet(bob, ann, server.url, channel);
    const prompt = await bob.prompt();
    const address = await ann.read<string>('location.href');
    await ann.goto('about:blank');
    await prompt.accept('Are you still there?');
    await expectStatus(bob, status.away);
    await ann.goto(address);
    expect(await ann.reply('Yes')).toBe(ask.answer);
    expect(await bob.reply('Bye')).toBe(ask.keepOn);
    await expectLog(ann, said.returned(channel), said.message('Are you still there?'), said.otherBye);
    await expectLog(bob, said.created(channel), said.paired(channel), said.response('Yes'), said.ownBye);
  });

  test('[R26] when a tab is closed, the other soon hears that its peer is gone', async () => {
    const { ann, bob } = await openBoth(browser);
    const channel = `${browser} closes`;
    await meet(bob, ann, server.url, channel);
    await bob.reply('Hello');
    await (await ann.prompt()).dismiss();
    await ann.closeTab();
    await expectStatus(bob, status.away);
    // Within the patience of a test, not after the 30 s of a drop.
    await expectLog(bob, said.created(channel), said.paired(channel), said.gone(channel));
  });
});

test('a page that comes back from the back-forward cache comes back to its seat, and goes on', async () => {
  const chromium = await launchChromium({ keepsLeftPages: true });
  const ann = await chromium.openWindow({ showsPrompts: false });
  const bob = await browsers.chromium.openWindow();
  windows = [ann, bob];
  await ann.goto(`${server.url}?channel=back`);
  await expectLog(ann, said.created('back'));
  await bob.goto(`${server.url}?channel=back`);
  await writeInField(ann, ask.first, 'Just a moment');
  const prompt = await bob.prompt();
  await ann.goto(`${server.url}favicon.svg`);
  await prompt.accept('Welcome back');
  await expectStatus(bob, 'It is the turn of the other peer. You wrote: "Welcome back"');
  await ann.read('void history.back()');
  await writeInField(ann, ask.keepOn, 'Bye');
  await expectLog(
    ann,
    said.created('back'),
    said.paired('back'),
    said.lost,
    said.back,
    said.response('Welcome back'),
    said.ownBye,
  );
  await expectLog(bob, said.joined('back'), said.message('Just a moment'), said.otherBye);
  await chromium.close();
});

test('[R21] a duplicated tab takes over; the first one says so and stays out', async () => {
  const ann = await browsers.chromium.openWindow();
  const bob = await browsers.chromium.openWindow();
  windows = [ann, bob];
  await meet(ann, bob, server.url, 'two tabs');
  const tab = await bob.duplicate();
  await expectLog(tab, said.returned('two tabs'));
  await expectLog(bob, said.joined('two tabs'), ['Time: T --> The conversation goes on in another window.']);
  await expectStatus(bob, 'The conversation goes on in another window. This one is no longer part of it.');
  expect(await buttonsOf(bob)).toEqual(['New conversation']);
  expect(await ann.reply('Which one are you?')).toBe(ask.first);
  expect(await tab.reply('The second')).toBe(ask.answer);
  await ann.reply('Bye');
  await expectLog(tab, said.returned('two tabs'), said.message('Which one are you?'), said.otherBye);
  await expect.poll(() => bob.promptCount()).toBe(0);
});

async function openBoth(annsBrowser: 'chromium' | 'firefox') {
  const ann: ChatWindow = await browsers[annsBrowser].openWindow();
  const bob: ChatWindow = await browsers.chromium.openWindow();
  windows = [ann, bob];
  return { ann, bob };
}
