// Who may write when: "Bye" from every prompt and between them, messages that come while one writes.
import { expect } from 'vitest';
import { expectNoComplaintsAnywhere, test } from '../support/browser-test.js';
import {
  ask,
  enter,
  enterByWire,
  expectLog,
  expectStatus,
  meet,
  said,
  openBoth,
  status,
} from '../support/chat-steps.js';

test.afterEach(expectNoComplaintsAnywhere);

test('"Bye" at the first prompt ends the conversation', async ({ chromium, server }) => {
  const { ann, bob } = await openBoth(chromium, chromium);
  await meet(ann, bob, server.url, 'first');
  expect(await ann.reply('Bye')).toBe(ask.first);
  await expectLog(ann, said.created('first'), said.paired('first'), said.ownBye);
  await expectLog(bob, said.joined('first'), said.otherBye);
  await expectStatus(ann, status.left);
  await expectStatus(bob, status.otherLeft);
});

test('"Bye" at the prompt for the response ends the conversation', async ({ chromium, server }) => {
  const { ann, bob } = await openBoth(chromium, chromium);
  await meet(ann, bob, server.url, 'second');
  await ann.reply('Hello');
  expect(await bob.reply('Bye')).toBe(ask.answer);
  await expectLog(bob, said.joined('second'), said.message('Hello'), said.ownBye);
  await expectLog(ann, said.created('second'), said.paired('second'), said.otherBye);
});

test('the Bye button works while it is the turn of the other', async ({ chromium, server }) => {
  const { ann, bob } = await openBoth(chromium, chromium);
  await meet(ann, bob, server.url, 'button');
  await expectStatus(bob, status.othersTurn);
  const prompt = await ann.prompt();
  await bob.click('#bye');
  await expectLog(bob, said.joined('button'), said.ownBye);
  // Ann's page stands still; what she writes now comes too late, and she is told so.
  await prompt.accept('Too late');
  await expectLog(ann, said.created('button'), said.paired('button'), said.otherBye, said.unsent('Too late'));
  expect(ann.console.filter((line) => line.startsWith('>>>'))).toEqual([]);
});

test('the Bye button frees the channel of somebody who is alone in it', async ({ chromium, server }) => {
  const ann = await chromium.openWindow();
  await enter(ann, server.url, 'alone');
  await expectLog(ann, said.created('alone'));
  await ann.click('#bye');
  await expectLog(ann, said.created('alone'), said.ownBye);
  const bob = await chromium.openWindow();
  await enter(bob, server.url, 'alone');
  await expectLog(bob, said.created('alone'));
});

test('messages that come while a prompt is open are all shown, in order, and answered one by one', async ({
  chromium,
  server,
}) => {
  const ann = await chromium.openWindow();
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
