// When something is in the way, the page says so in one plain sentence and offers a way on: links, a full channel, a
// refused name or message.
import { expect } from 'vitest';
import { refusals } from '../../server/protocol/refusals.js';
import { testWith } from '../support/browser-test.js';
import type { BrowserWindow } from '../support/browser-window.js';
import {
  ask,
  buttonsOf,
  enter,
  enterByWire,
  expectLog,
  expectStatus,
  replyAfter,
  said,
  status,
} from '../support/chat-steps.js';

const test = testWith({ maxMessageBytes: 1000 });

test('?channel=name skips the first prompt, and the page offers that link', async ({ chromium, server }) => {
  const ann = await chromium.openWindow();
  const bob = await chromium.openWindow();
  await enter(ann, server.url, 'café & crème #1');
  await expectLog(ann, said.created('café & crème #1'));
  const link = await ann.read<string>(`document.querySelector('#link').value`);
  expect(link.startsWith(`${server.url}?channel=`)).toBe(true);
  await bob.goto(link);
  await expectLog(bob, said.joined('café & crème #1'));
  expect(await ann.reply('Hello')).toBe(ask.first);
  expect(await bob.reply('Bye')).toBe(ask.answer);
});

test.for<[way: string, channel: string, before: string]>([
  ['the clipboard of today', 'copy', ''],
  [
    'the old way, as on plain http',
    'copy by hand',
    `Object.defineProperty(navigator, 'clipboard', { value: undefined });`,
  ],
])('the link is copied by %s', async ([, channel, before], { chromium, server }) => {
  const ann = await chromium.openWindow({ before });
  await ann.goto(`${server.url}?channel=${channel}`);
  await expectLog(ann, said.created(channel));
  await ann.click('#copy');
  await expectStatus(ann, 'Copied. Send the link to the other person.');
});

test('[R5] a full channel is told in the words of the book; the page enters by itself when there is room', async ({
  chromium,
  server,
}) => {
  const [bob, cy] = [await enterByWire(server.url, 'full'), await enterByWire(server.url, 'full')];
  const ann = await chromium.openWindow();
  await enter(ann, server.url, 'full');
  await expectLog(ann, said.full('full'));
  await expectStatus(ann, status.inLine);
  expect(await buttonsOf(ann)).toEqual(['Other name']);
  cy.disconnect();
  await expectLog(ann, said.full('full'), said.joined('full'));
  bob.disconnect();
});

test('after a full channel, another name is asked for', async ({ chromium, server }) => {
  const peers = [await enterByWire(server.url, 'taken'), await enterByWire(server.url, 'taken')];
  const ann = await chromium.openWindow();
  await enter(ann, server.url, 'taken');
  await expectLog(ann, said.full('taken'));
  expect(await replyAfter(ann, ann.click('#other-name'), 'free')).toBe(ask.name);
  await expectLog(ann, said.full('taken'), said.created('free'));
  for (const peer of peers) peer.disconnect();
});

test('[R1] a refused name is told in one sentence, and another is asked for', async ({
  chromium,
  server,
}) => {
  const sentence = refusals.badChannel().message;
  const ann = await chromium.openWindow();
  await enter(ann, server.url, 'x'.repeat(129));
  await expectStatus(ann, sentence);
  await expectLog(ann, [`Time: T --> ${sentence}`]);
  expect(await buttonsOf(ann)).toEqual(['Other name']);
  expect(await replyAfter(ann, ann.click('#other-name'), 'short')).toBe(ask.name);
  await expectLog(ann, [`Time: T --> ${sentence}`], said.created('short'));
});

test('[R8] a message that is too large comes back into the field, with the reason', async ({
  chromium,
  server,
}) => {
  const ann = await chromium.openWindow({ showsPrompts: false });
  const bob = await enterByWire(server.url, 'large');
  const heard = new Promise((resolve) => bob.once('response', resolve));
  await ann.goto(`${server.url}?channel=large`);
  await expectLog(ann, said.joined('large'));
  bob.emit('message', 'Tell me all');
  await expect.poll(() => buttonsOf(ann)).toEqual(['Send', 'Bye']);
  await ann.read(`document.querySelector('#words').value = 'a'.repeat(1000)`);
  await ann.type('a');
  await ann.press('Enter');
  const refusal = [`Time: T --> ${refusals.tooLarge(1000).message}`];
  await expectLog(ann, said.joined('large'), said.message('Tell me all'), refusal);
  await expectStatus(ann, status.yourTurnAgain);
  await expect.poll(() => fieldOf(ann)).toBe('a'.repeat(1001));
  await ann.press('Backspace');
  await ann.press('Enter');
  expect(await heard).toBe('a'.repeat(1000));
  bob.disconnect();
});

test('a message above what the transport carries is not sent, and the connection stays', async ({
  chromium,
  server,
}) => {
  const ann = await chromium.openWindow({ showsPrompts: false });
  const bob = await enterByWire(server.url, 'huge');
  const heard = new Promise((resolve) => bob.once('response', resolve));
  await ann.goto(`${server.url}?channel=huge`);
  await expectLog(ann, said.joined('huge'));
  bob.emit('message', 'All of it');
  await expect.poll(() => buttonsOf(ann)).toEqual(['Send', 'Bye']);
  await ann.read(`document.querySelector('#words').value = 'a'.repeat(1_100_000)`);
  await ann.press('Enter');
  await expectStatus(ann, status.yourTurnAgain);
  await ann.read(`document.querySelector('#words').value = 'In short: yes'`);
  await ann.press('Enter');
  expect(await heard).toBe('In short: yes');
  bob.disconnect();
});

function fieldOf(window: BrowserWindow): Promise<string> {
  return window.read(`document.querySelector('#words').value`);
}
