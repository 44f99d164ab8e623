// With PUBLIC_DIR, a page like the book's runs as it is: two script tags, io.connect, prompts that block.
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { expectNoComplaintsAnywhere, testWith } from '../support/browser-test.js';
import { expectLog, replyAfter } from '../support/chat-steps.js';

const publicDir = fileURLToPath(new URL('book-page', import.meta.url));

const test = testWith({ publicDir });

test.afterEach(expectNoComplaintsAnywhere);

/** The words of that page, which need not stay those of ours. */
const asks = {
  name: 'Enter signaling channel name:',
  first: 'Insert message to be sent to your peer:',
  answer: 'Send response to other peer:',
  keepOn: 'Keep on chatting. Write "Bye" to quit conversation',
};
const created = ['Time: T --> Channel Test has been created!', 'Time: T --> This peer is the initiator...'];
const paired = [
  'Time: T --> Message from server: request to join channel Test',
  'Time: T --> Broadcast message from server:',
  'S --> broadcast(): client ID joined channel Test',
];
const joined = ['Time: T --> Message from server: joined Test'];
const disconnecting = 'Time: T --> Going to disconnect...';

test('two of the book\'s pages chat until "Bye", in Chromium and Firefox', async ({
  chromium,
  firefox,
  server,
}) => {
  const ann = await chromium.openWindow();
  const bob = await firefox.openWindow();
  expect(await replyAfter(ann, ann.goto(server.url), 'Test')).toBe(asks.name);
  await expectLog(ann, created);
  expect(await replyAfter(bob, bob.goto(server.url), 'Test')).toBe(asks.name);
  expect(await ann.reply('Hello')).toBe(asks.first);
  expect(await bob.reply('Hi')).toBe(asks.answer);
  expect(await ann.reply('Bye')).toBe(asks.keepOn);
  await expectLog(ann, created, paired, [
    'Time: T --> Got response from other peer:',
    'Hi',
    'Time: T --> Sending "Bye" to server...',
    disconnecting,
  ]);
  await expectLog(bob, joined, [
    'Time: T --> Got message from other peer:',
    'Hello',
    'Time: T --> Got "Bye" from other peer!',
    'Time: T --> Sending "Ack" to server',
    disconnecting,
  ]);
});
