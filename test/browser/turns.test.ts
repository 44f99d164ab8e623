// Who may write when: "Bye" from every prompt and between them, messages that come while one writes.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask, enter, enterByWire, expectLog, expectStatus, meet, said } from '../support/chat-steps.js';
import type { ChatWindow } from '../support/chat-window.js';
import { launchChromium, type Chromium, type WindowOptions } from '../support/chromium.js';
import { launchFirefox, type Firefox } from '../support/firefox.js';
import { servePages, type PageServer } from '../support/serve-pages.js';

let chromium: Chromium;
let firefox: Firefox;
let server: PageServer;
let windows: ChatWindow[] = [];

beforeAll(async () => {
  [chromium, firefox, server] = await Promise.all([launchChromium(), launchFirefox(), servePages()]);
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

test('"Bye" at the first prompt ends the conversation', async () => {
  const { ann, bob } = await openBoth();
  await meet(ann, bob, server.url, 'first');
  expect(await ann.reply('Bye')).toBe(ask.first);
  await expectLog(ann, said.created('first'), said.paired('first'), said.ownBye);
  await expectLog(bob, said.joined('first'), said.otherBye);
  await expectStatus(ann, 'You have left the channel.');
  await expectStatus(bob, 'The other peer has left the channel.');
});

test('"Bye" at the prompt for the response ends the conversation', async () => {
  const { ann, bob } = await openBoth();
  await meet(ann, bob, server.url, 'second');
  await ann.reply('Hello');
  expect(await bob.reply('Bye')).toBe(ask.answer);
  await expectLog(bob, said.joined('second'), said.message('Hello'), said.ownBye);
  await expectLog(ann, said.created('second'), said.paired('second'), said.otherBye);
});

test('the Bye button works while it is the turn of the other', async () => {
  const { ann, bob } = await openBoth();
  await meet(ann, bob, server.url, 'button');
  await expectStatus(bob, 'It is the turn of the other peer. Waiting for the first message...');
  const prompt = await ann.prompt();
  await bob.click('#bye');
  await expectLog(bob, said.joined('button'), said.ownBye);
  // Ann's page stands still; what she writes now comes too late, and she is told so.
  await prompt.accept('Too late');
  await expectLog(ann, said.created('button'), said.paired('button'), said.otherBye, said.unsent('Too late'));
  expect(ann.console.filter((line) => line.startsWith('>>>'))).toEqual([]);
});

test('the Bye button frees the channel of somebody who is alone in it', async () => {
  const ann = await open();
  await enter(ann, server.url, 'alone');
  await expectLog(ann, said.created('alone'));
  await ann.click('#bye');
  await expectLog(ann, said.created('alone'), said.ownBye);
  const bob = await open();
  await enter(bob, server.url, 'alone');
  await expectLog(bob, said.created('alone'));
});

test('messages that come while a prompt is open are all shown, in order, and answered one by one', async () => {
  const ann = await open();
  const cy = await enterByWire(server.url, 'many');
  const heard: unknown[] = [];
  cy.on('response', (value) => heard.push(value));
  await ann.goto(`${server.url}?channel=many`);
  await expectLog(ann, said.joined('many'));
  cy.emit('message', { channel: 'many', message: 'one' });
  const prompt = await ann.prompt();
  cy.emit('message', { channel: 'many', message: 'two' });
  cy.emit('response', { channel: 'many', message: 'three' });
  await new Promise<void>((resolve) => cy.emit('check', resolve));
  await prompt.accept('re: one');
  expect(await ann.reply('re: two')).toBe(ask.answer);
  expect(await ann.reply('re: three')).toBe(ask.keepOn);
  await expectLog(ann, said.joined('many'), said.message('one'), said.message('two'), said.response('three'));
  await expect.poll(() => heard).toEqual(['re: one', 're: two', 're: three']);
  cy.disconnect();
});

async function open(options?: WindowOptions) {
  const window = await chromium.openWindow(options);
  windows.push(window);
  return window;
}

async function openBoth() {
  return { ann: await open(), bob: await open() };
}

/** A person takes longer than the 200 ms by which the page tells a prompt that was never shown. */
