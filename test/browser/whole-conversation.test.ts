// The book's scenario in two real windows, driven by their prompts; at its end the text of both pages is compared
// line by line to what the book's page writes.
import { expect } from 'vitest';
import { expectNoComplaintsAnywhere, test } from '../support/browser-test.js';
import { ask, expectLog, meet, replyAfter, said, openBoth } from '../support/chat-steps.js';

test.afterEach(expectNoComplaintsAnywhere);

test.for([
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
] as const)(
  'ann in %s and bob in %s chat by turns until ann writes "Bye", and once more until bob does [R10]',
  async ([annsBrowser, bobsBrowser], { browsers, server }) => {
    const { ann, bob } = await openBoth(browsers[annsBrowser], browsers[bobsBrowser]);
    await meet(ann, bob, server.url, 'Test');
    expect(await ann.reply('Hello Bob')).toBe(ask.first);
    expect(await bob.reply('Hello Ann')).toBe(ask.answer);
    expect(await ann.reply('How are you?')).toBe(ask.keepOn);
    expect(await bob.reply('Fine, and you?')).toBe(ask.keepOn);
    expect(await ann.reply('Bye')).toBe(ask.keepOn);

    await expectLog(
      ann,
      said.created('Test'),
      said.paired('Test'),
      said.response('Hello Ann'),
      said.response('Fine, and you?'),
      said.ownBye,
    );
    await expectLog(
      bob,
      said.joined('Test'),
      said.message('Hello Bob'),
      said.response('How are you?'),
      said.otherBye,
    );

    expect(await replyAfter(ann, ann.click('#new-conversation'), 'room 42')).toBe(ask.name);
    await expectLog(ann, said.created('room 42'));
    expect(await replyAfter(bob, bob.click('#new-conversation'), 'room 42')).toBe(ask.name);
    expect(await ann.reply('Grüße 👋')).toBe(ask.first);
    expect(await bob.reply('Héllo')).toBe(ask.answer);
    expect(await ann.reply('还好吗？')).toBe(ask.keepOn);
    expect(await bob.reply('Bye')).toBe(ask.keepOn);

    await expectLog(
      ann,
      said.created('room 42'),
      said.paired('room 42'),
      said.response('Héllo'),
      said.otherBye,
    );
    await expectLog(
      bob,
      said.joined('room 42'),
      said.message('Grüße 👋'),
      said.response('还好吗？'),
      said.ownBye,
    );
  },
);

test('the same channel can be used again at once after "Bye" [R11]', async ({ browsers, server }) => {
  const { ann, bob } = await openBoth(browsers.chromium, browsers.chromium);
  await meet(ann, bob, server.url, 'again');
  await ann.reply('Bye');
  await expectLog(bob, said.joined('again'), said.otherBye);
  expect(await replyAfter(bob, bob.click('#new-conversation'), 'again')).toBe(ask.name);
  await expectLog(bob, said.created('again'));
});

test("the console shows the book's remote log: what the server has read", async ({ browsers, server }) => {
  const { ann, bob } = await openBoth(browsers.chromium, browsers.chromium);
  await meet(ann, bob, server.url, 'remote log');
  await ann.reply('Hello');
  await bob.reply('Bye');
  await expectLog(ann, said.created('remote log'), said.paired('remote log'), said.otherBye);
  expect(ann.console).toContain('Trying to create or join channel:  remote log');
  expect(ann.console).toContain('>>>  S --> Got message:  {channel: remote log, message: Hello}');
});
