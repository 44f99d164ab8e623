// How the page asks: dismissed prompts, prompts that the browser does not show, a tab that cannot be seen.
import { expect } from 'vitest';
import { expectNoComplaintsAnywhere, test } from '../support/browser-test.js';
import type { OpenPrompt } from '../support/browser-window.js';
import {
  ask,
  buttonsOf,
  enter,
  expectLog,
  expectStatus,
  labelOf,
  meet,
  replyAfter,
  said,
  writeInField,
  openBoth,
  status,
} from '../support/chat-steps.js';

test.afterEach(expectNoComplaintsAnywhere);

test('a dismissed prompt sends nothing, and the Write button asks again', async ({ chromium, server }) => {
  const { ann, bob } = await openBoth(chromium, chromium);
  await meet(ann, bob, server.url, 'dismissed');
  await dismissLikeAPerson(await ann.prompt());
  await expect.poll(() => buttonsOf(ann)).toEqual(['Write', 'Bye']);
  await expectStatus(ann, status.yourTurn);
  expect(await replyAfter(ann, ann.click('#write'), 'Here I am')).toBe(ask.first);
  await dismissLikeAPerson(await bob.prompt());
  await expect.poll(() => buttonsOf(bob)).toEqual(['Write', 'Bye']);
  expect(await replyAfter(bob, bob.press('Enter'), 'Bye')).toBe(ask.answer);
  await expectLog(bob, said.joined('dismissed'), said.message('Here I am'), said.ownBye);
  await expect
    .poll(() => ann.console.filter((line) => line.startsWith('>>>')))
    .toEqual(['>>>  S --> Got message:  {channel: dismissed, message: Here I am}']);
  expect(bob.console.filter((line) => line.startsWith('>>>'))).toEqual([]);
});

test.for<[name: string, channel: string]>([
  ['', 'padded'],
  ['   ', 'padded well'],
])(
  'the name %j counts as no name: the Write button asks again',
  async ([name, channel], { chromium, server }) => {
    const ann = await chromium.openWindow();
    await enter(ann, server.url, name);
    await expect.poll(() => buttonsOf(ann)).toEqual(['Write']);
    expect(await replyAfter(ann, ann.click('#write'), ` ${channel} `)).toBe(ask.name);
    await expectLog(ann, said.created(channel));
  },
);

test('a whole conversation by the field on the page, when the browser shows no prompts', async ({
  chromium,
  server,
}) => {
  const ann = await chromium.openWindow({ showsPrompts: false });
  const bob = await chromium.openWindow({ showsPrompts: false });
  await ann.goto(server.url);
  await writeInField(ann, ask.name, 'no prompts');
  await expectLog(ann, said.created('no prompts'));
  await bob.goto(server.url);
  await writeInField(bob, ask.name, 'no prompts');
  await writeInField(ann, ask.first, 'Hello');
  await expectStatus(ann, status.wrote('Hello'));
  await writeInField(bob, ask.answer, 'Hi');
  await writeInField(ann, ask.keepOn, 'null');
  await writeInField(bob, ask.keepOn, 'Bye');
  await expectLog(
    ann,
    said.created('no prompts'),
    said.paired('no prompts'),
    said.response('Hi'),
    said.otherBye,
  );
  await expectLog(bob, said.joined('no prompts'), said.message('Hello'), said.response('null'), said.ownBye);
});

test('what stands in the field when the other leaves is kept, and shown as not sent', async ({
  chromium,
  server,
}) => {
  const ann = await chromium.openWindow({ showsPrompts: false });
  const bob = await chromium.openWindow();
  await ann.goto(`${server.url}?channel=half`);
  await expectLog(ann, said.created('half'));
  await bob.goto(`${server.url}?channel=half`);
  await expect.poll(() => labelOf(ann)).toBe(ask.first);
  await ann.type('Half a sen');
  await bob.click('#bye');
  await expectLog(ann, said.created('half'), said.paired('half'), said.otherBye, said.unsent('Half a sen'));
});

test('a tab that cannot be seen does not prompt; it asks when it is seen again', async ({
  chromium,
  firefox,
  server,
}) => {
  const ann = await firefox.openWindow();
  const bob = await chromium.openWindow();
  await enter(ann, server.url, 'hidden');
  await expectLog(ann, said.created('hidden'));
  await ann.hide();
  await bob.goto(`${server.url}?channel=hidden`);
  await expect.poll(() => buttonsOf(ann)).toEqual(['Write', 'Bye']);
  expect(await ann.read<string>('document.visibilityState')).toBe('hidden');
  expect(await ann.read<string>('document.title')).toMatch(/^\S.+ · parley$/);
  expect(ann.promptCount()).toBe(0);
  expect(await replyAfter(ann, ann.show(), 'Back again')).toBe(ask.first);
  expect(await bob.reply('Bye')).toBe(ask.answer);
  await expectLog(bob, said.joined('hidden'), said.message('Back again'), said.ownBye);
});

test('the person sees a message before the prompt for its answer opens', async ({ chromium, server }) => {
  const ann = await chromium.openWindow({
    before: `
      // The page waits 300 ms for a frame, and this machine may take longer.
      const later = window.setTimeout.bind(window);
      window.setTimeout = (act, delayMs, ...args) => later(act, delayMs === 300 ? 5000 : delayMs, ...args);
      const ask = window.prompt.bind(window);
      let paintedUpTo = 0;
      const look = () => {
        const count = document.querySelectorAll('#scratchPad p').length;
        // A frame that starts after this one means that this one was painted.
        requestAnimationFrame(() => { paintedUpTo = count; look(); });
      };
      requestAnimationFrame(look);
      window.unseen = [];
      window.prompt = (...words) => {
        window.unseen.push(document.querySelectorAll('#scratchPad p').length - paintedUpTo);
        return ask(...words);
      };`,
  });
  const bob = await chromium.openWindow();
  await meet(bob, ann, server.url, 'painted');
  await bob.reply('Look');
  await ann.reply('I see');
  await bob.reply('And now?');
  await ann.reply('Bye');
  await expectLog(ann, said.joined('painted'), said.message('Look'), said.response('And now?'), said.ownBye);
  expect(await ann.read<number[]>('window.unseen')).toEqual([0, 0, 0]);
});

/** A person takes longer than the 200 ms by which the page tells a prompt that was never shown. */
async function dismissLikeAPerson(prompt: OpenPrompt): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  await prompt.dismiss();
}
