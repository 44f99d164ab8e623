// When something is in the way, the page says so in one plain sentence and offers a way on: links, a full channel, a
// refused name or message.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  ask,
  buttonsOf,
  enter,
  enterByWire,
  expectLog,
  expectStatus,
  replyAfter,
  said,
} from '../support/chat-steps.js';
import {
  launchChromium,
  type Chromium,
  type ChromiumWindow,
  type WindowOptions,
} from '../support/chromium.js';
import { servePages, type PageServer } from '../support/serve-pages.js';

let chromium: Chromium;
let server: PageServer;
let windows: ChromiumWindow[] = [];

beforeAll(async () => {
  [chromium, server] = await Promise.all([launchChromium(), servePages({ maxMessageBytes: 1000 })]);
});

afterEach(async () => {
  await Promise.all(windows.map((window) => window.close()));
  windows = [];
});

afterAll(async () => {
  await Promise.all([chromium.close(), server.close()]);
});

test('?channel=name skips the first prompt, and the page offers that link', async () => {
  const ann = await open();
  const bob = await open();
  await enter(ann, server.url, 'café & crème #1');
  await expectLog(ann, said.created('café & crème #1'));
  const link = await ann.read<string>(`document.querySelector('#link').value`);
  expect(link.startsWith(`${server.url}?channel=`)).toBe(true);
  await bob.goto(link);
  await expectLog(bob, said.joined('café & crème #1'));
  expect(await ann.reply('Hello')).toBe(ask.first);
  expect(await bob.reply('Bye')).toBe(ask.answer);
});

test.each([
  ['the clipboard of today', 'copy', ''],
  [
    'the old way, as on plain http',
    'copy by hand',
    `Object.defineProperty(navigator, 'clipboard', { value: undefined });`,
  ],
])('the link is copied by %s', async (_way, channel, before) => {
  const ann = await open({ before });
  await ann.goto(`${server.url}?channel=${channel}`);
  await expectLog(ann, said.created(channel));
  await ann.click('#copy');
  await expectStatus(ann, 'Copied. Send the link to the other person.');
});

test('[R5] a full channel is told in the words of the book; one can try again or take another name', async () => {
  const [bob, cy] = [await enterByWire(server.url, 'full'), await enterByWire(server.url, 'full')];
  const ann = await open();
  await enter(ann, server.url, 'full');
  await expectLog(ann, said.full('full'));
  expect(await buttonsOf(ann)).toEqual(['Try again', 'Other name']);
  await ann.click('#try-again');
  await expectLog(ann, said.full('full'), said.full('full'));
  cy.disconnect();
  await new Promise<void>((resolve) => bob.once('peer gone', resolve));
  await ann.click('#try-again');
  await expectLog(ann, said.full('full'), said.full('full'), said.joined('full'));
  bob.disconnect();
});

test('after a full channel, another name is asked for', async () => {
  const peers = [await enterByWire(server.url, 'taken'), await enterByWire(server.url, 'taken')];
  const ann = await open();
  await enter(ann, server.url, 'taken');
  await expectLog(ann, said.full('taken'));
  expect(await replyAfter(ann, ann.click('#other-name'), 'free')).toBe(ask.name);
  await expectLog(ann, said.full('taken'), said.created('free'));
  for (const peer of peers) peer.disconnect();
});

test('[R1] a refused name is told in one sentence, and another is asked for', async () => {
  const sentence = 'A channel name has 1 to 128 characters and no control characters.';
  const ann = await open();
  await enter(ann, server.url, 'x'.repeat(129));
  await expectStatus(ann, sentence);
  await expectLog(ann, [`Time: T --> ${sentence}`]);
  expect(await buttonsOf(ann)).toEqual(['Other name']);
  expect(await replyAfter(ann, ann.click('#other-name'), 'short')).toBe(ask.name);
  await expectLog(ann, [`Time: T --> ${sentence}`], said.created('short'));
});

test('[R8] a message that is too large comes back into the field, with the reason', async () => {
  const ann = await open({ showsPrompts: false });
  const bob = await enterByWire(server.url, 'large');
  const heard = new Promise((resolve) => bob.once('response', resolve));
  await ann.goto(`${server.url}?channel=large`);
  await expectLog(ann, said.joined('large'));
  bob.emit('message', 'Tell me all');
  await expect.poll(() => buttonsOf(ann)).toEqual(['Send', 'Bye']);
  await ann.type('a'.repeat(1001));
  await ann.press('Enter');
  const refusal = ['Time: T --> A message may have at most 1000 bytes.'];
  await expectLog(ann, said.joined('large'), said.message('Tell me all'), refusal);
  await expectStatus(ann, 'It is your turn again: that was not sent.');
  await expect.poll(() => fieldOf(ann)).toBe('a'.repeat(1001));
  await ann.press('Backspace');
  await ann.press('Enter');
  expect(await heard).toBe('a'.repeat(1000));
  bob.disconnect();
});

test('a message above what the transport carries is not sent, and the connection stays', async () => {
  const ann = await open({ showsPrompts: false });
  const bob = await enterByWire(server.url, 'huge');
  const heard = new Promise((resolve) => bob.once('response', resolve));
  await ann.goto(`${server.url}?channel=huge`);
  await expectLog(ann, said.joined('huge'));
  bob.emit('message', 'All of it');
  await expect.poll(() => buttonsOf(ann)).toEqual(['Send', 'Bye']);
  await ann.read(`document.querySelector('#words').value = 'a'.repeat(1_100_000)`);
  await ann.press('Enter');
  await expectStatus(ann, 'It is your turn again: that was not sent.');
  await ann.read(`document.querySelector('#words').value = 'In short: yes'`);
  await ann.press('Enter');
  expect(await heard).toBe('In short: yes');
  bob.disconnect();
});

async function open(options?: WindowOptions): Promise<ChromiumWindow> {
  const window = await chromium.openWindow(options);
  windows.push(window);
  return window;
}

function fieldOf(window: ChromiumWindow): Promise<string> {
  return window.read(`document.querySelector('#words').value`);
}
