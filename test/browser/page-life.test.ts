// A page that is reloaded, duplicated, closed, or left and returned to, in the middle of a conversation.
import { describe, expect } from 'vitest';
import { test } from '../support/browser-test.js';
import { goBack } from '../support/browser-window.js';
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
  openBoth,
} from '../support/chat-steps.js';

describe.each(['chromium', 'firefox'] as const)('in %s', (browser) => {
  test('[R21] a reload returns to its seat, and one may write or wait', async ({ browsers, server }) => {
    const { ann, bob } = await openBoth(browsers[browser], browsers.chromium);
    const channel = `${browser} reloads`;
    await meet(bob, ann, server.url, channel);
    expect(await bob.reply('Hello')).toBe(ask.first);
    await (await ann.prompt()).dismiss();
    await ann.reload();
    await expectLog(ann, said.returned(channel));
    await expectStatus(ann, status.unsure);
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

  test('[R26] when a tab is closed, the other soon hears that its peer is gone', async ({
    browsers,
    server,
  }) => {
    const { ann, bob } = await openBoth(browsers[browser], browsers.chromium);
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

test('what is written while the other reloads arrives on its new page', async ({ browsers, server }) => {
  const { ann, bob } = await openBoth(browsers.chromium, browsers.chromium);
  const channel = 'slow';
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

test('a page that comes back from the back-forward cache comes back to its seat, and goes on', async ({
  chromium,
  wholeChromium,
  server,
}) => {
  const ann = await wholeChromium.openWindow({ showsPrompts: false });
  const bob = await chromium.openWindow();
  await ann.goto(`${server.url}?channel=back`);
  await expectLog(ann, said.created('back'));
  await bob.goto(`${server.url}?channel=back`);
  await writeInField(ann, ask.first, 'Just a moment');
  const prompt = await bob.prompt();
  await ann.goto(`${server.url}favicon.svg`);
  await prompt.accept('Welcome back');
  await expectStatus(bob, status.wrote('Welcome back'));
  await goBack(ann);
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
});

test('[R21] a duplicated tab takes over; the first one says so and stays out', async ({
  chromium,
  server,
}) => {
  const ann = await chromium.openWindow();
  const bob = await chromium.openWindow();
  await meet(ann, bob, server.url, 'two tabs');
  const tab = await bob.duplicate();
  await expectLog(tab, said.returned('two tabs'));
  await expectLog(bob, said.joined('two tabs'), said.takenOver);
  await expectStatus(bob, status.takenOver);
  expect(await buttonsOf(bob)).toEqual(['New conversation']);
  expect(await ann.reply('Which one are you?')).toBe(ask.first);
  expect(await tab.reply('The second')).toBe(ask.answer);
  await ann.reply('Bye');
  await expectLog(tab, said.returned('two tabs'), said.message('Which one are you?'), said.otherBye);
  await expect.poll(() => bob.promptCount()).toBe(0);
});
